#pragma once
// The user's command as a child of the emissary. Argo: workflow/executor/osspecific.

#include <array>
#include <memory>
#include <optional>
#include <poll.h>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/base/result.h"
#include "runtime/io/descriptor.h"

namespace tiphys::executor {

/// The path of the program that `name` means. Argo: exec.LookPath.
[[nodiscard]] Result<std::string> find_program(const std::string& name);

/// Files that get a copy of what the command prints.
struct CaptureFiles {
    std::string stdout_path;
    std::string combined_path;
};

class Child {
public:
    /// Nothing yet: start() makes what runs.
    Child() = default;

    /// Starts it in a process group of its own. `words`: arguments, the program's name first.
    [[nodiscard]] static Result<std::unique_ptr<Child>>
    start(const std::string& program, const std::vector<std::string>& words,
          const std::optional<CaptureFiles>& capture);

    /// To the whole group.
    void signal(int number) const;
    /// Collects ended processes: orphans come to the first process of a container.
    void reap();
    /// 128 and the signal's number where one ended it; nothing while it runs.
    [[nodiscard]] std::optional<int> exit_code() const { return exit_code_; }

    /// Pipes to read from; none where nothing is captured.
    [[nodiscard]] std::vector<pollfd> pipes() const;
    /// Passes on what is in the pipes, without waiting for more.
    void pass_output();
    /// Passes on the rest: what the command's own children print comes for a moment still.
    void finish_output();

private:
    /// One of the streams of the command.
    struct Stream {
        std::unique_ptr<run::Descriptor> from;
        int to = -1;
        /// Empty where it does not count as the result.
        std::unique_ptr<run::Descriptor> copy;
    };

    [[nodiscard]] Result<Done> open_capture(const CaptureFiles& files,
                                            std::array<int, 2>& write_ends);
    [[nodiscard]] Result<Done> launch(const std::string& program,
                                      const std::vector<std::string>& words,
                                      const std::array<int, 2>& write_ends);
    void pass(Stream& stream);

    int pid_ = -1;
    bool has_group_ = true;
    bool has_lost_output_ = false;
    std::optional<int> exit_code_;
    std::array<Stream, 2> streams_;
    std::unique_ptr<run::Descriptor> combined_;
};

} // namespace tiphys::executor
