// tiphys stop: a run ends early, with its exit handlers.
#include <memory>

#include <CLI/CLI.hpp>

#include "cli/cluster/change.h"
#include "cli/command.h"
#include "cli/runs/request.h"

namespace tiphys::cli {
namespace {

struct StopOptions {
    RunNames runs;
    std::string selector;
    std::string message;
    bool is_trial = false;
};

Result<std::vector<run::EventKind>> wishes_for(const StopOptions& options, run::Journal& journal,
                                               const run::RunRecord& record) {
    if (options.selector.empty()) {
        return std::vector<run::EventKind>{run::ShutdownRequested{run::Shutdown::kStop}};
    }
    TIPHYS_TRY(replayed, replayed_run(journal, record));
    TIPHYS_TRY(chosen, chosen_suspend_nodes(*replayed.state, options.selector));
    std::vector<run::EventKind> wishes;
    for (const run::NodeId node : chosen) {
        wishes.emplace_back(run::SuspendedNodeSet{node, run::Phase::kFailed, options.message, {}});
    }
    return wishes;
}

int run_stop(const StopOptions& options, Streams& streams) {
    const auto chosen = check_run_choice(options.runs.names, options.runs.selectors);
    if (!chosen) return fail(streams, chosen.error().message);
    if (options.runs.cluster.is_meant()) {
        const ShutdownWishes wishes{options.runs.names, options.runs.selectors, options.is_trial};
        return on_cluster(options.runs.cluster, streams, [&](const Cluster& cluster) {
            return stop_workflows(cluster, wishes, options.selector, options.message, streams);
        });
    }
    const auto choose = [&](run::Journal& journal, const run::RunRecord& record) {
        return wishes_for(options, journal, record);
    };
    return ask_runs(options.runs, streams, choose, {"stopped", options.is_trial});
}

} // namespace

void add_stop(CLI::App& app, Invocation& invocation) {
    CLI::App* command =
        app.add_subcommand("stop", "End a run: its tasks are stopped, its exit handlers run");
    auto options = std::make_shared<StopOptions>();
    add_run_choice(*command, options->runs);
    command->add_flag("--dry-run", options->is_trial, "Only say which runs would be stopped");
    command->add_option("--node-field-selector", options->selector,
                        "Only fail suspend nodes whose fields are so: displayName=approve");
    command->add_option("--message", options->message, "Message of the nodes that fail");
    command->footer("Example: tiphys stop @latest");
    command->callback([options, &invocation] {
        invocation.run = [options](Streams& streams) { return run_stop(*options, streams); };
    });
}

} // namespace tiphys::cli
