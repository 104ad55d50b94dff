// Sorting the actions of the core by who does them.

#include "runtime/outbox.h"

#include <algorithm>
#include <utility>

namespace tiphys::run {
namespace {

/// The task that the action is about.
NodeId node_of(const Action& action) {
    if (const auto* start = std::get_if<StartTask>(&action)) return start->node;
    if (const auto* kill = std::get_if<KillTask>(&action)) return kill->node;
    return kNoId;
}

} // namespace

void Outbox::take(std::vector<Action>&& actions, const std::function<void(NodeId)>& changed) {
    for (Action& action : actions) {
        if (const auto* timer = std::get_if<SetTimer>(&action)) {
            timers_.insert({timer->at_ms, n_timers_++, {timer->kind, timer->node}});
        } else if (const auto* deleted = std::get_if<DeleteArtifact>(&action)) {
            garbage.push_back(deleted->artifact);
        } else if (const auto* node = std::get_if<NodeChanged>(&action)) {
            changed(node->node);
        } else if (std::holds_alternative<RunFinished>(action)) {
            is_finished = true;
        } else {
            effects.push_back(std::move(action));
        }
    }
}

void Outbox::drop_effects_on(NodeId node) {
    std::erase_if(effects, [&](const Action& action) { return node_of(action) == node; });
}

std::optional<TimerFired> Outbox::take_timer(std::int64_t now_ms) {
    if (is_finished || timers_.empty() || timers_.begin()->at_ms > now_ms) return std::nullopt;
    const TimerFired fired = timers_.begin()->what;
    timers_.erase(timers_.begin());
    return fired;
}

void Outbox::forget_timer(const TimerFired& fired) {
    const auto found = std::find_if(timers_.begin(), timers_.end(), [&](const Timer& timer) {
        return timer.what.kind == fired.kind && timer.what.node == fired.node;
    });
    if (found != timers_.end()) timers_.erase(found);
}

std::optional<std::int64_t> Outbox::next_timer_ms() const {
    if (is_finished || timers_.empty()) return std::nullopt;
    return timers_.begin()->at_ms;
}

} // namespace tiphys::run
