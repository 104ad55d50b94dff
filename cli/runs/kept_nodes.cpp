// Deciding from the tree of nodes alone.
#include "cli/runs/kept_nodes.h"

#include <vector>

namespace tiphys::cli {
namespace {

using run::NodeId;

/// Nodes that do something, and do not only hold others.
bool acts(const run::Node& node) {
    return node.type == run::NodeType::kPod || node.type == run::NodeType::kContainer ||
           node.type == run::NodeType::kSuspend || node.type == run::NodeType::kHttp;
}

class Retrial {
public:
    Retrial(const run::State& state, const NodeSelector* restarted)
        : state_(state), again_(state.nodes.size()), has_good_below_(state.nodes.size(), kUnknown) {
        for (NodeId id = 0; id < state_.nodes.size(); ++id) {
            const bool wanted = restarted != nullptr && restarted->matches(state_, id) &&
                                state_.nodes[id].phase == run::Phase::kSucceeded;
            if (wanted) do_again(id);
        }
        for (NodeId id = 0; id < state_.nodes.size(); ++id) {
            const run::Node& node = state_.nodes[id];
            if (!acts(node) || !run::is_failed(node.phase)) continue;
            // An attempt counts for nothing once another one has succeeded.
            const NodeId judged = node.owner.kind == run::Owner::Kind::kAttempt
                                      ? state_.retries[node.owner.frame].node
                                      : id;
            if (!has_good_below(judged)) do_again(id);
        }
    }

    [[nodiscard]] bool is_kept(NodeId id) const {
        const run::Node& node = state_.nodes[id];
        return acts(node) && run::is_completed(node.phase) && !again_[id] && !node.on_exit;
    }

private:
    enum Known : unsigned char { kUnknown, kNo, kYes };

    /// The node and all that follows it.
    void do_again(NodeId first) {
        std::vector<NodeId> stack = {first};
        while (!stack.empty()) {
            const NodeId id = stack.back();
            stack.pop_back();
            if (again_[id]) continue;
            again_[id] = true;
            for (const NodeId child : run::children_of(state_, id)) {
                stack.push_back(child);
            }
        }
    }

    /// Whether something after the node has succeeded, and is not done again.
    bool has_good_below(NodeId first) {
        std::vector<NodeId> stack = {first};
        std::vector<NodeId> seen;
        bool found = false;
        while (!stack.empty() && !found) {
            const NodeId id = stack.back();
            stack.pop_back();
            for (const NodeId child : run::children_of(state_, id)) {
                const bool good =
                    state_.nodes[child].phase == run::Phase::kSucceeded && !again_[child];
                if (good || has_good_below_[child] == kYes) {
                    found = true;
                    break;
                }
                if (has_good_below_[child] == kNo) continue;
                has_good_below_[child] = kNo;
                seen.push_back(child);
                stack.push_back(child);
            }
        }
        // Those on the way may see what was found, or not: they are asked again.
        if (found) {
            for (const NodeId id : seen) {
                has_good_below_[id] = kUnknown;
            }
        }
        return found;
    }

    const run::State& state_;
    std::vector<bool> again_;
    std::vector<Known> has_good_below_;
};

run::KeptNode kept_node(const run::State& state, NodeId id) {
    const run::Node& node = state.nodes[id];
    run::KeptNode kept;
    kept.phase = node.phase;
    kept.message = run::message_of(state, id);
    if (const run::Outputs* outputs = run::outputs_of(state, id)) kept.outputs = *outputs;
    kept.exit_code = node.exit_code;
    kept.started_ms = node.started_ms;
    kept.finished_ms = node.finished_ms;
    return kept;
}

std::string name_within_run(const run::State& state, NodeId id) {
    return run::node_name(state, id).substr(state.plan->workflow_name.size());
}

} // namespace

run::KeptNodes kept_for_retry(const run::State& state, const NodeSelector* restarted) {
    const Retrial retrial(state, restarted);
    run::KeptNodes kept;
    for (NodeId id = 0; id < state.nodes.size(); ++id) {
        if (retrial.is_kept(id)) kept[name_within_run(state, id)] = kept_node(state, id);
    }
    return kept;
}

run::KeptNodes kept_for_copy(const run::State& state) {
    run::KeptNodes kept;
    for (NodeId id = 0; id < state.nodes.size(); ++id) {
        const run::Node& node = state.nodes[id];
        const bool is_pod = node.type == run::NodeType::kPod;
        if (!is_pod || node.on_exit || node.phase != run::Phase::kSucceeded) continue;
        run::KeptNode& copy = kept[name_within_run(state, id)] = kept_node(state, id);
        copy.original = run::node_id(state, id);
    }
    return kept;
}

} // namespace tiphys::cli
