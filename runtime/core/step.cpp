// The order in which an event's consequences are dealt with.

#include "runtime/core/step.h"

#include "runtime/core/arguments.h"
#include "runtime/core/transition.h"

namespace tiphys::run {

void Transition::do_work(const Work& work) {
    switch (work.kind) {
    case Work::Kind::kNodeDone:
        node_done(work.node, work.with_error);
        return;
    case Work::Kind::kSlotDone:
        slot_done(work.frame, work.slot);
        return;
    case Work::Kind::kAssess:
        assess(work.frame);
        return;
    case Work::Kind::kFailFast:
        if (!fail_group_within_walk(work.frame, work.node)) fail_fast(work.frame);
        return;
    case Work::Kind::kHooks:
        if (!is_fulfilled(state_.nodes[work.node].phase)) {
            static_cast<void>(call_named_hooks({work.frame, work.slot, work.node}, false));
        }
        return;
    case Work::Kind::kDaemonFailed:
        daemon_failed(work.node);
        return;
    }
}

void Transition::slot_done(std::uint32_t index, std::uint32_t slot) {
    Frame& frame = state_.frames[index];
    if (plan_.templates[frame.template_id].kind == TemplateKind::kDag) {
        dag_slot_done(index, slot);
        return;
    }
    Slot& step = frame.slots[slot];
    if (step.stage != Slot::Stage::kRunning || step.n_open > 0) return;
    step.stage = Slot::Stage::kDone;
    if (step.loop != kNoId) check_aggregate(index, slot);
    --frame.n_open_slots;
    if (frame.n_open_slots == 0) close_group(index);
}

/// Consequences first; then calls that waited for room; then dags in which nothing is left to do.
void Transition::drain() {
    while (!state_.suspended) {
        if (!state_.agenda.empty()) {
            const Work work = state_.agenda.front();
            state_.agenda.pop_front();
            do_work(work);
        } else if (wake_) {
            wake_ = false;
            if (!state_.parked.empty()) wake_parked();
            if (!state_.lock_waiters.empty()) wake_lock_waiters();
        } else if (!state_.assessments.empty()) {
            const Work work = state_.assessments.front();
            state_.assessments.pop_front();
            do_work(work);
        } else if (look_at_run_hooks_) {
            look_at_run_hooks_ = false;
            // Once the root has ended, its end looks at them.
            const bool runs = !state_.nodes.empty() && !is_fulfilled(state_.nodes[0].phase);
            if (runs) call_run_hooks();
        } else if (!end_if_stuck()) {
            return;
        }
    }
}

/// Nothing runs, and what is left waits for a place or a lock that nobody will give up: daemons
/// that take all places, a template that calls one with the same lock. Argo waits for ever.
bool Transition::end_if_stuck() {
    const bool any_waits = !state_.parked.empty() || !state_.lock_waiters.empty();
    if (!any_waits || is_ending_ || state_.finished_ms != 0) return false;
    std::uint32_t n_daemons = 0;
    for (const NodeId id : state_.daemons) {
        const Node& node = state_.nodes[id];
        if (node.daemoned && node.type == NodeType::kPod) ++n_daemons;
    }
    if (state_.n_active_pods > n_daemons) return false;
    // What is new is what most likely still waits.
    for (auto retry = state_.retries.rbegin(); retry != state_.retries.rend(); ++retry) {
        if (retry->waiting) return false;
    }
    for (auto node = state_.nodes.rbegin(); node != state_.nodes.rend(); ++node) {
        const bool acts = node->type == NodeType::kSuspend || node->type == NodeType::kHttp;
        if (acts && !is_fulfilled(node->phase) && !node->waits_for_lock) return false;
    }
    std::string who = "a call waits for a place under `parallelism`";
    for (const LockWaiter& waiter : state_.lock_waiters) {
        const NodeId node = waiter.invocation.reused;
        if (is_fulfilled(state_.nodes[node].phase)) continue;
        const std::string* taken = first_taken(waiter.locks);
        if (taken != nullptr && state_.locks_outside.contains(*taken)) return false;
        if (taken != nullptr) who = node_name(state_, node) + " waits for lock " + *taken;
    }
    finish_run(RunPhase::kError, who + ", which is never given up");
    return true;
}

void Transition::begin() {
    state_.phase = RunPhase::kRunning;
    const auto before = state_.kept.find("");
    state_.started_ms = before == state_.kept.end() ? now_ms_ : before->second.started_ms;
    state_.root = 0;
    if (!plan_.error.empty()) {
        finish_run(RunPhase::kFailed, plan_.error);
        return;
    }
    if (plan_.active_deadline_seconds) {
        const std::int64_t started_ms = state_.started_ms / 1000 * 1000;
        actions_.emplace_back(SetTimer{TimerKind::kRunDeadline, kNoId,
                                       started_ms + *plan_.active_deadline_seconds * 1000});
    }
    Scope scope;
    scope.state = &state_;
    const Call& entry = plan_.calls[plan_.entrypoint];
    ArgumentsOrError made = resolve_arguments(entry, scope, Strictness::kLenient, true);
    Invocation invocation;
    invocation.suffix = plan_.workflow_name;
    invocation.call = plan_.entrypoint;
    invocation.owner.kind = Owner::Kind::kRoot;
    const CallResult result = call(invocation, std::move(made.arguments));
    if (result.kind == CallResult::Kind::kError) {
        finish_run(RunPhase::kError, "error in entry template execution: " + result.error);
    } else if (result.kind == CallResult::Kind::kBlocked) {
        finish_run(RunPhase::kError, "the parallelism of the workflow leaves no room for its "
                                     "entrypoint");
    }
}

void Transition::apply(const Event& event) {
    if (const auto* started = std::get_if<RunStarted>(&event.what)) {
        state_.caches = started->caches;
        state_.kept = started->kept;
        if (!state_.suspended) begin();
    }
    if (const auto* started = std::get_if<TaskStarted>(&event.what)) task_started(*started);
    if (const auto* waiting = std::get_if<TaskWaiting>(&event.what)) task_waits(*waiting);
    if (const auto* finished = std::get_if<TaskFinished>(&event.what)) {
        task_finished(finished->node, finished->report);
    }
    if (const auto* timer = std::get_if<TimerFired>(&event.what)) timer_fired(*timer);
    if (const auto* shutdown = std::get_if<ShutdownRequested>(&event.what)) {
        end_early(shutdown->shutdown);
    }
    if (const auto* change = std::get_if<SuspensionChanged>(&event.what)) {
        change_suspension(*change);
    }
    if (const auto* change = std::get_if<SuspendedNodeSet>(&event.what)) {
        set_suspended_node(*change);
    }
    if (const auto* change = std::get_if<LocksChanged>(&event.what)) {
        state_.locks_outside = change->held_outside;
        wake_ = true;
    }
    drain();
}

std::vector<Action> step(State& state, const Event& event) {
    const bool over = state.finished_ms != 0;
    if (over) return {};
    state.now_ms = event.now_ms;
    Transition transition(state, event.now_ms, nullptr);
    transition.apply(event);
    return transition.take_actions();
}

void step(State& state, const Event& event, const ActionSink& sink) {
    const bool over = state.finished_ms != 0;
    if (over) return;
    state.now_ms = event.now_ms;
    Transition transition(state, event.now_ms, &sink);
    transition.apply(event);
    sink(transition.take_actions());
}

} // namespace tiphys::run
