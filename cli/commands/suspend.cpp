// tiphys suspend: what runs goes on, nothing new begins.
#include <memory>
#include <ostream>

#include <CLI/CLI.hpp>

#include "cli/cluster/change.h"
#include "cli/command.h"
#include "cli/runs/request.h"
#include "cli/runs/state_folder.h"

namespace tiphys::cli {
namespace {

int run_suspend(const RunNames& names, Streams& streams) {
    if (names.cluster.is_meant()) {
        return on_cluster(names.cluster, streams, [&](const Cluster& cluster) {
            return suspend_workflows(cluster, names.names, streams);
        });
    }
    const std::string state = state_folder(names.state);
    return for_each_run(names, streams, [&](run::Journal& journal, const run::RunRecord& record) {
        if (record.closed) return fail(streams, "run `" + record.name + "` has ended");
        // Without a process there is nobody who would begin anything.
        if (is_interrupted(state, record)) {
            const auto kept = journal.request(record.id, run::SuspensionChanged{true, false});
            if (!kept) return fail(streams, kept.error().message);
        } else {
            const int code = send_requests(state, journal, record,
                                           {run::SuspensionChanged{true, false}}, streams);
            if (code != kExitFine) return code;
        }
        streams.out << "run " << record.name << " suspended\n";
        return kExitFine;
    });
}

} // namespace

void add_suspend(CLI::App& app, Invocation& invocation) {
    CLI::App* command =
        app.add_subcommand("suspend", "Let a run begin nothing new until it is resumed");
    auto names = std::make_shared<RunNames>();
    add_run_names(*command, *names);
    command->footer("Example: tiphys suspend @latest");
    command->callback([names, &invocation] {
        invocation.run = [names](Streams& streams) { return run_suspend(*names, streams); };
    });
}

} // namespace tiphys::cli
