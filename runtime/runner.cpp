// The loop around the core.

#include "runtime/runner.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

#include "runtime/cache_files.h"
#include "runtime/io/crash_point.h"
#include "runtime/io/wake_files.h"
#include "runtime/outbox.h"

namespace tiphys::run {
namespace {

/// Whether what the event is about is there.
bool fits(const State& state, const Event& event) {
    const auto is_task = [&](NodeId node) {
        return node < state.nodes.size() && state.nodes[node].template_id != kNoId;
    };
    if (const auto* started = std::get_if<TaskStarted>(&event.what)) return is_task(started->node);
    if (const auto* waits = std::get_if<TaskWaiting>(&event.what)) return is_task(waits->node);
    if (const auto* ended = std::get_if<TaskFinished>(&event.what)) return is_task(ended->node);
    if (const auto* timer = std::get_if<TimerFired>(&event.what)) {
        return timer->kind == TimerKind::kRunDeadline || timer->node < state.nodes.size();
    }
    return true;
}

Error does_not_fit(const State& state) {
    return Error{"what happened in run `" + state.plan->workflow_name +
                 "` does not fit its manifest: another version of tiphys has begun it"};
}

class Runner {
public:
    Runner(State& state, Backend& backend, Observer& observer, const RunnerOptions& options)
        : state_(state), backend_(backend), observer_(observer), options_(options) {}

    Result<Done> run() {
        if (options_.handle_signals && !signals_.open()) {
            return Error{std::string("cannot watch signals: ") + std::strerror(errno)};
        }
        wake_.add(signals_.file());
        if (options_.doorbell != nullptr) wake_.add(options_.doorbell->file());
        begin();
        while (!error_ && (!outbox_.is_finished || backend_.n_open() > 0)) {
            for (BackendReport& report : backend_.wait(next_wake(), wake_.file())) {
                // What a task has written is told before its end.
                if (report.finished) show_output_of(report.node);
                deliver_report(std::move(report));
            }
            fire_timers();
            handle_signals();
            handle_requests();
            if (must_commit()) commit();
            show_output();
            const std::int64_t now = backend_.now_ms();
            if (options_.tick_ms != 0 && now >= next_tick_ms_) {
                observer_.tick(state_, now);
                next_tick_ms_ = now + options_.tick_ms;
            }
        }
        if (error_) return *error_;
        return close();
    }

private:
    /// How long an event may wait to become durable.
    static constexpr std::int64_t kMostDelayMs = 10;

    /// The node's alone: the others may not have begun yet, as far as is known.
    void show_output_of(NodeId node) {
        take_output();
        std::erase_if(output_, [&](const Backend::Output& output) {
            if (output.node != node) return false;
            observer_.output(state_, output);
            return true;
        });
    }

    void show_output() {
        take_output();
        for (const Backend::Output& output : std::exchange(output_, {})) {
            observer_.output(state_, output);
        }
    }

    void take_output() {
        for (Backend::Output& output : backend_.take_output()) {
            output_.push_back(std::move(output));
        }
    }

    void begin() {
        if (!options_.history.empty()) {
            go_on();
            return;
        }
        const bool ends_at_once = options_.begins_with_shutdown != Shutdown::kNone;
        if (options_.begins_suspended || ends_at_once) {
            deliver({backend_.now_ms(), SuspensionChanged{true, false}});
        }
        RunStarted started;
        if (!options_.cache_folder.empty()) started.caches = load_caches(options_.cache_folder);
        deliver({backend_.now_ms(), std::move(started)});
        if (ends_at_once) {
            deliver({backend_.now_ms(), ShutdownRequested{options_.begins_with_shutdown}});
        }
        commit();
    }

    /// Goes through what has happened, and then does what it led to and was perhaps not done.
    void go_on() {
        for (const Event& event : options_.history) {
            if (!fits(state_, event)) {
                error_ = does_not_fit(state_);
                return;
            }
            std::vector<Action> actions = step(state_, event);
            if (const auto* ended = std::get_if<TaskFinished>(&event.what)) {
                ended_.push_back(ended->node);
                outbox_.drop_effects_on(ended->node);
            }
            if (const auto* fired = std::get_if<TimerFired>(&event.what)) {
                outbox_.forget_timer(*fired);
            }
            gather(std::move(actions), false);
        }
        save_what_is_missing();
        handle_requests();
        commit();
    }

    /// Entries of caches that other runs have made since stay as they are.
    void save_what_is_missing() {
        if (options_.cache_folder.empty()) return;
        const Caches saved = load_caches(options_.cache_folder);
        std::erase_if(outbox_.effects, [&](const Action& action) {
            const auto* entry = std::get_if<SaveCacheEntry>(&action);
            if (entry == nullptr) return false;
            const auto cache = saved.find(entry->cache);
            return cache != saved.end() && cache->second.contains(entry->key);
        });
    }

    [[nodiscard]] std::int64_t next_wake() const {
        constexpr std::int64_t kLongest = 3'600'000;
        std::int64_t next = backend_.now_ms() + kLongest;
        next = std::min(next, outbox_.next_timer_ms().value_or(next));
        if (uncommitted_since_ms_) next = std::min(next, *uncommitted_since_ms_ + kMostDelayMs);
        if (options_.tick_ms != 0) next = std::min(next, next_tick_ms_);
        return next;
    }

