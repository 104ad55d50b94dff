// Hooks: calls that follow when an expression about a node, or about the run, becomes true. They
// are looked at whenever the node changes, and once more when it has ended (T40); a node is done
// only when its hooks are (T41). Argo: workflow/controller/hooks.go, exit_handler.go.

#include "runtime/core/arguments.h"
#include "runtime/core/transition.h"

namespace tiphys::run {

/// Calls a hook of a step or task. Its expression is passed over where `fired` says that it has
/// been true already.
Transition::Called Transition::call_hook_of(const HookPlace& place, CallId hook_id,
                                            Owner::Kind kind, bool fired, std::string& error) {
    const Frame& frame = state_.frames[place.frame];
    const Call& hook = plan_.calls[hook_id];
    Scope scope = scope_of_slot(place.frame, place.slot);
    scope.own_slot = place.slot;
    scope.own_node = place.node;
    // Argo puts the element into a step with its hooks. Argo: expandStep, expandTask.
    const Slot& slot = frame.slots[place.slot];
    const std::uint32_t element = state_.nodes[place.node].item;
    std::optional<Item> item;
    if (slot.loop != kNoId && element != kNoId) item = state_.loops[slot.loop].at(element);
    if (item) scope.item = &*item;
    if (!hook.expression.empty() && !fired) {
        const Truth truth = evaluate_condition(hook.expression, scope);
        error = truth.error;
        if (!truth.error.empty() || !truth.value) return Called::kNo;
    }
    const bool is_step = plan_.calls[frame.slots[place.slot].call].kind == Call::Kind::kStep;
    ArgumentsOrError made = resolve_arguments(hook, scope, Strictness::kLenient, is_step);
    error = made.error;
    if (!error.empty()) return Called::kNo;
    Invocation invocation;
    invocation.name_parent = place.node;
    invocation.suffix = kind == Owner::Kind::kHook ? ".onExit" : ".hooks." + hook.name;
    invocation.call = hook_id;
    invocation.owner = {place.frame, place.slot, kind};
    invocation.boundary = frame.node;
    invocation.depth = static_cast<std::uint16_t>(frame.depth + 1);
    invocation.on_exit = kind == Owner::Kind::kHook || frame.on_exit;
    invocation.hooked = true;
    const CallResult result = call(invocation, std::move(made.arguments));
    if (result.node != kNoId) add_child(place.node, result.node);
    if (result.kind == CallResult::Kind::kStarted) return Called::kStarted;
    if (result.kind == CallResult::Kind::kBlocked) return Called::kBlocked;
    error = result.error;
    return Called::kNo;
}

/// Calls the exit hook of a completed node. False: there is nothing to wait for.
bool Transition::call_exit_hook(const HookPlace& place) {
    const bool is_ending = state_.shutdown == Shutdown::kTerminate;
    if (is_ending && kept_of(place.node, ".onExit") == nullptr) return false;
    const Call& called = plan_.calls[state_.frames[place.frame].slots[place.slot].call];
    std::string error;
    const std::size_t n_nodes = state_.nodes.size();
    switch (call_hook_of(place, called.on_exit, Owner::Kind::kHook, false, error)) {
    case Called::kStarted:
        return true;
    case Called::kBlocked:
        state_.parked.push_back({Parked::Kind::kHook, place.frame, place.slot, place.node});
        return true;
    case Called::kNo:
        break;
    }
    if (error.empty()) return false;
    if (called.kind == Call::Kind::kStep) {
        exit_hook_errored(place.frame, error);
    } else if (state_.nodes.size() == n_nodes) {
        // There is no node of the hook that would tell.
        set_message(place.node, error);
    }
    return false;
}

/// Steps that are the whole run end it with the error: Argo takes the group's node for theirs.
/// Argo: executeSteps. What follows them in a handler's time sees them failed.
void Transition::exit_hook_errored(std::uint32_t index, std::string_view error) {
    const Frame& frame = state_.frames[index];
    const Owner owner = state_.nodes[frame.node].owner;
    const bool is_last = plan_.on_exit == kNoId && plan_.hooks.empty();
    if (owner.kind != Owner::Kind::kRoot || !is_last || frame.closed) {
        step_errored(index, error);
        return;
    }
    state_.nodes[frame.node].owner.kind = Owner::Kind::kNobody;
    state_.frames[index].closed = true;
    set_phase(frame.group_nodes[frame.group], Phase::kError, error);
    set_phase(frame.node, Phase::kError, "Workflow operation error");
    finish_run(RunPhase::kError, error);
}

/// Calls the named hooks whose time has come. `ended`: the node has; true when it must wait for
/// one of them.
bool Transition::call_named_hooks(const HookPlace& place, bool ended) {
    const Call& called = plan_.calls[state_.frames[place.frame].slots[place.slot].call];
    if (called.hooks.empty()) return false;
    Hooks& hooks = state_.hooks[place.node];
    hooks.fired.resize(called.hooks.size());
    for (std::uint32_t i = 0; i < called.hooks.size(); ++i) {
        const std::string suffix = ".hooks." + plan_.calls[called.hooks[i]].name;
        const bool stopped =
            state_.shutdown != Shutdown::kNone && kept_of(place.node, suffix) == nullptr;
        if (!hooks.fired[i] && !stopped) call_named_hook(place, i, ended);
    }
    if (ended) hooks.node_ended = true;
    return hooks.n_open > 0;
}

void Transition::call_named_hook(const HookPlace& place, std::uint32_t number, bool ended) {
    const Call& called = plan_.calls[state_.frames[place.frame].slots[place.slot].call];
    Hooks& hooks = state_.hooks[place.node];
    const bool woken = hooks.fired[number];
    std::string error;
    const Called outcome =
        call_hook_of(place, called.hooks[number], Owner::Kind::kNamedHook, woken, error);
    if (outcome == Called::kNo) {
        if (woken) named_hook_done(place);
        // While the node runs, much of what an expression may ask for is not there yet.
        if (error.empty() || !ended) return;
        hooks.fired[number] = true;
        if (called.kind == Call::Kind::kStep) {
            step_errored(place.frame, error);
        } else {
            set_phase(place.node, Phase::kError, error);
        }
        return;
    }
    if (!woken) ++hooks.n_open;
    hooks.fired[number] = true;
    if (outcome == Called::kStarted) return;
    state_.parked.push_back(
        {Parked::Kind::kNamedHook, place.frame, place.slot, place.node, number});
}

void Transition::named_hook_done(const HookPlace& place) {
    Hooks& hooks = state_.hooks[place.node];
    --hooks.n_open;
    if (!hooks.node_ended || hooks.n_open > 0) return;
    hooks.node_ended = false;
    const Slot& slot = state_.frames[place.frame].slots[place.slot];
    // The end of the task itself goes on from there.
    if (slot.node == place.node && slot.group_end != 0) {
        close_item(place.frame, place.slot);
    } else {
        named_hooks_done(place);
    }
}

/// The exit hook comes after all others.
void Transition::named_hooks_done(const HookPlace& place) {
    const Frame& frame = state_.frames[place.frame];
    const Call& called = plan_.calls[frame.slots[place.slot].call];
    const bool has_hook =
        called.on_exit != kNoId && is_completed(state_.nodes[place.node].phase) && !frame.closed;
    if (has_hook && call_exit_hook(place)) return;
    close_item(place.frame, place.slot);
}

/// Hooks of the run see its variables only. Argo: executeWfLifeCycleHook.
void Transition::call_run_hooks() {
    const bool stopped = state_.shutdown != Shutdown::kNone || state_.finished_ms != 0;
    if (plan_.hooks.empty() || stopped || state_.nodes.empty()) return;
    Hooks& hooks = state_.hooks[kNoId];
    hooks.fired.resize(plan_.hooks.size());
    Scope scope;
    scope.state = &state_;
    for (std::uint32_t i = 0; i < plan_.hooks.size(); ++i) {
        if (hooks.fired[i]) continue;
        const Truth truth = evaluate_condition(plan_.calls[plan_.hooks[i]].expression, scope);
        const bool is_error = !truth.error.empty() && hooks.node_ended;
        if (is_error) set_phase(state_.root, Phase::kError, truth.error);
        if (is_error || truth.value) hooks.fired[i] = true;
        if (!truth.value) continue;
        ++hooks.n_open;
        call_run_hook(i);
    }
}

void Transition::call_run_hook(std::uint32_t number) {
    Scope scope;
    scope.state = &state_;
    const Call& hook = plan_.calls[plan_.hooks[number]];
    ArgumentsOrError made = resolve_arguments(hook, scope, Strictness::kLenient, true);
    Invocation invocation;
    invocation.name_parent = state_.root;
    invocation.suffix = ".hooks." + hook.name;
    invocation.call = plan_.hooks[number];
    invocation.owner.kind = Owner::Kind::kRunHook;
    invocation.hooked = true;
    const CallResult result = call(invocation, std::move(made.arguments));
    if (result.node != kNoId) add_child(state_.root, result.node);
    if (result.kind == CallResult::Kind::kBlocked) {
        state_.parked.push_back({Parked::Kind::kRunHook, kNoId, kNoId, kNoId, number});
    } else if (result.kind == CallResult::Kind::kError) {
        run_hook_done();
    }
}

void Transition::run_hook_done() {
    Hooks& hooks = state_.hooks[kNoId];
    --hooks.n_open;
    if (!hooks.node_ended || hooks.n_open > 0) return;
    hooks.node_ended = false;
    go_on_after_root();
}

} // namespace tiphys::run
