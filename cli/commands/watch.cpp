// tiphys watch: a run that goes on, seen from elsewhere.
#include <chrono>
#include <cstdlib>
#include <memory>
#include <ostream>
#include <thread>

#include <CLI/CLI.hpp>

#include "cli/cluster/follow.h"
#include "cli/command.h"
#include "cli/progress_tree.h"
#include "cli/runs/node_selector.h"
#include "cli/runs/request.h"
#include "cli/runs/state_folder.h"

namespace tiphys::cli {
namespace {

constexpr auto kPause = std::chrono::milliseconds(100);

/// Shows all news of a run since event number `n_seen`, which it advances.
Result<Done> show_news(run::Journal& journal, run::State& state, std::int64_t run,
                       std::int64_t& n_seen, run::Observer& observer) {
    TIPHYS_TRY(events, journal.events(run, n_seen));
    n_seen += static_cast<std::int64_t>(events.size());
    for (const run::Event& event : events) {
        for (const run::Action& action : run::step(state, event)) {
            const auto* changed = std::get_if<run::NodeChanged>(&action);
            if (changed != nullptr) observer.node_changed(state, changed->node);
        }
    }
    return Done{};
}

int watch_run(const std::string& state_path, run::Journal& journal, const run::RunRecord& record,
              const NodeSelector* selector, Streams& streams) {
    const auto loaded = load_run(journal, record);
    if (!loaded) return fail(streams, loaded.error().message);
    ProgressOptions progress;
    progress.with_colour = streams.out_is_terminal && std::getenv("NO_COLOR") == nullptr;
    if (selector != nullptr) {
        progress.shown = [selector](const run::State& state, run::NodeId id) {
            return selector->matches(state, id);
        };
    }
    std::unique_ptr<run::Observer> observer;
    if (streams.out_is_terminal) {
        observer = std::make_unique<TreeProgress>(streams.out, progress);
    } else {
        observer = std::make_unique<PlainProgress>(streams.out, progress);
    }
    run::State state((*loaded)->built.plan);
    std::int64_t n_seen = 0;
    while (true) {
        // Whether it has ended is asked first: what happened before is seen after.
        const auto now = find_run(journal, record.name);
        if (!now) return fail(streams, now.error().message);
        const bool over = now->closed || now->generation != record.generation;
        const bool interrupted = !over && is_interrupted(state_path, *now);
        const auto shown = show_news(journal, state, record.id, n_seen, *observer);
        if (!shown) return fail(streams, shown.error().message);
        if (over) {
            observer->finished(state);
            return state.phase == run::RunPhase::kSucceeded ? kExitFine : kExitFindings;
        }
        observer->tick(state, unix_ms());
        if (interrupted) {
            return fail(streams, "the process of run `" + record.name +
                                     "` has ended; go on with `tiphys run --resume " + record.name +
                                     "`");
        }
        std::this_thread::sleep_for(kPause);
    }
}

struct WatchOptions {
    RunNames runs;
    NodeFilter nodes;
};

int run_watch(const WatchOptions& options, Streams& streams) {
    const std::string conditions = conditions_of(options.nodes);
    const auto selector = NodeSelector::parse(conditions);
    if (!selector) return fail(streams, selector.error().message);
    const NodeSelector* shown = conditions.empty() ? nullptr : &*selector;
    const RunNames& runs = options.runs;
    if (runs.cluster.is_meant()) {
        return on_cluster(runs.cluster, streams, [&](const Cluster& cluster) {
            return watch_workflows(cluster, runs.names, shown, streams);
        });
    }
    const std::string state = state_folder(runs.state);
    return for_each_run(runs, streams, [&](run::Journal& journal, const run::RunRecord& record) {
        return watch_run(state, journal, record, shown, streams);
    });
}

} // namespace

void add_watch(CLI::App& app, Invocation& invocation) {
    CLI::App* command = app.add_subcommand("watch", "Follow a run until it has ended");
    auto options = std::make_shared<WatchOptions>();
    add_node_filter(*command, options->nodes);
    add_run_names(*command, options->runs);
    command->footer("Example: tiphys watch @latest\n"
                    "Exit codes: 0 succeeded, 1 did not, 2 cannot be watched");
    command->callback([options, &invocation] {
        invocation.run = [options](Streams& streams) { return run_watch(*options, streams); };
    });
}

} // namespace tiphys::cli
