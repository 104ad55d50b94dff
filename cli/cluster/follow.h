#pragma once
// A workflow of a cluster until it has ended, or the reader has enough.

#include <functional>
#include <string>
#include <vector>

#include "cli/cluster/cluster.h"
#include "cli/cluster/workflow_view.h"

namespace tiphys::cli {

struct Follower {
    /// For each state of the workflow that is told; false: enough.
    std::function<bool(const WorkflowView&)> changed;
    /// Now and then in between, at least each `tick_ms`; may be empty.
    std::function<void()> tick;
    std::int64_t tick_ms = 1000;
};

/// Errors: there is none, it was deleted, the server refuses. A server that is away for a moment is
/// waited for.
[[nodiscard]] Result<Done> follow_workflow(const Cluster& cluster, const std::string& name,
                                           const Follower& follower);

/// Whether the workflow has ended, and how, for exit codes: kExitFine where it has succeeded.
[[nodiscard]] int exit_code_of(const WorkflowView& workflow);

/// Shows it until it has ended; returns an exit code.
[[nodiscard]] Result<int> watch_workflow(const Cluster& cluster, const std::string& name,
                                         const NodeSelector* selector, Streams& streams);

/// One after the other, up to the first that did not succeed.
[[nodiscard]] Result<int> watch_workflows(const Cluster& cluster,
                                          const std::vector<std::string>& names,
                                          const NodeSelector* selector, Streams& streams);

/// After workflows were begun: watches them, waits for them or shows their logs.
[[nodiscard]] Result<int> follow_as_asked(const Cluster& cluster,
                                          const std::vector<std::string>& names,
                                          const FollowChoice& choice, Streams& streams);

/// Says how each has ended. `may_be_absent`: one that is not there counts as one that succeeded.
[[nodiscard]] Result<int> wait_for_workflows(const Cluster& cluster,
                                             const std::vector<std::string>& names,
                                             bool may_be_absent, Streams& streams);

} // namespace tiphys::cli
