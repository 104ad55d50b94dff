#pragma once
// The process around the user's command: it runs it, forwards signals, keeps its output and exit
// code, and copies what the others cannot reach. Argo: cmd/argoexec/commands/emissary.go.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/executor/child.h"
#include "runtime/executor/events.h"
#include "runtime/executor/exit.h"
#include "runtime/executor/pod_template.h"

namespace tiphys::executor {

/// What the environment says of it.
struct EmissaryOptions {
    /// ARGO_CONTAINER_NAME
    std::string container;
    /// ARGO_INCLUDE_SCRIPT_OUTPUT
    bool keeps_output = false;
    /// ARGO_CONTAINER_ARGS_FILE: a JSON list of further arguments; empty where there is none.
    std::string args_file;
    /// ARGO_DEBUG_PAUSE_BEFORE, ARGO_DEBUG_PAUSE_AFTER
    bool pauses_before = false;
    bool pauses_after = false;
    /// Between asking a sidecar to end and ending it.
    std::int64_t grace_ms = 30'000;
};

[[nodiscard]] EmissaryOptions emissary_options();

class Emissary {
public:
    Emissary(PodPaths paths, EmissaryOptions options)
        : paths_(std::move(paths)), options_(std::move(options)) {}

    /// `words`: the user's command. The exit code is in the shared folder when it returns.
    [[nodiscard]] Exit run(std::vector<std::string> words);

private:
    [[nodiscard]] Exit run_to_exit(std::vector<std::string> words);
    [[nodiscard]] Exit run_command(const std::vector<std::string>& words);
    [[nodiscard]] std::optional<Exit> wait_for_dependencies();
    [[nodiscard]] std::optional<Exit> wait_for_dependency(const std::string& name);
    /// Until a human makes the file.
    [[nodiscard]] Result<Done> pause(const std::string& file);
    [[nodiscard]] Exit run_attempts(const std::string& program,
                                    const std::vector<std::string>& words);
    [[nodiscard]] Result<int> run_once(const std::string& program,
                                       const std::vector<std::string>& words);
    void attend(Child& child);
    void forward_file_signal(const Child& child);
    void end_sidecar(const Child& child);
    [[nodiscard]] bool is_sidecar() const;

    PodPaths paths_;
    EmissaryOptions options_;
    Events events_;
    PodTemplate template_;
    /// What others find in the file `exitcode`.
    int exit_code_ = kExecutorFailed;
    bool is_told_to_end_ = false;
    /// When a sidecar that was asked to end is ended; negative: never.
    std::int64_t kill_at_ms_ = -1;
};

/// The arguments with those of the file; what is too long for the kernel is in files of /tmp then,
/// called `@path`.
[[nodiscard]] Result<std::vector<std::string>> with_args_of_file(std::vector<std::string> words,
                                                                 const PodPaths& paths,
                                                                 const std::string& args_file);

/// Copies the output parameters and artifacts that lie in main's own file system into the shared
/// folder.
[[nodiscard]] Result<Done> save_outputs(const PodTemplate& pod, const PodPaths& paths);

} // namespace tiphys::executor
