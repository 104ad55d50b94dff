// Steps templates: groups one after the other. Argo: workflow/controller/steps.go.

#include "runtime/core/transition.h"

namespace tiphys::run {

void Transition::start_steps(std::uint32_t index) {
    Frame& frame = state_.frames[index];
    const Template& steps = plan_.templates[frame.template_id];
    for (const auto& group : steps.groups) {
        frame.slot_offset.push_back(static_cast<std::uint32_t>(frame.slots.size()));
        for (const CallId call : group) {
            frame.slots.emplace_back().call = call;
        }
    }
    frame.slot_offset.push_back(static_cast<std::uint32_t>(frame.slots.size()));
    if (steps.groups.empty()) {
        finish_steps(index);
    } else {
        start_group(index);
    }
}

/// The group hangs off everything that the group before ended with.
void Transition::connect_group(std::uint32_t index, NodeId group_node) {
    const Frame& frame = state_.frames[index];
    if (frame.group == 0) {
        add_child(frame.node, group_node);
        return;
    }
    const NodeId before = frame.group_nodes[frame.group - 1];
    const std::vector<NodeId> children = children_of(state_, before);
    if (children.empty()) add_child(before, group_node);
    std::vector<NodeId> ends;
    for (const NodeId child : children) {
        append_outbound(child, ends);
    }
    for (const NodeId end : ends) {
        add_child(end, group_node);
    }
}

void Transition::start_group(std::uint32_t index) {
    Frame& frame = state_.frames[index];
    const std::string suffix = "[" + std::to_string(frame.group) + "]";
    NewNode blank;
    blank.name_parent = frame.node;
    blank.suffix = suffix;
    blank.type = NodeType::kStepGroup;
    blank.phase = Phase::kRunning;
    blank.boundary = frame.node;
    blank.bare_flag = true;
    const NodeId group_node = create(blank);
    frame.group_nodes.push_back(group_node);
    connect_group(index, group_node);
    const std::uint32_t first = frame.slot_offset[frame.group];
    const std::uint32_t end = frame.slot_offset[frame.group + 1];
    frame.n_open_slots = end - first;
    std::vector<Prepared> prepared;
    if (!check_group(index, prepared)) return;
    for (std::uint32_t slot = first; slot < end && !frame.closed; ++slot) {
        Slot& started = frame.slots[slot];
        if (started.n_items > 0) {
            continue_slot(index, slot, started.loop == kNoId ? &prepared[slot - first] : nullptr);
            continue;
        }
        // An empty loop leaves one skipped node.
        started.n_items = 1;
        continue_slot(index, slot, &prepared[slot - first]);
    }
    // Without any step nothing will ever end; Argo leaves such a group running for ever.
    if (first == end) close_group(index);
}

/// Works out all steps of the group before any is started: one that cannot be resolved stops all.
bool Transition::check_group(std::uint32_t index, std::vector<Prepared>& prepared) {
    Frame& frame = state_.frames[index];
    const std::uint32_t end = frame.slot_offset[frame.group + 1];
    std::string expansion_error;
    for (std::uint32_t slot = frame.slot_offset[frame.group]; slot < end; ++slot) {
        const bool loops = plan_.calls[frame.slots[slot].call].loop.kind != LoopKind::kNone;
        prepared.push_back(loops ? open_loop(index, slot) : prepare(index, slot, nullptr));
        const Prepared& made = prepared.back();
        if (made.kind != Prepared::Kind::kError) continue;
        if (made.unresolved) {
            step_errored(index, "failed to resolve references: " + made.text);
            return false;
        }
        if (expansion_error.empty()) expansion_error = made.text;
    }
    if (expansion_error.empty()) return true;
    step_errored(index, expansion_error);
    return false;
}

/// The group is in error, and the template fails with it. What runs already goes on.
void Transition::step_errored(std::uint32_t index, std::string_view message) {
    Frame& frame = state_.frames[index];
    if (frame.closed) return;
    frame.closed = true;
    set_phase(frame.group_nodes[frame.group], Phase::kError, message);
    set_steps_outbound(index);
    set_phase(frame.node, Phase::kFailed, message);
}

void Transition::close_group(std::uint32_t index) {
    Frame& frame = state_.frames[index];
    if (frame.closed) return;
    const NodeId group_node = frame.group_nodes[frame.group];
    for (const NodeId child : children_of(state_, group_node)) {
        const Node& node = state_.nodes[child];
        if (!is_failed(node.phase)) continue;
        if (continues_on_failure(plan_.calls[node.call], node.phase == Phase::kError)) continue;
        const std::string message = "child '" + node_id(state_, child) + "' failed";
        frame.closed = true;
        set_phase(group_node, Phase::kFailed, message);
        set_steps_outbound(index);
        set_phase(frame.node, Phase::kFailed, message);
        return;
    }
    set_phase(group_node, Phase::kSucceeded);
    for (std::uint32_t slot = frame.slot_offset[frame.group];
         slot < frame.slot_offset[frame.group + 1]; ++slot) {
        if (frame.slots[slot].aggregate_error == 0) continue;
        frame.closed = true;
        fail_with_error(frame.node, state_.texts.get(frame.slots[slot].aggregate_error));
        return;
    }
    ++frame.group;
    if (frame.group + 1 < frame.slot_offset.size()) {
        start_group(index);
    } else {
        finish_steps(index);
    }
}

/// A daemon must run until the end: its group has failed, whatever comes after it does.
void Transition::daemon_failed(NodeId id) {
    const Node& node = state_.nodes[id];
    const std::uint32_t index = frame_of(node.boundary);
    if (index == kNoId || node.owner.kind != Owner::Kind::kSlot) return;
    Frame& frame = state_.frames[index];
    const bool in_steps = plan_.templates[frame.template_id].kind == TemplateKind::kSteps;
    const Call& called = plan_.calls[node.call];
    if (frame.closed || !in_steps) return;
    if (continues_on_failure(called, node.phase == Phase::kError)) return;
    // Its own group finds out when it ends.
    const NodeId current = frame.group_nodes.back();
    if (current == node.name_parent) return;
    const std::string message = "child '" + node_id(state_, id) + "' failed";
    frame.closed = true;
    // Argo leaves the group that runs at that time as it is.
    if (!is_fulfilled(state_.nodes[current].phase)) {
        state_.nodes[current].given_up = true;
        account(current, true, false);
    }
    set_phase(node.name_parent, Phase::kFailed, message);
    set_steps_outbound(index);
    set_phase(frame.node, Phase::kFailed, message);
}

void Transition::set_steps_outbound(std::uint32_t index) {
    Frame& frame = state_.frames[index];
    if (frame.group_nodes.empty()) return;
    for (const NodeId child : children_of(state_, frame.group_nodes.back())) {
        append_outbound(child, frame.outbound);
    }
}

void Transition::finish_steps(std::uint32_t index) {
    set_steps_outbound(index);
    finish_with_outputs(index);
}

} // namespace tiphys::run
