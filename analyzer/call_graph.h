#pragma once
// Who calls whom: steps, tasks and hooks as edges between templates, across all objects of a
// project.

#include <unordered_set>
#include <vector>

#include "compiler/front/flow.h"

namespace tiphys::analyze {

/// The templates that a workflow can run.
struct Reach {
    std::unordered_set<const front::FlowTemplate*> templates;
    /// Some call has a name that is known at run time only: every template may be called.
    bool is_open = false;
};

/// From the entrypoint and the hooks of the workflow.
[[nodiscard]] Reach reach_of(front::FlowSet& flows, const front::Flow& flow);

/// Templates that a workflow begins with: its entrypoint and those of its hooks; of a library also
/// those that it does not call itself. Templates of other places are left out.
[[nodiscard]] std::vector<const front::FlowTemplate*> roots_of(const front::Flow& flow);

/// One call of a step or task.
struct CallEdge {
    const front::FlowTemplate* caller = nullptr;
    const front::FlowNode* node = nullptr;
    const front::FlowTemplate* callee = nullptr;

    /// The name of the called template as written, or the node's own name.
    [[nodiscard]] Span span() const;
};

/// Calls that lead back to where they began, each of which is made whenever its caller runs.
using CallCycle = std::vector<CallEdge>;

/// The cycles that can be reached from the templates of a workflow. Each begins with the call that
/// comes first in the order of files and places.
[[nodiscard]] std::vector<CallCycle> find_endless_calls(front::FlowSet& flows,
                                                        const front::Flow& flow);

/// "`a` calls `b`, which calls `a`".
[[nodiscard]] std::string describe(const CallCycle& cycle);

} // namespace tiphys::analyze
