#pragma once
// Workflows that are done again: the object that Argo's own commands would write.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/runs/node_selector.h"
#include "compiler/base/result.h"

namespace tiphys::cli {

using ParameterValues = std::vector<std::pair<std::string, std::string>>;

struct Retried {
    /// JSON.
    std::string workflow;
    /// Names of the pods whose nodes run again; they have to go before.
    std::vector<std::string> pods;
};

/// What failed runs again; nodes that `restarted` matches too (null: nothing). Errors: its phase
/// does not allow it. Argo: FormulateRetryWorkflow in workflow/util/util.go.
[[nodiscard]] Result<Retried> retried(std::string_view workflow, const NodeSelector* restarted,
                                      const ParameterValues& parameters, std::int64_t now_ms);

/// A new workflow like this one. `is_memoized`: what succeeded is not done again; then the name is
/// made of `suffix`. Argo: FormulateResubmitWorkflow.
[[nodiscard]] Result<std::string> resubmitted(std::string_view workflow, bool is_memoized,
                                              const std::string& suffix,
                                              const ParameterValues& parameters,
                                              std::int64_t now_ms);

} // namespace tiphys::cli
