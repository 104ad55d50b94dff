#pragma once
// The state of a run as the Workflow object that Argo would show for it.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "runtime/core/state.h"

namespace tiphys::run {

/// What of the object is not in the state.
struct WorkflowObject {
    std::string generate_name;
    std::int64_t created_ms = 0;
    /// The `spec`, and the labels and annotations that do not depend on the state, as JSON; may be
    /// empty.
    std::string spec_json;
    std::string labels_json;
    std::string annotations_json;
};

/// The labels that tell how a run stands. Argo: markWorkflowPhase in
/// workflow/controller/operator.go.
[[nodiscard]] std::map<std::string, std::string> phase_labels(RunPhase phase, bool has_ended);

/// Pretty-printed JSON with a line feed at its end.
[[nodiscard]] std::string workflow_as_json(const State& state, const WorkflowObject& object);

/// How much of the work below a node is done. Argo: workflow/progress/updater.go.
struct Progress {
    std::uint32_t n_done = 0;
    std::uint32_t n_all = 0;
};
/// Of each node by position; those without work below have n_all 0.
[[nodiscard]] std::vector<Progress> progress_of_nodes(const State& state);

/// Compact JSON of what a node has left.
[[nodiscard]] std::string outputs_as_json(const Outputs& outputs);

/// Compact JSON: a node as in `status.nodes`, and the status without them.
[[nodiscard]] std::string node_as_json(const State& state, NodeId node, Progress progress);
[[nodiscard]] std::string summary_as_json(const State& state,
                                          const std::vector<Progress>& progress);

} // namespace tiphys::run
