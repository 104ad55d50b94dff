// Ways up from nodes to the root. Argo: resetPath and what it calls in workflow/util/util.go.
#include "cli/cluster/node_graph.h"

#include <deque>

namespace tiphys::cli {
namespace {

const GraphNode* find(const NodeGraph& graph, const std::string& id) {
    const auto found = graph.find(id);
    return found == graph.end() ? nullptr : &found->second;
}

bool is_group(const std::string& type) {
    return type == "DAG" || type == "TaskGroup" || type == "StepGroup" || type == "Steps";
}

class Climb {
public:
    Climb(const NodeGraph& graph, ResetPlan& plan) : graph_(graph), plan_(plan) {}

    void from(const std::string& id) {
        plan_.removed.insert(id);
        plan_.removed.merge(nodes_below(graph_, id));
        std::string at = id;
        while (const GraphNode* node = find(graph_, at)) {
            if (is_group(node->type)) {
                plan_.reset.insert(at);
                at = past_boundaries(at);
                continue;
            }
            if (node->type == "Retry" && node->has_failed()) plan_.reset.insert(at);
            if (node->type == "Container") {
                at = past_pod(at);
                continue;
            }
            at = node->parent;
        }
    }

private:
    /// Up to the outermost boundary, whose parent is returned. Argo: resetBoundaries.
    std::string past_boundaries(std::string at) {
        while (const GraphNode* node = find(graph_, at)) {
            const GraphNode* parent = find(graph_, node->parent);
            if (parent != nullptr && parent->type == "Retry") {
                plan_.reset.insert(node->parent);
                at = node->parent;
                node = parent;
                parent = find(graph_, node->parent);
            }
            if (parent != nullptr && (parent->type == "StepGroup" || parent->type == "TaskGroup")) {
                plan_.reset.insert(node->parent);
            }
            if (node->boundary.empty()) return node->parent;
            const std::string boundary = node->boundary;
            while (node != nullptr && at != boundary) {
                at = node->parent;
                node = find(graph_, at);
            }
            if (node != nullptr) plan_.reset.insert(at);
        }
        return "";
    }

    /// A container runs again with its pod. Argo: resetPod.
    std::string past_pod(std::string at) {
        while (const GraphNode* node = find(graph_, at)) {
            if (node->type == "Pod") {
                plan_.removed.insert(at);
                plan_.removed.merge(nodes_below(graph_, at));
                return node->parent;
            }
            at = node->parent;
        }
        return "";
    }

    const NodeGraph& graph_;
    ResetPlan& plan_;
};

/// Breadth first from the root, which is the order in which Argo treats them.
std::vector<std::string> from_root(const NodeGraph& graph, const std::string& root) {
    std::vector<std::string> order;
    std::set<std::string> seen = {root};
    std::deque<std::string> open = {root};
    while (!open.empty()) {
        const GraphNode* node = find(graph, open.front());
        if (node != nullptr) {
            order.push_back(open.front());
            for (const std::string& child : node->children) {
                if (seen.insert(child).second) open.push_back(child);
            }
        }
        open.pop_front();
    }
    return order;
}

} // namespace

void find_parents(NodeGraph& graph) {
    for (const auto& [id, node] : graph) {
        for (const std::string& child : node.children) {
            const auto found = graph.find(child);
            if (found != graph.end()) found->second.parent = id;
        }
    }
}

std::set<std::string> nodes_below(const NodeGraph& graph, const std::string& id) {
    std::set<std::string> below;
    std::vector<std::string> open = {id};
    while (!open.empty()) {
        const GraphNode* node = find(graph, open.back());
        open.pop_back();
        if (node == nullptr) continue;
        for (const std::string& child : node->children) {
            if (below.insert(child).second) open.push_back(child);
        }
    }
    return below;
}

bool has_succeeded_below(const NodeGraph& graph, const std::string& id,
                         const std::set<std::string>& leaving) {
    for (const std::string& child : nodes_below(graph, id)) {
        const GraphNode* node = find(graph, child);
        if (node != nullptr && node->phase == "Succeeded" && !leaving.contains(child)) return true;
    }
    return false;
}

ResetPlan plan_reset(const NodeGraph& graph, const std::string& root,
                     const std::set<std::string>& again) {
    ResetPlan plan;
    Climb climb(graph, plan);
    for (const std::string& id : from_root(graph, root)) {
        // What goes with something above needs no way of its own.
        if (again.contains(id) && !plan.removed.contains(id)) climb.from(id);
    }
    return plan;
}

} // namespace tiphys::cli
