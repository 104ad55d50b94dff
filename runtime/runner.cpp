// The loop around the core.

#include "runtime/runner.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <queue>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "runtime/cache_files.h"

namespace tiphys::run {
namespace {

struct Timer {
    std::int64_t at_ms;
    std::uint64_t order;
    TimerFired what;
    friend bool operator>(const Timer& a, const Timer& b) {
        return a.at_ms != b.at_ms ? a.at_ms > b.at_ms : a.order > b.order;
    }
};

/// The signals that end a run, as a file that can be read.
class SignalFile {
public:
    bool open() {
        ::sigemptyset(&signals_);
        for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
            ::sigaddset(&signals_, signal);
        }
        ::sigprocmask(SIG_BLOCK, &signals_, &before_);
        file_ = ::signalfd(-1, &signals_, SFD_CLOEXEC | SFD_NONBLOCK);
        return file_ >= 0;
    }
    ~SignalFile() {
        if (file_ < 0) return;
        ::close(file_);
        ::sigprocmask(SIG_SETMASK, &before_, nullptr);
    }
    SignalFile() = default;
    SignalFile(const SignalFile&) = delete;
    SignalFile& operator=(const SignalFile&) = delete;

    /// How many have come since the last call.
    [[nodiscard]] int take() const {
        int n = 0;
        signalfd_siginfo info{};
        while (file_ >= 0 && ::read(file_, &info, sizeof info) > 0) {
            ++n;
        }
        return n;
    }
    [[nodiscard]] int file() const { return file_; }

private:
    int file_ = -1;
    sigset_t signals_{};
    sigset_t before_{};
};

class Runner {
public:
    Runner(State& state, Backend& backend, Observer& observer, const RunnerOptions& options)
        : state_(state), backend_(backend), observer_(observer), options_(options) {}

    Result<Done> run() {
        if (options_.handle_signals && !signals_.open()) {
            return Error{std::string("cannot watch signals: ") + std::strerror(errno)};
        }
        RunStarted started;
        if (!options_.cache_folder.empty()) started.caches = load_caches(options_.cache_folder);
        deliver({backend_.now_ms(), std::move(started)});
        while (!error_ && (!finished_ || backend_.n_open() > 0)) {
            for (BackendReport& report : backend_.wait(next_wake(), signals_.file())) {
                deliver_report(std::move(report));
            }
            fire_timers();
            handle_signals();
            for (const Backend::Output& output : backend_.take_output()) {
                observer_.output(state_, output);
            }
            const std::int64_t now = backend_.now_ms();
            if (options_.tick_ms != 0 && now >= next_tick_ms_) {
                observer_.tick(state_, now);
                next_tick_ms_ = now + options_.tick_ms;
            }
        }
        if (error_) return *error_;
        for (const Artifact& artifact : garbage_) {
            const auto removed = backend_.remove_artifact(artifact);
            if (!removed) observer_.warned(removed.error().message);
        }
        observer_.finished(state_);
        return Done{};
    }

private:
    [[nodiscard]] std::int64_t next_wake() const {
        constexpr std::int64_t kLongest = 3'600'000;
        std::int64_t next = backend_.now_ms() + kLongest;
        if (!finished_ && !timers_.empty()) next = std::min(next, timers_.top().at_ms);
        if (options_.tick_ms != 0) next = std::min(next, next_tick_ms_);
        return next;
    }

    void deliver(const Event& event) {
        std::vector<Action> actions = step(state_, event);
        for (Action& action : actions) {
            if (auto* start = std::get_if<StartTask>(&action)) {
                backend_.start(start->node, std::move(start->spec));
            } else if (const auto* kill = std::get_if<KillTask>(&action)) {
                backend_.stop(kill->node, false);
            } else if (const auto* timer = std::get_if<SetTimer>(&action)) {
                timers_.push({timer->at_ms, n_timers_++, {timer->kind, timer->node}});
            } else if (const auto* saved = std::get_if<SaveCacheEntry>(&action)) {
                save(*saved);
            } else if (const auto* deleted = std::get_if<DeleteArtifact>(&action)) {
                garbage_.push_back(deleted->artifact);
            } else if (const auto* changed = std::get_if<NodeChanged>(&action)) {
                observer_.node_changed(state_, changed->node);
            } else {
                finished_ = true;
            }
        }
    }

    void save(const SaveCacheEntry& entry) {
        if (options_.cache_folder.empty()) return;
        const auto kept = save_cache_entry(options_.cache_folder, entry);
        if (!kept) error_ = kept.error();
    }

    void deliver_report(BackendReport report) {
        const std::int64_t now = backend_.now_ms();
        if (!report.waiting.empty()) {
            deliver({now, TaskWaiting{report.node, std::move(report.waiting)}});
        } else if (report.finished) {
            running_.erase(std::remove(running_.begin(), running_.end(), report.node),
                           running_.end());
            deliver({now, TaskFinished{report.node, std::move(report.report)}});
        } else {
            running_.push_back(report.node);
            deliver({now, TaskStarted{report.node}});
        }
    }

    void fire_timers() {
        const std::int64_t now = backend_.now_ms();
        while (!finished_ && !timers_.empty() && timers_.top().at_ms <= now) {
            const Timer timer = timers_.top();
            timers_.pop();
            deliver({now, timer.what});
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

    State& state_;
    Backend& backend_;
    Observer& observer_;
    const RunnerOptions& options_;
    SignalFile signals_;
    std::priority_queue<Timer, std::vector<Timer>, std::greater<>> timers_;
    std::uint64_t n_timers_ = 0;
    std::vector<NodeId> running_;
    std::int64_t next_tick_ms_ = 0;
    int n_signals_ = 0;
    /// Artifacts that are removed when no task is left.
    std::vector<Artifact> garbage_;
    /// The run cannot be carried on.
    std::optional<Error> error_;
    bool finished_ = false;
};

} // namespace

Result<Done> run_to_end(State& state, Backend& backend, Observer& observer,
                        const RunnerOptions& options) {
    return Runner(state, backend, observer, options).run();
}

} // namespace tiphys::run
