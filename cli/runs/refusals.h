#pragma once
// Which errors of the linter keep a workflow from being run: those that Argo's validation shares.

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "compiler/base/diagnostics.h"
#include "compiler/ir/project.h"

namespace tiphys::cli {

/// The linter's errors, as they concern the run of one workflow.
struct Judgement {
    /// Argo would not take the workflow either.
    std::vector<Diagnostic> refusing;
    /// Argo takes the workflow, and what is wrong shows when the run comes to it, or never.
    std::vector<Diagnostic> later;
};

/// `workflow` is null where there is none, and then all errors refuse. `labels` are given to it in
/// addition. Errors in expressions are in neither list: their
/// nodes say what is wrong. Argo: workflow/validate/validate.go.
[[nodiscard]] Judgement judge(const ir::Project& project, const ir::Document* workflow,
                              std::span<const std::pair<std::string, std::string>> labels = {});

} // namespace tiphys::cli
