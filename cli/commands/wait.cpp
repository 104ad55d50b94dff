// tiphys wait: until runs have ended.
#include <algorithm>
#include <chrono>
#include <memory>
#include <ostream>
#include <thread>

#include <CLI/CLI.hpp>

#include "cli/cluster/follow.h"
#include "cli/command.h"
#include "cli/runs/request.h"
#include "cli/runs/state_folder.h"

namespace tiphys::cli {
namespace {

constexpr auto kPause = std::chrono::milliseconds(50);

struct WaitOptions {
    RunNames runs;
    bool may_be_absent = false;
};

/// The run's phase decides on the exit code.
int wait_for(const std::string& state, run::Journal& journal, const std::string& name,
             const WaitOptions& options, Streams& streams) {
    while (true) {
        const auto record = find_run(journal, name);
        if (!record && options.may_be_absent) return kExitFine;
        if (!record) return fail(streams, record.error().message);
        if (record->closed) {
            streams.out << "run " << record->name << " "
                        << run::run_phase_name(record->summary.phase) << "\n";
            const bool good = record->summary.phase == run::RunPhase::kSucceeded;
            return good ? kExitFine : kExitFindings;
        }
        if (is_interrupted(state, *record)) {
            // It may have ended between the two looks.
            const auto again = find_run(journal, name);
            if (again && again->closed) continue;
            return fail(streams, "the process of run `" + record->name +
                                     "` has ended; go on with `tiphys run --resume " +
                                     record->name + "`");
        }
        std::this_thread::sleep_for(kPause);
    }
}

int run_wait(const WaitOptions& options, Streams& streams) {
    if (options.runs.cluster.is_meant()) {
        return on_cluster(options.runs.cluster, streams, [&](const Cluster& cluster) {
            return wait_for_workflows(cluster, options.runs.names, options.may_be_absent, streams);
        });
    }
    const std::string state = state_folder(options.runs.state);
    if (options.may_be_absent && !run::Journal::exists(state)) return kExitFine;
    const auto journal = open_journal(state);
    if (!journal) return fail(streams, journal.error().message);
    int worst = kExitFine;
    for (const std::string& name : options.runs.names) {
        worst = std::max(worst, wait_for(state, **journal, name, options, streams));
    }
    return worst;
}

} // namespace

void add_wait(CLI::App& app, Invocation& invocation) {
    CLI::App* command = app.add_subcommand("wait", "Wait until runs have ended");
    auto options = std::make_shared<WaitOptions>();
    add_run_names(*command, options->runs);
    command->add_flag("--ignore-not-found", options->may_be_absent,
                      "A run that does not exist counts as one that succeeded");
    command->footer("Example: tiphys wait @latest\n"
                    "Exit codes: 0 all succeeded, 1 one did not, 2 one cannot be waited for");
    command->callback([options, &invocation] {
        invocation.run = [options](Streams& streams) { return run_wait(*options, streams); };
    });
}

} // namespace tiphys::cli
