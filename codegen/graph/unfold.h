#pragma once
// Unfolds templates into groups of nodes. Included by build.cpp and the unfold_*.cpp files alone.

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "codegen/graph/graph.h"
#include "compiler/front/resolve.h"
#include "compiler/ir/project.h"
#include "schemas/events.gen.h"
#include "schemas/workflow.gen.h"

namespace tiphys::graph {

class Unfolder {
public:
    /// `depth` as in BuildOptions.
    Unfolder(const ir::Project& project, int depth) : project_(project), depth_(depth) {}

    /// A template that nothing calls.
    Node template_node(const wf::Template& target, const front::WorkflowPlace& place);
    /// The template that a workflow starts with; an empty name means that nothing says which.
    Node entry_node(std::string_view name, const front::WorkflowPlace& place);
    /// Adds the exit handler and hooks of a workflow, whose entry is the first node of `group`.
    void add_workflow_hooks(Group& group, const front::WorkflowPlace& place);
    /// Dependencies, triggers, and the workflows that triggers start; `places` are the document's.
    Group sensor_group(const events::Sensor& sensor,
                       const std::vector<front::WorkflowPlace>& places);

private:
    /// A call that has a name of its own (a task, a step), or none (a hook).
    Node call_node(std::string name, const front::Call& call, const front::WorkflowPlace& place);
    void fill(Node& node, std::string_view label, const wf::Template& target,
              const front::WorkflowPlace& place);
    [[nodiscard]] bool is_foldable(const wf::Template& target) const;

    Group dag_group(const wf::DAGTemplate& dag, const front::WorkflowPlace& place);
    Group steps_group(const wf::Template& target, const front::WorkflowPlace& place);
    static Group container_group(const wf::ContainerSetTemplate& set);
    Node task_node(const wf::DAGTask& task, const front::WorkflowPlace& place);
    Node step_node(const wf::WorkflowStep& step, const front::WorkflowPlace& place);
    void add_hooks(Group& group, std::size_t owner, const ir::Scalar* on_exit,
                   const ir::MapOf<wf::LifecycleHook>& hooks, const front::WorkflowPlace& place);
    void add_hook(Group& group, std::size_t owner, std::string label, const front::Call& call,
                  const front::WorkflowPlace& place);
    Node trigger_node(const events::TriggerTemplate& trigger,
                      const std::vector<front::WorkflowPlace>& places);

    const ir::Project& project_;
    int depth_;
    /// The templates that are being unfolded, the outermost first.
    std::vector<const wf::Template*> around_;
    std::size_t n_nodes_ = 0;
};

/// A name in a condition, and the result asked for; empty for success.
using Reference = std::pair<std::string, std::string>;

/// Adds edges into nodes of a group for the conditions that they wait for.
class Conditions {
public:
    /// Of nodes with equal names the first counts.
    explicit Conditions(Group& group);
    /// `condition` names the nodes of `references`; where edges and their labels do not say all of
    /// it, it is kept as the node's `depends`.
    void add(std::size_t to, std::string_view condition, const std::vector<Reference>& references);

private:
    Group& group_;
    std::map<std::string, std::size_t> index_of_;
};

/// Marks edges that close a cycle, and orders the edges.
void settle_edges(Group& group);

} // namespace tiphys::graph
