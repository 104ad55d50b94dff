// tiphys retry: what failed runs again, what succeeded stays.
#include <algorithm>
#include <filesystem>
#include <memory>
#include <set>

#include <CLI/CLI.hpp>

#include "cli/cluster/change.h"
#include "cli/cluster/follow.h"
#include "cli/command.h"
#include "cli/runs/cluster_only.h"
#include "cli/runs/kept_nodes.h"
#include "cli/runs/request.h"
#include "cli/runs/run_filter.h"
#include "cli/runs/state_folder.h"
#include "runtime/cache_files.h"
#include "runtime/io/files.h"

namespace tiphys::cli {
namespace {

struct RetryOptions {
    ClusterChoice cluster;
    FollowChoice follow;
    ListQuery selectors;
    std::vector<std::string> names;
    std::vector<std::string> parameters;
    std::string selector;
    bool restarts_successful = false;
    ExecutionOptions execution;
};

bool restarts_successful(const RetryOptions& options) {
    return options.restarts_successful && !options.selector.empty();
}

/// Argo: FormulateRetryWorkflow in workflow/util/util.go. An empty text where it may be retried.
std::string complaint_about(const RetryOptions& options, const run::RunRecord& record) {
    if (!record.closed) return "run `" + record.name + "` has not ended";
    if (record.summary.phase == run::RunPhase::kSucceeded && !restarts_successful(options)) {
        return "run `" + record.name +
               "` has succeeded; `--restart-successful --node-field-selector displayName=NODE` "
               "says what is to run again";
    }
    return "";
}

/// Logs of what runs again begin anew.
void remove_logs(const std::string& folder, const run::State& state, const run::KeptNodes& kept) {
    std::set<std::string> again;
    for (run::NodeId id = 0; id < state.nodes.size(); ++id) {
        const std::string name = run::node_name(state, id);
        if (kept.contains(name.substr(state.plan->workflow_name.size()))) continue;
        again.insert(run::node_id(state, id));
    }
    for (const char* part : {"/logs", "/times"}) {
        for (const std::string& path : run::files_below(folder + part)) {
            // `ID.out`, or `ID.CONTAINER.err`.
            const std::filesystem::path stem = std::filesystem::path(path).stem();
            if (again.contains(stem.string()) || again.contains(stem.stem().string())) {
                run::remove_tree(path);
            }
        }
    }
}

Result<std::unique_ptr<LoadedRun>> begin_again(const RetryOptions& options, run::Journal& journal,
                                               const std::string& state_path,
                                               run::RunRecord record) {
    TIPHYS_TRY(replayed, replayed_run(journal, record));
    TIPHYS_TRY(selector, NodeSelector::parse(options.selector));
    TIPHYS_TRY(overridden, override_parameters(record.inputs.parameters, options.parameters));
    static_cast<void>(overridden);
    // What parameters make impossible is not begun.
    TIPHYS_TRY(possible, load_plan(record));
    static_cast<void>(possible);
    run::RunStarted started;
    started.caches = run::load_caches(state_path + "/caches/" + record.namespace_name);
    started.kept =
        kept_for_retry(*replayed.state, options.restarts_successful ? &selector : nullptr);
    const std::string folder = run_folder(state_path, record.name);
    clear_run_folder(folder, false);
    remove_logs(folder, *replayed.state, started.kept);
    TIPHYS_TRY(begun, journal.restart(record, {unix_ms(), std::move(started)}));
    static_cast<void>(begun);
    return load_run(journal, std::move(record));
}

/// Labels choose what can be retried.
Result<std::vector<std::string>> runs_to_retry(const RetryOptions& options) {
    TIPHYS_TRY(journal, open_journal(state_folder(options.execution.state)));
    RunFilter filter;
    filter.completed = true;
    if (!restarts_successful(options)) filter.phases = {"Failed", "Error"};
    return chosen_runs(*journal, options.names, filter, options.selectors);
}

int retry_run(const RetryOptions& options, const std::string& name, Streams& streams) {
    const std::string state = state_folder(options.execution.state);
    auto journal = open_journal(state);
    if (!journal) return fail(streams, journal.error().message);
    auto record = find_run(**journal, name);
    if (!record) return fail(streams, record.error().message);
    const std::string complaint = complaint_about(options, *record);
    if (!complaint.empty()) return fail(streams, complaint);
    run::FolderLock lock;
    const auto locked = lock_run(lock, state, record->name);
    if (!locked) return fail(streams, locked.error().message);
    auto loaded = begin_again(options, **journal, state, std::move(*record));
    if (!loaded) return fail(streams, loaded.error().message);
    journal->reset();
    return execute(**loaded, options.execution, streams);
}

int run_retry(const RetryOptions& options, Streams& streams) {
    const auto chosen = check_run_choice(options.names, options.selectors);
    if (!chosen) return fail(streams, chosen.error().message);
    if (options.cluster.is_meant()) {
        return on_cluster(options.cluster, streams, [&](const Cluster& cluster) -> Result<int> {
            const RetryWishes wishes{options.parameters, options.selector,
                                     options.restarts_successful, options.execution.output};
            TIPHYS_TRY(meant, meant_workflows(cluster, options.names, options.selectors,
                                              restarts_successful(options) ? "" : kFailedLabels));
            TIPHYS_TRY(names, retry_workflows(cluster, meant, wishes, streams));
            FollowChoice follow = options.follow;
            follow.with_log = options.execution.with_log;
            return follow_as_asked(cluster, names, follow, streams);
        });
    }
    const auto able = check_follow(options.follow, options.execution.is_detached);
    if (!able) return fail(streams, able.error().message);
    const auto names = runs_to_retry(options);
    if (!names) return fail(streams, names.error().message);
    int worst = kExitFine;
    for (const std::string& name : *names) {
        worst = std::max(worst, retry_run(options, name, streams));
    }
    return worst;
}

} // namespace

void add_retry(CLI::App& app, Invocation& invocation) {
    CLI::App* command = app.add_subcommand("retry", "Run a failed run again from where it failed");
    auto options = std::make_shared<RetryOptions>();
    command->add_option("RUN", options->names, "Names of runs; `@latest` is the one begun last");
    command->add_flag("--restart-successful", options->restarts_successful,
                      "Also run again the nodes that the selector chooses, and what follows them");
    command->add_option("--node-field-selector", options->selector,
                        "Nodes to run again though they succeeded: displayName=load");
    command
        ->add_option("-p,--parameter", options->parameters,
                     "Another value for a parameter of the workflow: name=value")
        ->allow_extra_args(false);
    add_execution_options(*command, options->execution);
    add_cluster_options(*command, options->cluster);
    add_selectors(*command, options->selectors, true);
    add_follow_options(*command, options->follow, true);
    command->footer("Example: tiphys retry @latest --restart-successful --node-field-selector "
                    "displayName=load\n"
                    "Exit codes: 0 succeeded, 1 failed, 2 cannot be retried");
    command->callback([options, &invocation] {
        invocation.run = [options](Streams& streams) { return run_retry(*options, streams); };
    });
}

} // namespace tiphys::cli
