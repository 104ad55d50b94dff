// Steps and tasks: their conditions, arguments, loops and exit hooks.

#include "runtime/core/aggregate.h"
#include "runtime/core/arguments.h"
#include "runtime/core/transition.h"

namespace tiphys::run {
namespace {

std::string skip_message(std::string_view condition) {
    return "when '" + std::string(condition) + "' evaluated false";
}

/// What could not be resolved at all, as opposed to elements that do not fit.
Transition::Prepared unresolved(std::string error) {
    return {Transition::Prepared::Kind::kError, std::move(error), {}, true};
}

} // namespace

Scope Transition::scope_of_slot(std::uint32_t index, std::uint32_t slot) const {
    const Frame& frame = state_.frames[index];
    Scope scope = scope_of_node(frame.node);
    if (frame.attempt != kNoId) scope.attempt = &state_.attempts[frame.attempt];
    scope.frame = &frame;
    scope.task = slot;
    return scope;
}

/// A step or task without a loop (`item` null), or one element of a loop.
Transition::Prepared Transition::prepare(std::uint32_t index, std::uint32_t slot,
                                         const Item* item) {
    const Call& called = plan_.calls[state_.frames[index].slots[slot].call];
    Scope scope = scope_of_slot(index, slot);
    scope.item = item;
    const Strictness strictness = item == nullptr ? Strictness::kReferences : Strictness::kAll;
    if (!called.when.empty()) {
        const Resolved condition = resolve(called.when, scope, strictness);
        if (!condition.good()) return unresolved(condition.error);
        const Truth truth = evaluate_when(condition.text);
        if (!truth.error.empty()) return unresolved(truth.error);
        if (!truth.value) return {Prepared::Kind::kSkip, skip_message(condition.text), {}};
    }
    const bool is_step = called.kind == Call::Kind::kStep;
    ArgumentsOrError made = resolve_arguments(called, scope, strictness, is_step);
    if (!made.error.empty()) return unresolved(std::move(made.error));
    return {Prepared::Kind::kRun, "", std::move(made.arguments)};
}

/// Whether the loop's condition has a value already without its elements.
bool Transition::has_condition_without_item(std::uint32_t index, std::uint32_t slot,
                                            std::optional<bool>& value) const {
    const Call& called = plan_.calls[state_.frames[index].slots[slot].call];
    if (called.when.empty()) return true;
    Scope scope = scope_of_slot(index, slot);
    scope.item_comes_later = true;
    const Resolved condition = resolve(called.when, scope, Strictness::kReferences);
    if (!condition.good()) return false;
    const Truth truth = evaluate_when(condition.text);
    if (truth.error.empty()) value = truth.value;
    return true;
}

/// Finds the elements of a loop. kSkip: there are none. Argo: expandStep, expandTask.
Transition::Prepared Transition::open_loop(std::uint32_t index, std::uint32_t slot) {
    Slot& opened = state_.frames[index].slots[slot];
    const Call& called = plan_.calls[opened.call];
    Scope scope = scope_of_slot(index, slot);
    scope.item_comes_later = true;
    std::optional<bool> condition;
    if (!has_condition_without_item(index, slot, condition)) {
        return unresolved(resolve(called.when, scope, Strictness::kReferences).error);
    }
    // A loop whose condition is false need not have anything that can be resolved.
    const bool off = condition && !*condition;
    if (!off) {
        const bool is_step = called.kind == Call::Kind::kStep;
        ArgumentsOrError made = resolve_arguments(called, scope, Strictness::kReferences, is_step);
        if (!made.error.empty()) return unresolved(std::move(made.error));
    }
    LoopItems found = resolve_items(called.loop, scope, off);
    if (!found.error.empty() && !off) {
        return {Prepared::Kind::kError, found.error, {}, found.unresolved};
    }
    opened.n_items = static_cast<std::uint32_t>(found.items.size());
    if (opened.n_items == 0) return {Prepared::Kind::kSkip, "Skipped, empty params", {}};
    opened.loop = static_cast<std::uint32_t>(state_.loops.size());
    state_.loops.push_back(std::move(found.items));
    return off ? Prepared{} : check_items(index, slot);
}

/// One element that cannot be substituted stops the whole loop before it begins, so all are
/// tried; where elements cannot differ in that, the first stands for all.
Transition::Prepared Transition::check_items(std::uint32_t index, std::uint32_t slot) {
    const Slot& opened = state_.frames[index].slots[slot];
    const Call& called = plan_.calls[opened.call];
    const std::uint32_t n_checked = called.item_parts ? opened.n_items : 1;
    Scope scope = scope_of_slot(index, slot);
    const bool is_step = called.kind == Call::Kind::kStep;
    for (std::uint32_t i = 0; i < n_checked; ++i) {
        const Item item = state_.loops[opened.loop].at(i);
        scope.item = &item;
        const Resolved condition = resolve(called.when, scope, Strictness::kAll);
        if (!condition.good()) return {Prepared::Kind::kError, condition.error, {}};
        ArgumentsOrError made = resolve_arguments(called, scope, Strictness::kAll, is_step);
        if (!made.error.empty()) return {Prepared::Kind::kError, std::move(made.error), {}};
    }
    return {};
}

Invocation Transition::invocation_of(std::uint32_t index, std::uint32_t slot,
                                     const Item* item) const {
    const Frame& frame = state_.frames[index];
    const Slot& made = frame.slots[slot];
    const Call& called = plan_.calls[made.call];
    Invocation invocation;
    const bool is_step = called.kind == Call::Kind::kStep;
    invocation.name_parent = is_step ? frame.group_nodes[frame.group] : frame.node;
    invocation.suffix = "." + called.name;
    if (item != nullptr) {
        invocation.suffix += "(" + std::to_string(made.next_item) + ":" + item->label + ")";
        invocation.item = made.next_item;
    }
    invocation.call = made.call;
    invocation.owner = {index, slot, Owner::Kind::kSlot};
    invocation.boundary = frame.node;
    invocation.depth = static_cast<std::uint16_t>(frame.depth + 1);
    invocation.on_exit = frame.on_exit;
    return invocation;
}

/// Between two elements of a loop nothing refers to the actions so far.
void Transition::hand_over_actions() {
    constexpr std::size_t kMany = 1024;
    if (sink_ == nullptr || actions_.size() < kMany) return;
    (*sink_)(std::move(actions_));
    actions_.clear();
}

/// Starts the elements that are left, as far as the limits allow. `first`: the first one,
/// prepared already.
void Transition::continue_slot(std::uint32_t index, std::uint32_t slot, Prepared* first) {
    Slot& running = state_.frames[index].slots[slot];
    running.stage = Slot::Stage::kStarting;
    while (running.next_item < running.n_items && !state_.frames[index].closed) {
        bool started = false;
        if (running.loop == kNoId) {
            Prepared prepared =
                first != nullptr ? std::move(*first) : prepare(index, slot, nullptr);
            started = start_item(index, slot, std::move(prepared), nullptr);
        } else {
            const Item item = state_.loops[running.loop].at(running.next_item);
            started = start_item(index, slot, prepare(index, slot, &item), &item);
        }
        if (!started) {
            park(index, slot);
            return;
        }
        ++running.next_item;
        hand_over_actions();
    }
    running.stage = Slot::Stage::kRunning;
    if (running.n_open == 0) {
        state_.agenda.push_back({Work::Kind::kSlotDone, index, slot, kNoId});
    }
}

/// False when a limit is reached. Otherwise the element has a node.
bool Transition::start_item(std::uint32_t index, std::uint32_t slot, Prepared&& prepared,
                            const Item* item) {
    Frame& frame = state_.frames[index];
    Slot& running = frame.slots[slot];
    const Call& called = plan_.calls[running.call];
    const bool is_step = called.kind == Call::Kind::kStep;
    const Invocation invocation = invocation_of(index, slot, item);
    NodeId node = kNoId;
    std::string error;
    if (prepared.kind == Prepared::Kind::kRun) {
        const CallResult result = call(invocation, std::move(prepared.arguments));
        if (result.kind == CallResult::Kind::kBlocked) return false;
        node = result.node;
        if (result.kind == CallResult::Kind::kError) {
            const std::string name = node_name(state_, node);
            error = is_step ? "step group deemed errored due to child " + name +
                                  " error: " + result.error
                            : "task '" + name + "' errored: " + result.error;
        }
    } else {
        const bool errored = prepared.kind == Prepared::Kind::kError;
        NewNode blank;
        blank.name_parent = invocation.name_parent;
        blank.suffix = invocation.suffix;
        blank.type = NodeType::kSkipped;
        blank.phase = errored ? Phase::kError : Phase::kSkipped;
        blank.call = invocation.call;
        blank.template_id = called.template_id;
        blank.boundary = invocation.boundary;
        blank.message = prepared.text;
        blank.bare_flag = true;
        node = create(blank);
        state_.nodes[node].item = invocation.item;
        if (errored) error = prepared.text;
    }
    if (running.loop == kNoId) running.node = node;
    if (is_step) {
        add_child(frame.group_nodes[frame.group], node);
    } else {
        connect_task(index, slot, node);
    }
    ++running.n_open;
    const bool unowned = state_.nodes[node].owner.kind == Owner::Kind::kNobody;
    if (!error.empty() && is_step) {
        step_errored(index, error);
    } else if (!error.empty() && prepared.kind == Prepared::Kind::kRun) {
        set_message(node, error);
    }
    if (unowned) item_done(index, slot, node, !error.empty());
    return true;
}

void Transition::item_done(std::uint32_t index, std::uint32_t slot, NodeId node, bool with_error) {
    Frame& frame = state_.frames[index];
    Slot& running = frame.slots[slot];
    const Call& called = plan_.calls[running.call];
    const Phase phase = state_.nodes[node].phase;
    const std::uint32_t item = state_.nodes[node].item;
    const bool is_later = running.failed_item == kNoId || item >= running.failed_item;
    if (is_failed(phase) && item != kNoId && is_later) {
        running.failed_item = item;
        running.failed_phase = phase;
    }
    if (with_error && state_.nodes[node].owner.kind != Owner::Kind::kNobody) {
        const std::string name = node_name(state_, node);
        const std::string error(message_of(state_, node));
        if (called.kind == Call::Kind::kStep) {
            step_errored(index,
                         "step group deemed errored due to child " + name + " error: " + error);
        } else {
            set_message(node, "task '" + name + "' errored: " + error);
        }
    }
    const HookPlace place{index, slot, node};
    // Of a task's loop the TaskGroup alone has named hooks. Skipped tasks have them, skipped steps
    // do not. Argo: executeStepGroup, executeDAGTask.
    const bool has_hooks = called.kind == Call::Kind::kStep
                               ? state_.nodes[node].type != NodeType::kSkipped
                               : running.loop == kNoId;
    if (has_hooks && !frame.closed && call_named_hooks(place, true)) return;
    named_hooks_done(place);
}

/// One element is finished, with its hook.
void Transition::close_item(std::uint32_t index, std::uint32_t slot) {
    Slot& running = state_.frames[index].slots[slot];
    --running.n_open;
    if (running.n_open == 0 && running.stage == Slot::Stage::kRunning) {
        state_.agenda.push_back({Work::Kind::kSlotDone, index, slot, kNoId});
    }
}

/// Results that are no JSON cannot be put into a list; Argo then fails whatever comes after.
void Transition::check_aggregate(std::uint32_t index, std::uint32_t slot) {
    Frame& frame = state_.frames[index];
    const std::string error = aggregate_error(state_, frame, frame.slots[slot]);
    frame.slots[slot].aggregate_error = state_.texts.intern(error);
}

void Transition::park(std::uint32_t frame, std::uint32_t slot) {
    Slot& waiting = state_.frames[frame].slots[slot];
    if (waiting.parked) return;
    waiting.parked = true;
    state_.parked.push_back({Parked::Kind::kSlot, frame, slot, kNoId, kNoId});
}

/// Tries what is parked once, that which waits longest first.
void Transition::wake_parked() {
    std::deque<Parked> waiting = std::move(state_.parked);
    state_.parked.clear();
    std::vector<Parked> kept;
    while (!waiting.empty()) {
        // Nothing at all may start.
        if (is_blocked(Invocation{})) break;
        const Parked parked = waiting.front();
        waiting.pop_front();
        wake(parked);
        std::move(state_.parked.begin(), state_.parked.end(), std::back_inserter(kept));
        state_.parked.clear();
    }
    state_.parked.assign(kept.begin(), kept.end());
    state_.parked.insert(state_.parked.end(), waiting.begin(), waiting.end());
}

/// Elements that will never start: their TaskGroup ends with those that did. Otherwise it would
/// keep the templates around it from ending.
void Transition::give_up_items(std::uint32_t index, std::uint32_t slot) {
    Slot& left = state_.frames[index].slots[slot];
    const bool is_group =
        left.node != kNoId && state_.nodes[left.node].type == NodeType::kTaskGroup;
    if (!is_group || left.stage != Slot::Stage::kStarting) return;
    if (left.failed_item == kNoId) left.failed_item = left.next_item;
    left.n_items = left.next_item;
    left.stage = Slot::Stage::kRunning;
    if (left.n_open == 0) {
        state_.agenda.push_back({Work::Kind::kSlotDone, index, slot, kNoId});
    }
}

void Transition::wake(const Parked& parked) {
    const HookPlace place{parked.frame, parked.slot, parked.node};
    switch (parked.kind) {
    case Parked::Kind::kSlot: {
        Frame& frame = state_.frames[parked.frame];
        frame.slots[parked.slot].parked = false;
        // A dag whose tasks were stopped fails without looking at those that have not begun.
        const bool stopped = state_.shutdown != Shutdown::kNone && !frame.on_exit &&
                             plan_.templates[frame.template_id].kind == TemplateKind::kDag &&
                             !had_begun(parked.frame, parked.slot);
        const bool over = frame.closed || frame.failing_fast || stopped;
        if (over) {
            give_up_items(parked.frame, parked.slot);
            return;
        }
        if (is_blocked(invocation_of(parked.frame, parked.slot, nullptr))) {
            park(parked.frame, parked.slot);
        } else {
            continue_slot(parked.frame, parked.slot, nullptr);
        }
        return;
    }
    case Parked::Kind::kAttempt:
        state_.retries[parked.frame].parked = false;
        if (is_fulfilled(state_.nodes[state_.retries[parked.frame].node].phase)) return;
        start_attempt(parked.frame);
        return;
    case Parked::Kind::kHook:
        if (!call_exit_hook(place)) close_item(parked.frame, parked.slot);
        return;
    case Parked::Kind::kNamedHook:
        call_named_hook(place, parked.hook, false);
        return;
    case Parked::Kind::kRunHook:
        call_run_hook(parked.hook);
        return;
    case Parked::Kind::kExitHandler:
        go_on_after_root();
        return;
    }
}

} // namespace tiphys::run
