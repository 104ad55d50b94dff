// Dag templates: tasks when their dependencies are done. Argo: workflow/controller/dag.go.

#include <algorithm>

#include "runtime/core/aggregate.h"
#include "runtime/core/transition.h"

namespace tiphys::run {

const DagShape& Transition::shape_of(std::uint32_t index) const {
    const Frame& frame = state_.frames[index];
    return frame.shape == kNoId ? plan_.templates[frame.template_id].dag
                                : state_.dag_shapes[frame.shape];
}

/// The shape of a dag whose targets depend on what it is called with; that of the template is kept
/// where they do not. Returns what is wrong with the targets, or nothing.
std::string Transition::find_targets(const Template& dag, const Scope& scope,
                                     std::uint32_t& shape) {
    if (!dag.dag_target.has_tags()) return "";
    const Resolved target = resolve(dag.dag_target, scope, Strictness::kLenient);
    if (!target.good()) return target.error;
    const std::vector<std::string> names = split_targets(target.text);
    const std::string unknown = unknown_target(plan_, dag.groups[0], names);
    // Argo's controller panics with these words.
    if (!unknown.empty()) return "target " + unknown + " does not exist";
    if (names.empty()) return "";
    shape = static_cast<std::uint32_t>(state_.dag_shapes.size());
    state_.dag_shapes.push_back(shape_dag(plan_, dag.groups[0], names));
    return "";
}

void Transition::start_dag(std::uint32_t index) {
    Frame& frame = state_.frames[index];
    const std::vector<CallId>& tasks = plan_.templates[frame.template_id].groups[0];
    frame.slots.resize(tasks.size());
    for (std::size_t i = 0; i < tasks.size(); ++i) {
        frame.slots[i].call = tasks[i];
        frame.slots[i].remaining =
            static_cast<std::uint32_t>(plan_.calls[tasks[i]].dependencies.size());
    }
    for (const std::uint32_t task : shape_of(index).order) {
        if (frame.slots[task].remaining == 0) start_dag_task(index, task);
    }
    if (!frame.assess_queued) {
        frame.assess_queued = true;
        state_.assessments.push_back({Work::Kind::kAssess, index, kNoId, kNoId});
    }
}

/// A node in place of the task: its TaskGroup, or the reason why it does not run.
NodeId Transition::make_task_node(std::uint32_t index, std::uint32_t slot, Phase phase,
                                  std::string_view message) {
    Frame& frame = state_.frames[index];
    const Call& task = plan_.calls[frame.slots[slot].call];
    const std::string suffix = "." + task.name;
    NewNode blank;
    blank.name_parent = frame.node;
    blank.suffix = suffix;
    blank.type = phase == Phase::kRunning ? NodeType::kTaskGroup : NodeType::kSkipped;
    blank.phase = phase;
    blank.call = frame.slots[slot].call;
    blank.template_id = task.template_id;
    blank.boundary = frame.node;
    blank.message = message;
    blank.bare_flag = true;
    const NodeId node = create(blank);
    connect_task(index, slot, node);
    frame.slots[slot].node = node;
    return node;
}

void Transition::connect_task(std::uint32_t index, std::uint32_t slot, NodeId node) {
    const Frame& frame = state_.frames[index];
    const Slot& task = frame.slots[slot];
    const bool has_group = task.node != kNoId && task.node != node &&
                           state_.nodes[task.node].type == NodeType::kTaskGroup;
    if (has_group) {
        add_child(task.node, node);
        return;
    }
    const Call& called = plan_.calls[task.call];
    if (called.dependencies.empty()) add_child(frame.node, node);
    std::int64_t latest_ms = 0;
    for (const std::uint32_t dependency : called.dependencies) {
        latest_ms = std::max(latest_ms, state_.nodes[frame.slots[dependency].node].finished_ms);
    }
    std::vector<NodeId> ends;
    for (const std::uint32_t dependency : called.dependencies) {
        const NodeId before = frame.slots[dependency].node;
        append_outbound(before, ends);
        // Argo connects the task to a group that has just ended before the group's hooks begin; but
        // the group does not wait for exit hooks of its elements.
        const bool has_just_ended = state_.nodes[before].type == NodeType::kTaskGroup &&
                                    state_.nodes[before].finished_ms == latest_ms &&
                                    plan_.calls[frame.slots[dependency].call].on_exit == kNoId;
        if (!has_just_ended) continue;
        std::erase_if(ends, [&](NodeId end) {
            return state_.nodes[end].hooked && state_.nodes[end].name_parent == before;
        });
    }
    for (const NodeId end : ends) {
        add_child(end, node);
    }
}

bool Transition::task_result(std::uint32_t index, std::uint32_t task, TaskResult result) const {
    const NodeId id = state_.frames[index].slots[task].node;
    const Node& node = state_.nodes[id];
    switch (result) {
    case TaskResult::kSucceeded:
        return has_succeeded(node);
    case TaskResult::kFailed:
        return node.phase == Phase::kFailed;
    case TaskResult::kErrored:
        return node.phase == Phase::kError;
    case TaskResult::kSkipped:
        return node.phase == Phase::kSkipped;
    case TaskResult::kOmitted:
        return node.phase == Phase::kOmitted;
    case TaskResult::kDaemoned:
        return node.daemoned;
    case TaskResult::kAnySucceeded:
    case TaskResult::kAllFailed:
        break;
    }
    if (node.type != NodeType::kTaskGroup) return false;
    const std::vector<NodeId> children = children_of(state_, id);
    bool any_succeeded = false;
    bool all_failed = !children.empty();
    for (const NodeId child : children) {
        any_succeeded = any_succeeded || has_succeeded(state_.nodes[child]);
        all_failed = all_failed && state_.nodes[child].phase == Phase::kFailed;
    }
    return result == TaskResult::kAnySucceeded ? any_succeeded : all_failed;
}

void Transition::start_dag_task(std::uint32_t index, std::uint32_t slot) {
    Frame& frame = state_.frames[index];
    Slot& task = frame.slots[slot];
    const Call& called = plan_.calls[task.call];
    bool wanted = evaluate(called.depends, [&](std::uint32_t other, TaskResult result) {
        return task_result(index, other, result);
    });
    if (!state_.kept.empty()) {
        // A daemon that has ended since is none any more: what was decided then stands.
        const KeptNode* kept = kept_of(frame.node, "." + called.name);
        if (kept != nullptr) wanted = kept->phase != Phase::kOmitted;
    }
    const auto close = [&] {
        task.n_items = task.next_item = 0;
        task.stage = Slot::Stage::kRunning;
        state_.agenda.push_back({Work::Kind::kSlotDone, index, slot, kNoId});
    };
    if (!called.depends_error.empty()) {
        make_task_node(index, slot, Phase::kError, called.depends_error);
        close();
        return;
    }
    if (!wanted) {
        make_task_node(index, slot, Phase::kOmitted, "omitted: depends condition not met");
        close();
        return;
    }
    for (const std::uint32_t ancestor : shape_of(index).ancestors[slot]) {
        const std::uint32_t error = frame.slots[ancestor].aggregate_error;
        if (error == 0) continue;
        make_task_node(index, slot, Phase::kError, state_.texts.get(error));
        close();
        return;
    }
    if (called.loop.kind == LoopKind::kNone) {
        continue_slot(index, slot, nullptr);
        return;
    }
    const Prepared opened = open_loop(index, slot);
    if (opened.kind == Prepared::Kind::kRun) {
        const NodeId group = make_task_node(index, slot, Phase::kRunning, "");
        if (!called.hooks.empty())
            state_.agenda.push_back({Work::Kind::kHooks, index, slot, group});
        continue_slot(index, slot, nullptr);
        return;
    }
    const bool errored = opened.kind == Prepared::Kind::kError;
    make_task_node(index, slot, errored ? Phase::kError : Phase::kSkipped, opened.text);
    close();
}

/// The end of a node that stands for the task: its TaskGroup, or the reason why it did not run.
/// False: one of its hooks is not done.
bool Transition::close_task_node(std::uint32_t index, std::uint32_t slot) {
    Frame& frame = state_.frames[index];
    Slot& task = frame.slots[slot];
    const HookPlace place{index, slot, task.node};
    if (task.group_end == 0) {
        task.group_end = 1;
        if (state_.nodes[task.node].type == NodeType::kTaskGroup) {
            const bool failed = task.failed_item != kNoId;
            set_phase(task.node, failed ? task.failed_phase : Phase::kSucceeded);
            check_aggregate(index, slot);
        }
        ++task.n_open;
        if (!frame.closed && call_named_hooks(place, true)) return false;
        --task.n_open;
    }
    if (task.group_end > 1) return true;
    task.group_end = 2;
    // Argo calls the exit hook for each element and for the group as well.
    const bool is_over = is_completed(state_.nodes[task.node].phase);
    if (plan_.calls[task.call].on_exit == kNoId || frame.closed || !is_over) return true;
    ++task.n_open;
    if (call_exit_hook(place)) return false;
    --task.n_open;
    return true;
}

/// Before the run was taken up again.
bool Transition::had_begun(std::uint32_t index, std::uint32_t slot) const {
    const Frame& frame = state_.frames[index];
    return kept_of(frame.node, "." + plan_.calls[frame.slots[slot].call].name) != nullptr;
}

/// All elements of the task and their hooks are done: its dependants may go on.
void Transition::dag_slot_done(std::uint32_t index, std::uint32_t slot) {
    Frame& frame = state_.frames[index];
    Slot& task = frame.slots[slot];
    if (task.stage != Slot::Stage::kRunning || task.n_open > 0) return;
    // What was called, or skipped by its condition, has ended with its element already.
    const bool has_own_end = task.n_items == 0 || task.loop != kNoId;
    if (has_own_end && !close_task_node(index, slot)) return;
    task.stage = Slot::Stage::kDone;
    // A dag whose tasks were stopped fails without looking at what comes after them.
    const bool stopped = state_.shutdown != Shutdown::kNone && !frame.on_exit;
    const bool goes_on = !frame.closed && !frame.failing_fast;
    for (const std::uint32_t dependant : shape_of(index).dependants[slot]) {
        Slot& waiting = frame.slots[dependant];
        --waiting.remaining;
        const bool is_next = waiting.remaining == 0 && goes_on;
        if (is_next && (!stopped || had_begun(index, dependant))) {
            start_dag_task(index, dependant);
        }
    }
    if (frame.n_busy == 0 && !frame.assess_queued) {
        frame.assess_queued = true;
        state_.assessments.push_back({Work::Kind::kAssess, index, kNoId, kNoId});
    }
}

/// The phase that a target which did not run takes over from what came before it: a failure on
/// any way to it counts. Argo: the search in assessDAGPhase.
Phase Transition::branch_phase(NodeId id) const {
    const Node& node = state_.nodes[id];
    if (is_completed(node.phase) || node.boundary == kNoId) return node.phase;
    // A daemon, or a process of one, still runs.
    if (node.type != NodeType::kSkipped) return Phase::kSucceeded;
    const Frame& frame = state_.frames[frame_of(node.boundary)];
    if (plan_.templates[frame.template_id].kind == TemplateKind::kSteps) {
        // Its parent is its group.
        return branch_phase(node.name_parent);
    }
    for (const Slot& task : frame.slots) {
        if (task.call != node.call) continue;
        if (task.node != id && task.node != kNoId) return branch_phase(task.node);
        std::vector<NodeId> ends;
        for (const std::uint32_t dependency : plan_.calls[task.call].dependencies) {
            append_outbound(frame.slots[dependency].node, ends);
        }
        for (const NodeId end : ends) {
            const Phase phase = branch_phase(end);
            if (is_failed(phase)) return phase;
        }
    }
    return Phase::kSucceeded;
}

void Transition::assess(std::uint32_t index) {
    Frame& frame = state_.frames[index];
    frame.assess_queued = false;
    const Template& dag = plan_.templates[frame.template_id];
    if (frame.closed || frame.n_busy > 0 || dag.kind != TemplateKind::kDag) return;
    // Unless it had ended before the run was taken up again.
    const bool is_stopped = state_.shutdown != Shutdown::kNone && !has_kept_end(frame.node);
    if (is_stopped && !frame.on_exit) {
        finish_dag(index, Phase::kFailed);
        return;
    }
    bool missing = false;
    Phase result = Phase::kSucceeded;
    for (const std::uint32_t target : shape_of(index).targets) {
        const Slot& task = frame.slots[target];
        if (task.stage != Slot::Stage::kDone) {
            missing = true;
            result = Phase::kSucceeded;
            if (!dag.dag_fail_fast) break;
            continue;
        }
        const Phase phase = branch_phase(task.node);
        if (!is_failed(phase)) continue;
        if (continues_on_failure(plan_.calls[task.call], phase == Phase::kError)) continue;
        result = phase;
        if (dag.dag_fail_fast) break;
    }
    if (is_failed(result)) {
        finish_dag(index, result);
    } else if (!missing) {
        finish_dag(index, Phase::kSucceeded);
    }
}

void Transition::finish_dag(std::uint32_t index, Phase phase) {
    Frame& frame = state_.frames[index];
    for (const std::uint32_t target : shape_of(index).targets) {
        const NodeId node = frame.slots[target].node;
        if (node != kNoId) append_outbound(node, frame.outbound);
    }
    if (phase == Phase::kSucceeded) {
        finish_with_outputs(index);
        return;
    }
    frame.closed = true;
    set_phase(frame.node, phase);
}

} // namespace tiphys::run
