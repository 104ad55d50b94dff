#pragma once
// A run from its first event to its last: carries the core's actions out on a backend.

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/base/result.h"
#include "runtime/backends/backend.h"
#include "runtime/core/step.h"
#include "runtime/io/doorbell.h"
#include "runtime/journal/run_log.h"

namespace tiphys::run {

/// Watches a run. All calls come from the thread that runs it.
class Observer {
public:
    Observer() = default;
    Observer(const Observer&) = delete;
    Observer& operator=(const Observer&) = delete;
    virtual ~Observer() = default;

    virtual void node_changed(const State& state, NodeId node) = 0;
    virtual void output(const State& state, const Backend::Output& output) = 0;
    /// Comes at least as often as asked for, as long as the run lasts.
    virtual void tick(const State& state, std::int64_t now_ms) = 0;
    virtual void finished(const State& state) = 0;
    /// Something went wrong that does not change the outcome.
    virtual void warned(const std::string&) {}
};

struct RunnerOptions {
    /// 0: no ticks.
    std::int64_t tick_ms = 0;
    /// SIGINT, SIGTERM and SIGHUP stop the run; the second one kills what runs.
    bool handle_signals = false;
    /// Where caches of memoized templates are kept; empty: they end with the run.
    std::string cache_folder;
    /// Where everything that happens is written down before it has any effect; null: nowhere.
    RunLog* log = nullptr;
    /// What the journal has of the run already: it goes on from there.
    std::vector<Event> history;
    /// It begins only when somebody resumes it.
    bool begins_suspended = false;
    /// It is to end as soon as it begins.
    Shutdown begins_with_shutdown = Shutdown::kNone;
    /// Rings when there may be requests in the log; null: never.
    const Doorbell* doorbell = nullptr;
};

/// Runs until the workflow has ended and no task is left. The outcome is in `state`; an Error means
/// that the run could not be carried on: what runs then goes on running.
[[nodiscard]] Result<Done> run_to_end(State& state, Backend& backend, Observer& observer,
                                      const RunnerOptions& options);

/// Brings the state to where the events lead. Errors: they speak of nodes that the plan has not
/// brought forth, as it is another one than theirs.
[[nodiscard]] Result<Done> replay(State& state, const std::vector<Event>& events);

} // namespace tiphys::run
