#pragma once
// What a finished task leaves: outputs, exit codes, messages. Argo: workflow/executor, and
// inferFailedReason in workflow/controller/operator.go.

#include <string>

#include "runtime/artifacts/access.h"
#include "runtime/backends/process/view.h"
#include "runtime/core/step.h"

namespace tiphys::run {

/// `main: Error (exit code 3)`, with a reason after it where there is one.
[[nodiscard]] std::string failure_message(const std::string& process, int exit_code,
                                          const std::string& reason);

/// Reads the outputs of the process `main` into `report`, and stores artifacts. `scratch`: a folder
/// for what is packed. Returns what Argo's executor would complain about, or an empty text.
[[nodiscard]] std::string collect_outputs(const TaskSpec& spec, View& view,
                                          ArtifactAccess& artifacts, const std::string& scratch,
                                          TaskReport& report);

/// The standard output as `outputs.result`: without its last line feed, at most its last 256 KiB.
[[nodiscard]] std::string result_of(const std::string& stdout_path);

} // namespace tiphys::run