    void deliver(Event event) {
        if (!uncommitted_since_ms_) uncommitted_since_ms_ = event.now_ms;
        gather(step(state_, event), true);
        if (options_.log != nullptr) options_.log->add(std::move(event));
    }

    void gather(std::vector<Action>&& actions, bool is_news) {
        outbox_.take(std::move(actions), [&](NodeId node) {
            if (is_news) observer_.node_changed(state_, node);
        });
    }

    /// What has no effects may wait a moment for more of its kind: the backend remembers how a task
    /// has ended until it is released.
    [[nodiscard]] bool must_commit() const {
        if (!outbox_.effects.empty() || outbox_.is_finished) return true;
        return uncommitted_since_ms_ && backend_.now_ms() >= *uncommitted_since_ms_ + kMostDelayMs;
    }

    /// What has happened becomes durable, and only then has effects.
    void commit() {
        uncommitted_since_ms_.reset();
        if (options_.log != nullptr) {
            crash_point("round.before_commit");
            const auto done = options_.log->commit(state_);
            if (!done) {
                error_ = done.error();
                return;
            }
            crash_point("round.after_commit");
        }
        for (Action& action : std::exchange(outbox_.effects, {})) {
            if (auto* start = std::get_if<StartTask>(&action)) {
                backend_.start(start->node, std::move(start->spec));
            } else if (const auto* kill = std::get_if<KillTask>(&action)) {
                backend_.stop(kill->node, false);
            } else if (const auto* saved = std::get_if<SaveCacheEntry>(&action)) {
                save(*saved);
            }
        }
        for (const NodeId node : std::exchange(ended_, {})) {
            backend_.release(node);
        }
    }

    Result<Done> close() {
        for (const Artifact& artifact : outbox_.garbage) {
            const auto removed = backend_.remove_artifact(artifact);
            if (!removed) observer_.warned(removed.error().message);
        }
        crash_point("run.before_close");
        if (options_.log != nullptr) {
            TIPHYS_TRY(closed, options_.log->close(state_));
            static_cast<void>(closed);
        }
        crash_point("run.after_close");
        observer_.finished(state_);
        return Done{};
    }

    void save(const SaveCacheEntry& entry) {
        if (options_.cache_folder.empty()) return;
        const auto kept = save_cache_entry(options_.cache_folder, entry);
        if (!kept) error_ = kept.error();
        crash_point("cache.saved");
    }

    void deliver_report(BackendReport report) {
        const std::int64_t now = backend_.now_ms();
        if (!report.waiting.empty()) {
            deliver({now, TaskWaiting{report.node, std::move(report.waiting)}});
        } else if (report.finished) {
            running_.erase(std::remove(running_.begin(), running_.end(), report.node),
                           running_.end());
            ended_.push_back(report.node);
            deliver({now, TaskFinished{report.node, std::move(report.report)}});
        } else {
            running_.push_back(report.node);
            deliver({now, TaskStarted{report.node, report.place}});
        }
    }

    void fire_timers() {
        const std::int64_t now = backend_.now_ms();
        while (const auto fired = outbox_.take_timer(now)) {
            deliver({now, *fired});
        }
    }

    void handle_signals() {
        for (int n = signals_.take(); n > 0; --n) {
            ++n_signals_;
            const bool at_once = n_signals_ > 1;
            deliver({backend_.now_ms(),
                     ShutdownRequested{at_once ? Shutdown::kTerminate : Shutdown::kStop}});
            if (!at_once) continue;
            for (const NodeId node : running_) {
                backend_.stop(node, true);
            }
        }
    }

    void handle_requests() {
        if (options_.log == nullptr || options_.doorbell == nullptr) return;
        // Somebody may have asked before we listened. The bell is silenced first: who rings later
        // is heard again.
        const bool rang = options_.doorbell->take();
        if (std::exchange(has_looked_, true) && !rang) return;
        auto requests = options_.log->take_requests();
        if (!requests) {
            error_ = requests.error();
            return;
        }
        for (EventKind& request : *requests) {
            deliver({backend_.now_ms(), std::move(request)});
        }
    }

    State& state_;
    Backend& backend_;
    Observer& observer_;
    const RunnerOptions& options_;
    SignalFile signals_;
    FileSet wake_;
    std::vector<NodeId> running_;
    /// What waits for the next commit.
    Outbox outbox_;
    std::vector<NodeId> ended_;
    /// That nobody has seen yet.
    std::vector<Backend::Output> output_;
    /// The time of the first event that is not durable yet.
    std::optional<std::int64_t> uncommitted_since_ms_;
    std::int64_t next_tick_ms_ = 0;
    int n_signals_ = 0;
    /// The run cannot be carried on.
    std::optional<Error> error_;
    bool has_looked_ = false;
};

} // namespace

Result<Done> run_to_end(State& state, Backend& backend, Observer& observer,
                        const RunnerOptions& options) {
    return Runner(state, backend, observer, options).run();
}

Result<Done> replay(State& state, const std::vector<Event>& events) {
    for (const Event& event : events) {
        if (!fits(state, event)) return does_not_fit(state);
        static_cast<void>(step(state, event).size());
    }
    return Done{};
}

} // namespace tiphys::run
