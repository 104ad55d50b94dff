#pragma once
// The place of one run in the journal, while it is carried on.

#include <cstdint>
#include <vector>

#include "runtime/journal/journal.h"

namespace tiphys::run {

/// How much of the run's work is done: nodes that run something, and those of them that succeeded.
void count_done(const State& state, RunSummary& summary);

class RunLog {
public:
    /// `n_events`: how many the journal has already. The journal must outlive this.
    RunLog(Journal& journal, std::int64_t run, std::int64_t n_events)
        : journal_(journal), run_(run), n_events_(n_events) {}

    /// Kept until the next commit.
    void add(Event event) { events_.push_back(std::move(event)); }
    /// Makes everything that was added durable, with how the run is now. Nothing is added without.
    [[nodiscard]] Result<Done> commit(const State& state);
    /// The run is over, and everything that belongs to it.
    [[nodiscard]] Result<Done> close(const State& state);

    /// What people ask for, each once; counts as done with the next commit.
    [[nodiscard]] Result<std::vector<EventKind>> take_requests();

private:
    Journal& journal_;
    std::int64_t run_;
    std::int64_t n_events_;
    std::int64_t last_request_ = 0;
    /// When the counts of `summary_` were made.
    std::int64_t counted_ms_ = 0;
    RunSummary summary_;
    std::vector<Event> events_;
};

} // namespace tiphys::run
