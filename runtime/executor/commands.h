#pragma once
// What the executor can be asked to do.

#include "runtime/executor/command_line.h"
#include "runtime/executor/exit.h"

namespace tiphys::executor {

[[nodiscard]] Exit run_command(const CommandLine& line);

/// Sends a signal to a process of this container. Argo: cmd/argoexec/commands/kill.go.
[[nodiscard]] Exit kill_process(const std::vector<std::string>& words, const PodPaths& paths);

} // namespace tiphys::executor
