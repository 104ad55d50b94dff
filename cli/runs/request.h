#pragma once
// Asking something of a run: of the process that carries it on or, where that has ended, by going
// on with it here.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cli/cluster/choice.h"
#include "cli/runs/execution.h"
#include "cli/runs/stored_run.h"

namespace tiphys::cli {

/// Goes on with a run whose process has ended.
[[nodiscard]] int resume_interrupted(run::Journal& journal, const std::string& name,
                                     const ExecutionOptions& options, Streams& streams);

/// Puts the requests into the journal, and returns when the run's process has taken them. A run
/// without a process is gone on with here, to its end. Returns an exit code.
[[nodiscard]] int send_requests(const std::string& state, run::Journal& journal,
                                const run::RunRecord& record,
                                const std::vector<run::EventKind>& requests, Streams& streams);

/// The runs that a command is about, and where they are kept.
struct RunNames {
    std::vector<std::string> names;
    std::string state;
    /// They may be workflows of a cluster.
    ClusterChoice cluster;
    /// Those without names.
    ListQuery selectors;
};
/// Adds the argument RUN, `--state` and the options that choose a cluster.
void add_run_names(CLI::App& command, RunNames& names);

/// The same, where labels and fields may stand in for names.
void add_run_choice(CLI::App& command, RunNames& names);
/// Errors: nothing is chosen.
[[nodiscard]] Result<Done> check_run_choice(const std::vector<std::string>& names,
                                            const ListQuery& selectors);

/// Does the work with each of the runs, up to the first exit code that is not kExitFine. Selectors
/// choose among those that have not ended.
[[nodiscard]] int
for_each_run(const RunNames& names, Streams& streams,
             const std::function<int(run::Journal&, const run::RunRecord&)>& work);

/// Works out what is to be asked of a run.
using ChooseRequests =
    std::function<Result<std::vector<run::EventKind>>(run::Journal&, const run::RunRecord&)>;

/// What is said of a run when it is asked for something.
struct Asking {
    /// `run NAME ‹done›`
    std::string_view done;
    /// `run NAME would be ‹done›`, and nothing is asked.
    bool is_trial = false;
};
/// Asks it of each of the runs. Returns an exit code.
[[nodiscard]] int ask_runs(const RunNames& names, Streams& streams, const ChooseRequests& choose,
                           const Asking& asking);

/// The suspend nodes that run and are chosen. Errors: there is none.
[[nodiscard]] Result<std::vector<run::NodeId>> chosen_suspend_nodes(const run::State& state,
                                                                    const std::string& selector);

/// The state of a run, with everything that it points into.
struct ReplayedRun {
    std::unique_ptr<LoadedRun> loaded;
    std::unique_ptr<run::State> state;
};
[[nodiscard]] Result<ReplayedRun> replayed_run(run::Journal& journal, const run::RunRecord& record);

} // namespace tiphys::cli
