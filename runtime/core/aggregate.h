#pragma once
// Outputs of a loop: lists of what its elements produced. Argo: processAggregateNodeOutputs in
// workflow/controller/operator.go.

#include <string>
#include <string_view>

#include "runtime/core/scope.h"
#include "runtime/core/state.h"

namespace tiphys::run {

/// Copies of a resubmitted run's nodes did so there, and are Skipped here.
[[nodiscard]] bool has_succeeded(const Node& node);

/// Why the results cannot be a list: one of them is no JSON. Empty when they can.
[[nodiscard]] std::string aggregate_error(const State& state, const Frame& frame, const Slot& slot);

/// `rest` is what follows `tasks.<name>.`: `outputs.result`, `outputs.parameters` or
/// `outputs.parameters.<name>`. Anything else, and a loop without elements, has no aggregate.
[[nodiscard]] Found find_aggregate(const State& state, const Frame& frame, const Slot& slot,
                                   std::string_view rest);

/// The elements' nodes in the order of the loop.
[[nodiscard]] std::vector<NodeId> loop_nodes(const State& state, const Frame& frame,
                                             const Slot& slot);

} // namespace tiphys::run
