// What people ask of a run while it lasts, and what an earlier run has left to this one.

#include "runtime/core/transition.h"

namespace tiphys::run {

// Argo: ResumeWorkflow in workflow/util/util.go.
void Transition::change_suspension(const SuspensionChanged& change) {
    state_.suspended = change.suspended;
    if (change.suspended) return;
    if (state_.phase == RunPhase::kPending) {
        begin();
        return;
    }
    if (change.with_nodes) {
        const auto n_nodes = static_cast<NodeId>(state_.nodes.size());
        for (NodeId id = 0; id < n_nodes; ++id) {
            const Node& node = state_.nodes[id];
            if (node.type != NodeType::kSuspend || node.phase != Phase::kRunning) continue;
            // What whoever resumes might add follows what is there already.
            if (node.message != 0) set_message(id, std::string(message_of(state_, id)) + "; ");
            resume(id);
        }
    }
    const std::vector<NodeId> retries = std::move(state_.held_retries);
    state_.held_retries.clear();
    for (const NodeId node : retries) {
        timer_fired({TimerKind::kBackoff, node});
    }
    wake_ = true;
}

void Transition::set_suspended_node(const SuspendedNodeSet& change) {
    if (change.node >= state_.nodes.size()) return;
    const Node& node = state_.nodes[change.node];
    if (node.type != NodeType::kSuspend || node.phase != Phase::kRunning) return;
    if (!change.outputs.empty() && node.outputs != kNoId) {
        Outputs& outputs = state_.outputs[node.outputs];
        for (const auto& [name, value] : change.outputs) {
            for (ParameterValue& parameter : outputs.parameters) {
                if (parameter.name == name) parameter.value = value;
            }
        }
        publish_outputs(outputs);
    }
    if (!change.message.empty()) {
        set_message(change.node, change.message);
        actions_.emplace_back(NodeChanged{change.node});
    }
    if (!change.phase) return;
    if (*change.phase == Phase::kSucceeded) {
        resume(change.node);
    } else {
        set_phase(change.node, *change.phase);
    }
}

const KeptNode* Transition::kept_of(NodeId id) const {
    return kept_of(id, "");
}

/// Of a node that need not be there yet, by how its name goes on from that of its parent.
const KeptNode* Transition::kept_of(NodeId parent, std::string_view suffix) const {
    if (state_.kept.empty()) return nullptr;
    const std::string name = node_name(state_, parent).append(suffix);
    const auto found = state_.kept.find(name.substr(plan_.workflow_name.size()));
    return found == state_.kept.end() ? nullptr : &found->second;
}

/// What a pod was made with stays, whatever its caller would say now.
void Transition::take_kept_inputs(const Invocation& invocation, const Template& callee,
                                  Inputs& inputs) const {
    const KeptNode* kept = kept_of(invocation.name_parent, invocation.suffix);
    const bool calls_others =
        callee.kind == TemplateKind::kSteps || callee.kind == TemplateKind::kDag;
    if (kept == nullptr || (calls_others && !is_fulfilled(kept->phase))) return;
    for (std::size_t i = 0; i < inputs.parameters.size(); ++i) {
        for (const auto& [name, value] : kept->inputs) {
            if (callee.input_parameters[i].name == name) inputs.parameters[i] = value;
        }
    }
}

/// When the node has come to its phase: now, or before the run was taken up again.
std::int64_t Transition::end_of(NodeId id) const {
    const KeptNode* kept = kept_of(id);
    const bool is_old =
        kept != nullptr && kept->phase == state_.nodes[id].phase && kept->finished_ms != 0;
    return is_old ? kept->finished_ms : now_ms_;
}

bool Transition::has_kept_end(NodeId id) const {
    const KeptNode* kept = kept_of(id);
    return kept != nullptr && is_fulfilled(kept->phase);
}

/// Gives the node the end that it had; false where it had none.
bool Transition::restore_kept(NodeId id) {
    if (!has_kept_end(id)) return false;
    const KeptNode* kept = kept_of(id);
    // The processes of a container set follow their pod.
    for (NodeId child = id + 1; child < state_.nodes.size(); ++child) {
        if (state_.nodes[child].boundary == id) restore_kept(child);
    }
    if (kept->outputs) {
        publish_outputs(*kept->outputs);
        state_.nodes[id].outputs = static_cast<std::uint32_t>(state_.outputs.size());
        state_.outputs.push_back(*kept->outputs);
    }
    if (!kept->place.host.empty() || !kept->place.ip.empty()) state_.places[id] = kept->place;
    Node& node = state_.nodes[id];
    node.exit_code = kept->exit_code;
    node.started_ms = kept->started_ms;
    node.finished_ms = kept->finished_ms;
    if (kept->original.empty()) {
        set_phase(id, kept->phase, kept->message);
        return true;
    }
    // Argo: FormulateResubmitWorkflow in workflow/util/util.go.
    node.is_copy = true;
    set_phase(id, Phase::kSkipped, "original pod: " + kept->original);
    state_.nodes[id].type = NodeType::kSkipped;
    return true;
}

} // namespace tiphys::run
