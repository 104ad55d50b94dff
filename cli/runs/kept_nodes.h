#pragma once
// What a run that is done again need not do again.

#include <string>

#include "cli/runs/node_selector.h"
#include "runtime/core/state.h"

namespace tiphys::cli {

/// Nodes that a retry keeps: those that have ended, except what failed, what `restarted` matches
/// (null: nothing), and everything that came after these. Argo: FormulateRetryWorkflow in
/// workflow/util/util.go.
[[nodiscard]] run::KeptNodes kept_for_retry(const run::State& state, const NodeSelector* restarted);

/// Pods that a copy of the run shows as skipped. Argo: FormulateResubmitWorkflow.
[[nodiscard]] run::KeptNodes kept_for_copy(const run::State& state);

} // namespace tiphys::cli
