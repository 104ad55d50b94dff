#pragma once
// The nodes of a status with their parents, and which of them a retry resets and deletes.

#include <map>
#include <set>
#include <string>
#include <vector>

namespace tiphys::cli {

/// Of `status.nodes`.
struct GraphNode {
    std::string name;
    std::string type;
    std::string phase;
    std::string boundary;
    std::vector<std::string> children;
    /// Empty: it has none.
    std::string parent;
    /// An attempt of a Retry node. Argo: NodeFlag.Retried.
    bool is_attempt = false;

    [[nodiscard]] bool has_failed() const { return phase == "Failed" || phase == "Error"; }
};

/// By id.
using NodeGraph = std::map<std::string, GraphNode>;

/// Fills in the parents. Of several the last by id counts, as in Argo.
void find_parents(NodeGraph& graph);

/// All nodes below one, by children.
[[nodiscard]] std::set<std::string> nodes_below(const NodeGraph& graph, const std::string& id);

/// Whether something below has succeeded that is not in `leaving`.
[[nodiscard]] bool has_succeeded_below(const NodeGraph& graph, const std::string& id,
                                       const std::set<std::string>& leaving);

struct ResetPlan {
    /// Become running again.
    std::set<std::string> reset;
    /// Go, and are made anew; counts where a node is in both.
    std::set<std::string> removed;
};

/// What comes of letting the nodes `again` run again. `root`: the id of the workflow's own node.
[[nodiscard]] ResetPlan plan_reset(const NodeGraph& graph, const std::string& root,
                                   const std::set<std::string>& again);

} // namespace tiphys::cli
