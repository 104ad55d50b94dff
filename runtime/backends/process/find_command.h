#pragma once
// Where a command is, and the words for it when it cannot be run. Go: os/exec.

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tiphys::run {

/// Where commands are looked for when nobody says where.
inline constexpr std::string_view kDefaultPath =
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

struct FoundCommand {
    std::string path;
    /// As Go's exec.LookPath words it.
    std::string error;
};

/// Searches the PATH of `env` for argv[0]; a name with a slash is taken as it is.
[[nodiscard]] FoundCommand find_command(const std::vector<std::string>& argv,
                                        const std::vector<std::string>& env);

/// Remembers where commands were, as shells do: one that comes later in an earlier folder of PATH
/// is not noticed while the one that was found is there.
class CommandFinder {
public:
    [[nodiscard]] FoundCommand find(const std::vector<std::string>& argv,
                                    const std::vector<std::string>& env);

private:
    /// By name and PATH.
    std::map<std::pair<std::string, std::string>, std::string> paths_;
};

/// What Argo's executor says when the command at `path` could not be executed.
[[nodiscard]] std::string exec_error_text(const std::string& path, int error);

} // namespace tiphys::run
