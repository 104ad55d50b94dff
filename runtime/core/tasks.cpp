// What comes from outside: reports of the backend, timers, and the wish to end early.

#include <algorithm>

#include "runtime/core/suspended.h"
#include "runtime/core/transition.h"
#include "runtime/plan/time_text.h"

namespace tiphys::run {
namespace {

// The kubelet's words. Kubernetes: pkg/kubelet/active_deadline.go.
constexpr std::string_view kPodDeadline =
    "Pod was active on the node longer than the specified deadline";
constexpr std::string_view kStepDeadline = "Step exceeded its deadline";

} // namespace

/// Argo: getPendingReason in workflow/controller/operator.go.
void Transition::task_waits(const TaskWaiting& waiting) {
    if (state_.nodes[waiting.node].phase != Phase::kPending) return;
    set_phase(waiting.node, Phase::kPending, waiting.reason);
}

void Transition::task_started(const TaskStarted& started) {
    const NodeId id = started.node;
    const Placement& place = started.place;
    if (!place.ip.empty() || !place.host.empty()) state_.places[id] = place;
    if (state_.nodes[id].phase != Phase::kPending) return;
    // What it has waited for is over.
    set_phase(id, Phase::kRunning, "");
    const Template& called = plan_.templates[state_.nodes[id].template_id];
    if (called.daemon && state_.nodes[id].type == NodeType::kPod) daemon_ready(id);
    for (const NodeId child : children_of(state_, id)) {
        if (state_.nodes[child].type == NodeType::kContainer) set_phase(child, Phase::kRunning);
    }
    if (called.active_deadline.empty()) return;
    const Resolved text = resolve(called.active_deadline, scope_of_node(id), Strictness::kLenient);
    if (const auto limit = parse_duration_ms(text.text)) {
        actions_.emplace_back(SetTimer{TimerKind::kTaskDeadline, id, now_ms_ + *limit});
    }
}

/// Whoever waits for the node goes on, while it runs.
void Transition::daemon_ready(NodeId id) {
    Node& node = state_.nodes[id];
    node.daemoned = true;
    state_.daemons.push_back(id);
    account(id, true, true);
    const std::uint32_t index = frame_of(node.boundary);
    if (index != kNoId && state_.frames[index].failing_fast) {
        state_.agenda.push_back({Work::Kind::kFailFast, index, kNoId, kNoId});
    }
    if (node.owner.kind == Owner::Kind::kNobody) return;
    state_.agenda.push_back({Work::Kind::kNodeDone, kNoId, kNoId, id});
}

/// Argo: killDaemonedChildren in workflow/controller/exec_control.go.
void Transition::end_daemons(NodeId boundary) {
    std::vector<NodeId> others;
    std::vector<NodeId> ending;
    for (const NodeId id : state_.daemons) {
        (state_.nodes[id].boundary == boundary ? ending : others).push_back(id);
    }
    state_.daemons = std::move(others);
    for (const NodeId id : ending) {
        if (!state_.nodes[id].daemoned) continue;
        if (state_.nodes[id].type == NodeType::kPod) kill(id, KillReason::kRunOver);
        set_phase(id, Phase::kSucceeded);
    }
}

void Transition::store_outputs(NodeId id, const TaskReport& report) {
    if (report.exit_code) state_.nodes[id].exit_code = *report.exit_code;
    Outputs outputs;
    outputs.result = report.result;
    outputs.parameters = report.parameters;
    outputs.artifacts = report.artifacts;
    const Scope scope = own_scope(state_, id);
    for (const OutputParameter& output : scope.self->output_parameters) {
        const bool is_told =
            std::any_of(report.parameters.begin(), report.parameters.end(),
                        [&](const ParameterValue& told) { return told.name == output.name; });
        if (!output.value || is_told) continue;
        outputs.parameters.push_back(
            {output.name, resolve(*output.value, scope, Strictness::kLenient).text,
             resolve(output.global_name, scope, Strictness::kLenient).text});
    }
    const bool any = outputs.result || !outputs.parameters.empty() || !outputs.artifacts.empty();
    if (!any) return;
    publish_outputs(outputs);
    state_.nodes[id].outputs = static_cast<std::uint32_t>(state_.outputs.size());
    state_.outputs.push_back(std::move(outputs));
}

void Transition::finish_processes(NodeId id, const TaskReport& report) {
    // The nodes of the processes directly follow the pod's.
    for (std::uint32_t i = 0; i < report.processes.size(); ++i) {
        const NodeId process = id + 1 + i;
        switch (report.processes[i].end) {
        case ProcessReport::End::kSucceeded:
            set_phase(process, Phase::kSucceeded);
            break;
        case ProcessReport::End::kFailed:
            set_phase(process, Phase::kFailed, report.processes[i].message);
            break;
        case ProcessReport::End::kError:
            set_phase(process, Phase::kError, report.processes[i].message);
            break;
        case ProcessReport::End::kKilled:
            set_phase(process, Phase::kFailed, "Pod Failed whilst container running");
            break;
        }
    }
}

/// Processes that nobody reports on any more end as their pod did.
/// Argo: handleExecutionControlError in workflow/controller/exec_control.go.
void Transition::end_processes(NodeId pod) {
    for (NodeId process = pod + 1; process < state_.nodes.size(); ++process) {
        if (state_.nodes[process].boundary != pod) return;
        if (is_fulfilled(state_.nodes[process].phase)) continue;
        set_phase(process, state_.nodes[pod].phase, message_of(state_, pod));
    }
}

void Transition::task_finished(NodeId id, const TaskReport& report) {
    // A node that was ended from here keeps its message (T44).
    if (is_fulfilled(state_.nodes[id].phase)) return;
    const Template& called = plan_.templates[state_.nodes[id].template_id];
    if (report.http && report.http->error.empty()) {
        finish_task(id, answered(id, report));
    } else if (called.kind == TemplateKind::kData && report.phase == Phase::kSucceeded) {
        finish_task(id, transformed(id, report));
    } else {
        finish_task(id, report);
    }
}

void Transition::finish_task(NodeId id, const TaskReport& report) {
    store_outputs(id, report);
    finish_processes(id, report);
    const KillReason reason = state_.nodes[id].kill_reason;
    const bool is_daemon = plan_.templates[state_.nodes[id].template_id].daemon;
    if (reason == KillReason::kDeadline) {
        set_phase(id, Phase::kFailed, kPodDeadline);
    } else if (is_daemon && report.phase == Phase::kSucceeded) {
        // A daemon is to run for ever (T08).
        set_phase(id, Phase::kFailed, report.message);
    } else {
        set_phase(id, report.phase, report.message);
    }
}

void Transition::kill(NodeId id, KillReason reason) {
    Node& node = state_.nodes[id];
    if (node.kill_reason != KillReason::kNone) return;
    node.kill_reason = reason;
    actions_.emplace_back(KillTask{id});
}

void Transition::timer_fired(const TimerFired& timer) {
    if (timer.kind == TimerKind::kRunDeadline) {
        run_deadline_passed();
        return;
    }
    const Node& node = state_.nodes[timer.node];
    if (is_fulfilled(node.phase)) return;
    switch (timer.kind) {
    case TimerKind::kBackoff:
        if (state_.suspended) {
            state_.held_retries.push_back(timer.node);
        } else if (node.type == NodeType::kRetry && state_.retries[node.body].waiting) {
            attempt_done(node.body, state_.retries[node.body].last_attempt, false);
        }
        return;
    case TimerKind::kTaskDeadline:
        kill(timer.node, KillReason::kDeadline);
        return;
    case TimerKind::kTimeout:
        time_is_over(timer.node);
        return;
    case TimerKind::kSuspend:
        resume(timer.node);
        return;
    case TimerKind::kRunDeadline:
        return;
    }
}

/// Argo: checkTemplateTimeouts in workflow/controller/operator.go.
void Transition::time_is_over(NodeId id) {
    const Node& node = state_.nodes[id];
    const Template& called = plan_.templates[node.template_id];
    const Scope scope = scope_of_node(id);
    const auto is_past = [&](const Text& limit) {
        const auto end_ms = end_of_time(id, limit, scope);
        return end_ms && now_ms_ >= *end_ms;
    };
    const bool pending = node.phase == Phase::kPending;
    if (!is_past(called.timeout) && !(pending && is_past(called.pending_timeout))) return;
    kill(id, KillReason::kDeadline);
    if (pending) fail_waiting(id);
}

/// A node that has waited too long: its step group does not wait for other steps then.
void Transition::fail_waiting(NodeId id) {
    constexpr std::string_view kTimeout = "timeout";
    const Owner owner = state_.nodes[id].owner;
    if (owner.kind == Owner::Kind::kRoot) state_.nodes[id].owner.kind = Owner::Kind::kNobody;
    set_phase(id, Phase::kFailed, kTimeout);
    if (owner.kind == Owner::Kind::kRoot) {
        state_.nodes[id].owner = owner;
        Work work{Work::Kind::kNodeDone, kNoId, kNoId, id};
        work.with_error = true;
        state_.agenda.push_back(work);
    }
    if (owner.kind != Owner::Kind::kSlot) return;
    Frame& frame = state_.frames[owner.frame];
    if (frame.closed || frame.group_nodes.empty()) return;
    frame.closed = true;
    set_phase(frame.group_nodes[frame.group], Phase::kFailed, kTimeout);
    set_steps_outbound(owner.frame);
    set_phase(frame.node, Phase::kFailed, kTimeout);
}

/// Outputs that nobody supplied take their defaults.
void Transition::resume(NodeId id) {
    const Node& node = state_.nodes[id];
    const std::string reason = reason_to_wait(state_, id);
    if (!reason.empty()) {
        fail_with_error(id, reason);
        return;
    }
    if (node.outputs != kNoId) {
        for (ParameterValue& output : state_.outputs[node.outputs].parameters) {
            if (output.value) continue;
            output.value =
                default_of_supplied(plan_.templates[node.template_id], output.name)->source();
        }
    }
    set_phase(id, Phase::kSucceeded);
}

void Transition::run_deadline_passed() {
    if (state_.phase != RunPhase::kRunning) return;
    state_.deadline_passed = true;
    fail_unfinished(NodeType::kPod, kStepDeadline, false);
    fail_unfinished(NodeType::kHttp, kStepDeadline, false);
    fail_lock_waiters(kStepDeadline, false);
    fail_unfinished(NodeType::kSuspend, kStepDeadline, false);
}

/// Fails all unfinished nodes of a type; those of exit handlers only if `with_handlers`.
void Transition::fail_unfinished(NodeType type, std::string_view message, bool with_handlers) {
    const auto n_nodes = static_cast<NodeId>(state_.nodes.size());
    for (NodeId id = 0; id < n_nodes; ++id) {
        const Node& node = state_.nodes[id];
        const bool wanted = node.type == type && !is_fulfilled(node.phase);
        if (!wanted || (node.on_exit && !with_handlers)) continue;
        if (type != NodeType::kSuspend) kill(id, KillReason::kShutdown);
        set_phase(id, Phase::kFailed, message);
    }
}

/// Argo: applyExecutionControl and failNodesWithoutCreatedPodsAfterDeadlineOrShutdown.
void Transition::end_early(Shutdown shutdown) {
    state_.suspended = false;
    if (state_.phase == RunPhase::kPending) {
        // What is made now fails before it begins.
        state_.shutdown = shutdown;
        begin();
        if (state_.kept.empty()) return;
        // The run is taken up again: what had begun ends as it would have.
        drain();
        state_.shutdown = Shutdown::kNone;
    }
    if (state_.phase != RunPhase::kRunning || shutdown <= state_.shutdown) return;
    const bool with_handlers = shutdown == Shutdown::kTerminate;
    const std::string strategy(shutdown_name(shutdown));
    const std::string stopped = "Stopped with strategy '" + strategy + "'";
    // Suspended nodes first: tasks that wait for them still see their failure, while a dag whose
    // pods were stopped fails without looking further.
    is_ending_ = true;
    fail_unfinished(NodeType::kSuspend, stopped, with_handlers);
    drain();
    is_ending_ = false;
    // Their failure may have been the end of the run.
    if (state_.phase == RunPhase::kFailed) state_.message = stopped;
    wake_ = true;
    state_.shutdown = shutdown;
    const std::string ended = "workflow shutdown with strategy:  " + strategy;
    fail_unfinished(NodeType::kHttp, stopped, with_handlers);
    fail_lock_waiters(stopped, with_handlers);
    fail_unfinished(NodeType::kPod, ended, with_handlers);
    for (std::uint32_t i = 0; i < state_.retries.size(); ++i) {
        const bool rests = state_.retries[i].waiting || state_.retries[i].parked;
        if (!rests) continue;
        // What the last attempt has left does not become the template's then.
        state_.retries[i].waiting = false;
        set_phase(state_.retries[i].node, Phase::kFailed, stopped);
    }
    for (std::uint32_t i = 0; i < state_.frames.size(); ++i) {
        Frame& frame = state_.frames[i];
        if (frame.closed || frame.assess_queued) continue;
        frame.assess_queued = true;
        state_.assessments.push_back({Work::Kind::kAssess, i, kNoId, kNoId});
    }
}

} // namespace tiphys::run
