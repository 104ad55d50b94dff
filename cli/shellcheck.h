#pragma once
// ShellCheck, where it is installed and wanted: all scripts in one process, its findings at their
// places in the manifests.

#include <string>
#include <vector>

#include "compiler/base/diagnostics.h"
#include "compiler/base/result.h"
#include "compiler/ir/project.h"

namespace tiphys::cli {

/// `never`, `auto` (where it is installed), `always` (an error where it is not).
enum class ShellCheck : std::uint8_t { kNever, kAuto, kAlways };

/// Its findings as rules `shellcheck-SC2086`: errors and warnings as warnings, the rest as
/// information.
[[nodiscard]] Result<std::vector<Diagnostic>> run_shellcheck(const ir::Project& project,
                                                             ShellCheck when);

} // namespace tiphys::cli
