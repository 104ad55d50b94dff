#pragma once
// What the core has asked for and nobody has done yet. All that carry out a run have one.

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <vector>

#include "runtime/core/step.h"

namespace tiphys::run {

class Outbox {
public:
    /// Sorts actions in; `changed` is called for each node that has changed.
    void take(std::vector<Action>&& actions, const std::function<void(NodeId)>& changed);

    /// Nothing that was asked for about the task is to be done any more.
    void drop_effects_on(NodeId node);

    /// The earliest timer that is due; each is told once.
    [[nodiscard]] std::optional<TimerFired> take_timer(std::int64_t now_ms);
    void forget_timer(const TimerFired& fired);
    /// Unix time; nothing where no timer is set.
    [[nodiscard]] std::optional<std::int64_t> next_timer_ms() const;

    /// StartTask, KillTask and SaveCacheEntry, in their order.
    std::vector<Action> effects;
    /// Artifacts that are to be removed when no task is left.
    std::vector<Artifact> garbage;
    bool is_finished = false;

private:
    struct Timer {
        std::int64_t at_ms;
        std::uint64_t order;
        TimerFired what;
        friend bool operator<(const Timer& a, const Timer& b) {
            return a.at_ms != b.at_ms ? a.at_ms < b.at_ms : a.order < b.order;
        }
    };

    std::set<Timer> timers_;
    std::uint64_t n_timers_ = 0;
};

} // namespace tiphys::run
