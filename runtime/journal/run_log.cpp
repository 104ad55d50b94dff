// Group commit: all events of one round in one transaction.

#include "runtime/journal/run_log.h"

#include "runtime/journal/state_hash.h"

namespace tiphys::run {
namespace {

/// Counting goes through all nodes: where they are many it is not done for each commit.
constexpr std::int64_t kCountEveryMs = 500;
constexpr std::size_t kManyNodes = 2000;

bool runs_something(const Node& node) {
    return node.type == NodeType::kPod || node.type == NodeType::kContainer ||
           node.type == NodeType::kSuspend || node.type == NodeType::kHttp;
}

} // namespace

void count_done(const State& state, RunSummary& summary) {
    summary.n_done = 0;
    summary.n_all = 0;
    for (const Node& node : state.nodes) {
        if (!runs_something(node)) continue;
        ++summary.n_all;
        if (node.phase == Phase::kSucceeded) ++summary.n_done;
    }
}

Result<Done> RunLog::commit(const State& state) {
    if (events_.empty() && last_request_ == 0) return Done{};
    const bool is_due = state.finished_ms != 0 || state.nodes.size() < kManyNodes ||
                        state.now_ms >= counted_ms_ + kCountEveryMs;
    if (is_due) {
        count_done(state, summary_);
        counted_ms_ = state.now_ms;
    }
    summary_.phase = state.phase;
    summary_.message = state.message;
    summary_.started_ms = state.started_ms;
    summary_.finished_ms = state.finished_ms;
    summary_.suspended = state.suspended;
    TIPHYS_TRY(appended, journal_.append(run_, {n_events_, events_, last_request_, summary_}));
    n_events_ += static_cast<std::int64_t>(events_.size());
    events_.clear();
    last_request_ = 0;
    return appended;
}

Result<Done> RunLog::close(const State& state) {
    return journal_.close(run_, state_hash(state));
}

Result<std::vector<EventKind>> RunLog::take_requests() {
    TIPHYS_TRY(pending, journal_.requests(run_));
    std::vector<EventKind> wanted;
    for (PendingRequest& request : pending) {
        wanted.push_back(std::move(request.what));
        last_request_ = request.id;
    }
    return wanted;
}

} // namespace tiphys::run
