// tiphys terminate: a run ends at once, without exit handlers.
#include <memory>

#include <CLI/CLI.hpp>

#include "cli/cluster/change.h"
#include "cli/command.h"
#include "cli/runs/request.h"

namespace tiphys::cli {
namespace {

int run_terminate(const RunNames& names, Streams& streams) {
    if (names.cluster.is_meant()) {
        return on_cluster(names.cluster, streams, [&](const Cluster& cluster) {
            return terminate_workflows(cluster, names.names, streams);
        });
    }
    const auto choose = [](run::Journal&,
                           const run::RunRecord&) -> Result<std::vector<run::EventKind>> {
        return std::vector<run::EventKind>{run::ShutdownRequested{run::Shutdown::kTerminate}};
    };
    return ask_runs(names, streams, choose, "terminated");
}

} // namespace

void add_terminate(CLI::App& app, Invocation& invocation) {
    CLI::App* command =
        app.add_subcommand("terminate", "End a run at once, without its exit handlers");
    auto names = std::make_shared<RunNames>();
    add_run_names(*command, *names);
    command->footer("Example: tiphys terminate @latest");
    command->callback([names, &invocation] {
        invocation.run = [names](Streams& streams) { return run_terminate(*names, streams); };
    });
}

} // namespace tiphys::cli
