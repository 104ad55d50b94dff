#pragma once
// Where a command is, and the words for it when it cannot be run. Go: os/exec.

#include <string>
#include <string_view>
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

/// What Argo's executor says when the command at `path` could not be executed.
[[nodiscard]] std::string exec_error_text(const std::string& path, int error);

} // namespace tiphys::run
