// tiphys resubmit: a run once more, under a new name.
#include <algorithm>
#include <memory>

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

namespace tiphys::cli {
namespace {

struct ResubmitOptions {
    ClusterChoice cluster;
    FollowChoice follow;
    ListQuery selectors;
    std::vector<std::string> names;
    std::vector<std::string> parameters;
    bool is_memoized = false;
    std::optional<std::int64_t> priority;
    ExecutionOptions execution;
};

/// A record like that of the run, with a name of its own. Argo: FormulateResubmitWorkflow in
/// workflow/util/util.go.
Result<run::RunRecord> copy_of(const ResubmitOptions& options, const run::RunRecord& old) {
    run::RunRecord copy;
    copy.generate_name = old.generate_name.empty() ? old.name + "-" : old.generate_name;
    copy.name = copy.generate_name + random_letters(5);
    copy.namespace_name = old.namespace_name;
    copy.uid = new_uid();
    copy.previous = old.name;
    copy.created_ms = unix_ms();
    copy.inputs = old.inputs;
    TIPHYS_TRY(overridden, override_parameters(copy.inputs.parameters, options.parameters));
    static_cast<void>(overridden);
    return copy;
}

Result<std::unique_ptr<LoadedRun>> begin_copy(const ResubmitOptions& options, run::Journal& journal,
                                              const std::string& state_path,
                                              const run::RunRecord& old, run::RunRecord copy) {
    // What parameters make impossible is not begun.
    TIPHYS_TRY(possible, load_plan(copy));
    static_cast<void>(possible);
    if (!options.is_memoized) {
        TIPHYS_TRY(added, journal.add(copy));
        static_cast<void>(added);
        return load_run(journal, std::move(copy));
    }
    TIPHYS_TRY(replayed, replayed_run(journal, old));
    run::RunStarted started;
    started.caches = run::load_caches(state_path + "/caches/" + old.namespace_name);
    started.kept = kept_for_copy(*replayed.state);
    const run::Event first{unix_ms(), std::move(started)};
    TIPHYS_TRY(added, journal.add(copy, &first));
    static_cast<void>(added);
    return load_run(journal, std::move(copy));
}

/// Labels choose what can be resubmitted.
Result<std::vector<std::string>> runs_to_resubmit(const ResubmitOptions& options) {
    TIPHYS_TRY(journal, open_journal(state_folder(options.execution.state)));
    RunFilter filter;
    if (options.is_memoized) filter.phases = {"Failed", "Error"};
    return chosen_runs(*journal, options.names, filter, options.selectors);
}

int resubmit_run(const ResubmitOptions& options, const std::string& name, Streams& streams) {
    const std::string state = state_folder(options.execution.state);
    auto journal = open_journal(state);
    if (!journal) return fail(streams, journal.error().message);
    const auto old = find_run(**journal, name);
    if (!old) return fail(streams, old.error().message);
    const run::RunPhase phase = old->summary.phase;
    const bool has_failed = phase == run::RunPhase::kFailed || phase == run::RunPhase::kError;
    if (options.is_memoized && !has_failed) {
        return fail(streams, "run `" + old->name +
                                 "` has not failed; `--memoized` keeps what succeeded in a failed "
                                 "run");
    }
    auto copy = copy_of(options, *old);
    if (!copy) return fail(streams, copy.error().message);
    run::FolderLock lock;
    const auto locked = lock_run(lock, state, copy->name);
    if (!locked) return fail(streams, locked.error().message);
    auto loaded = begin_copy(options, **journal, state, *old, std::move(*copy));
    if (!loaded) return fail(streams, loaded.error().message);
    journal->reset();
    return execute(**loaded, options.execution, streams);
}

int run_resubmit(const ResubmitOptions& options, Streams& streams) {
    const auto chosen = check_run_choice(options.names, options.selectors);
    if (!chosen) return fail(streams, chosen.error().message);
    if (options.cluster.is_meant()) {
        return on_cluster(options.cluster, streams, [&](const Cluster& cluster) -> Result<int> {
            const ResubmitWishes wishes{options.parameters, options.is_memoized, options.priority,
                                        options.execution.output};
            TIPHYS_TRY(meant, meant_workflows(cluster, options.names, options.selectors,
                                              options.is_memoized ? kFailedLabels : ""));
            TIPHYS_TRY(names, resubmit_workflows(cluster, meant, wishes, streams));
            FollowChoice follow = options.follow;
            follow.with_log = options.execution.with_log;
            return follow_as_asked(cluster, names, follow, streams);
        });
    }
    const auto local = refuse_used({{"--priority", options.priority.has_value()}});
    if (!local) return fail(streams, local.error().message);
    const auto able = check_follow(options.follow, options.execution.is_detached);
    if (!able) return fail(streams, able.error().message);
    const auto names = runs_to_resubmit(options);
    if (!names) return fail(streams, names.error().message);
    int worst = kExitFine;
    for (const std::string& name : *names) {
        worst = std::max(worst, resubmit_run(options, name, streams));
    }
    return worst;
}

} // namespace

void add_resubmit(CLI::App& app, Invocation& invocation) {
    CLI::App* command = app.add_subcommand("resubmit", "Run a run once more, under a new name");
    auto options = std::make_shared<ResubmitOptions>();
    command->add_option("RUN", options->names, "Names of runs; `@latest` is the one begun last");
    command->add_flag("--memoized", options->is_memoized,
                      "Take over what succeeded; the run must have failed");
    command
        ->add_option("-p,--parameter", options->parameters,
                     "Another value for a parameter of the workflow: name=value")
        ->allow_extra_args(false);
    command
        ->add_option_function<std::int64_t>(
            "--priority", [options](std::int64_t value) { options->priority = value; },
            "Higher ones begin first where not all may run")
        ->group("On a cluster")
        ->option_text("NUMBER");
    add_execution_options(*command, options->execution);
    add_cluster_options(*command, options->cluster);
    add_selectors(*command, options->selectors, true);
    add_follow_options(*command, options->follow, true);
    command->footer("Example: tiphys resubmit @latest -p date=2026-01-02\n"
                    "Exit codes: 0 succeeded, 1 failed, 2 cannot be run");
    command->callback([options, &invocation] {
        invocation.run = [options](Streams& streams) { return run_resubmit(*options, streams); };
    });
}

} // namespace tiphys::cli
