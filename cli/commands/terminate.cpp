// tiphys terminate: a run ends at once, without exit handlers.
#include <memory>

#include <CLI/CLI.hpp>

#include "cli/cluster/change.h"
#include "cli/command.h"
#include "cli/runs/request.h"

namespace tiphys::cli {
namespace {

struct TerminateOptions {
    RunNames runs;
    bool is_trial = false;
};

int run_terminate(const TerminateOptions& options, Streams& streams) {
    const RunNames& runs = options.runs;
    const auto chosen = check_run_choice(runs.names, runs.selectors);
    if (!chosen) return fail(streams, chosen.error().message);
    if (runs.cluster.is_meant()) {
        const ShutdownWishes wishes{runs.names, runs.selectors, options.is_trial};
        return on_cluster(runs.cluster, streams, [&](const Cluster& cluster) {
            return terminate_workflows(cluster, wishes, streams);
        });
    }
    const auto choose = [](run::Journal&,
                           const run::RunRecord&) -> Result<std::vector<run::EventKind>> {
        return std::vector<run::EventKind>{run::ShutdownRequested{run::Shutdown::kTerminate}};
    };
    return ask_runs(runs, streams, choose, {"terminated", options.is_trial});
}

} // namespace

void add_terminate(CLI::App& app, Invocation& invocation) {
    CLI::App* command =
        app.add_subcommand("terminate", "End a run at once, without its exit handlers");
    auto options = std::make_shared<TerminateOptions>();
    add_run_choice(*command, options->runs);
    command->add_flag("--dry-run", options->is_trial, "Only say which runs would be terminated");
    command->footer("Example: tiphys terminate @latest");
    command->callback([options, &invocation] {
        invocation.run = [options](Streams& streams) { return run_terminate(*options, streams); };
    });
}

} // namespace tiphys::cli
