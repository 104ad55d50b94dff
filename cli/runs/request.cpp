// Requests go through the journal, so that none is lost and none is done twice.
#include "cli/runs/request.h"

#include <chrono>
#include <ostream>
#include <thread>

#include <CLI/CLI.hpp>

#include "cli/runs/node_selector.h"
#include "cli/runs/run_filter.h"
#include "cli/runs/state_folder.h"
#include "runtime/backends/process/keeper.h"
#include "runtime/io/doorbell.h"
#include "runtime/runner.h"

namespace tiphys::cli {
namespace {

constexpr auto kPause = std::chrono::milliseconds(20);
constexpr int kMostPauses = 500;

/// False where the run's process has ended before.
Result<bool> wait_until_taken(const std::string& state, run::Journal& journal,
                              const run::RunRecord& record) {
    for (int n = 0; n < kMostPauses; ++n) {
        TIPHYS_TRY(pending, journal.requests(record.id));
        if (pending.empty()) return true;
        if (!is_live(state, record)) return false;
        std::this_thread::sleep_for(kPause);
    }
    return Error{"the process of run `" + record.name + "` does not answer"};
}

/// A process that was killed right after the last word of its run has left the keeper behind.
void end_forgotten_keeper(const std::string& folder) {
    run::FolderLock lock;
    const auto taken = lock.take(folder);
    if (taken && *taken) run::end_keeper(folder);
}

} // namespace

int resume_interrupted(run::Journal& journal, const std::string& name,
                       const ExecutionOptions& options, Streams& streams) {
    auto record = find_run(journal, name);
    if (!record) return fail(streams, record.error().message);
    const std::string state = state_folder(options.state);
    if (record->closed) {
        end_forgotten_keeper(run_folder(state, record->name));
        return fail(streams, "run `" + record->name + "` has ended; `tiphys retry " + record->name +
                                 "` runs again what failed");
    }
    run::FolderLock lock;
    const auto locked = lock_run(lock, state, record->name);
    if (!locked) return fail(streams, locked.error().message);
    auto loaded = load_run(journal, std::move(*record));
    if (!loaded) return fail(streams, loaded.error().message);
    return execute(**loaded, options, streams);
}

int send_requests(const std::string& state, run::Journal& journal, const run::RunRecord& record,
                  const std::vector<run::EventKind>& requests, Streams& streams) {
    for (const run::EventKind& request : requests) {
        const auto kept = journal.request(record.id, request);
        if (!kept) return fail(streams, kept.error().message);
    }
    run::ring(run_folder(state, record.name));
    const auto taken = wait_until_taken(state, journal, record);
    if (!taken) return fail(streams, taken.error().message);
    if (*taken) return kExitFine;
    streams.err << "tiphys: the process of run `" << record.name
                << "` had ended; going on with the run here\n";
    ExecutionOptions options;
    options.state = state;
    return resume_interrupted(journal, record.name, options, streams);
}

void add_run_names(CLI::App& command, RunNames& names) {
    command.add_option("RUN", names.names, "Names of runs; `@latest` is the one begun last")
        ->required();
    add_state_option(command, names.state);
    add_cluster_options(command, names.cluster);
}

void add_run_choice(CLI::App& command, RunNames& names) {
    command.add_option("RUN", names.names, "Names of runs; `@latest` is the one begun last");
    add_state_option(command, names.state);
    add_cluster_options(command, names.cluster);
    add_selectors(command, names.selectors, true);
}

Result<Done> check_run_choice(const std::vector<std::string>& names, const ListQuery& selectors) {
    if (!names.empty() || selectors.chooses()) return Done{};
    return Error{"say which runs: their names, `@latest`, or labels: `-l a=b`"};
}

int for_each_run(const RunNames& names, Streams& streams,
                 const std::function<int(run::Journal&, const run::RunRecord&)>& work) {
    auto journal = open_journal(state_folder(names.state));
    if (!journal) return fail(streams, journal.error().message);
    RunFilter unfinished;
    unfinished.running = true;
    const auto chosen = chosen_runs(**journal, names.names, unfinished, names.selectors);
    if (!chosen) return fail(streams, chosen.error().message);
    for (const std::string& name : *chosen) {
        const auto record = find_run(**journal, name);
        if (!record) return fail(streams, record.error().message);
        const int code = work(**journal, *record);
        if (code != kExitFine) return code;
    }
    return kExitFine;
}

int ask_runs(const RunNames& names, Streams& streams, const ChooseRequests& choose,
             const Asking& asking) {
    const std::string state = state_folder(names.state);
    return for_each_run(names, streams, [&](run::Journal& journal, const run::RunRecord& record) {
        if (record.closed) return fail(streams, "run `" + record.name + "` has ended");
        const auto requests = choose(journal, record);
        if (!requests) return fail(streams, requests.error().message);
        const int code =
            asking.is_trial ? kExitFine : send_requests(state, journal, record, *requests, streams);
        if (code != kExitFine) return code;
        streams.out << "run " << record.name << (asking.is_trial ? " would be " : " ")
                    << asking.done << "\n";
        return code;
    });
}

Result<ReplayedRun> replayed_run(run::Journal& journal, const run::RunRecord& record) {
    ReplayedRun replayed;
    TIPHYS_TRY(loaded, load_run(journal, record));
    replayed.loaded = std::move(loaded);
    replayed.state = std::make_unique<run::State>(replayed.loaded->built.plan);
    TIPHYS_TRY(done, run::replay(*replayed.state, replayed.loaded->history));
    static_cast<void>(done);
    // The last events are missing.
    if (record.closed && replayed.state->finished_ms == 0) return journal.unreadable(record.id);
    return replayed;
}

Result<std::vector<run::NodeId>> chosen_suspend_nodes(const run::State& state,
                                                      const std::string& selector) {
    TIPHYS_TRY(parsed, NodeSelector::parse(selector));
    std::vector<run::NodeId> chosen;
    for (run::NodeId id = 0; id < state.nodes.size(); ++id) {
        const run::Node& node = state.nodes[id];
        const bool waits =
            node.type == run::NodeType::kSuspend && node.phase == run::Phase::kRunning;
        if (waits && parsed.matches(state, id)) chosen.push_back(id);
    }
    if (!chosen.empty()) return chosen;
    return Error{"no suspend node that waits matches `" + selector + "`"};
}

} // namespace tiphys::cli
