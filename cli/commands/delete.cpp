// tiphys delete: runs, their logs and artifacts.
#include <memory>
#include <ostream>

#include <CLI/CLI.hpp>

#include "cli/cluster/change.h"
#include "cli/command.h"
#include "cli/runs/expiry.h"
#include "cli/runs/run_filter.h"
#include "cli/runs/state_folder.h"
#include "cli/runs/stored_run.h"

namespace tiphys::cli {
namespace {

struct DeleteOptions {
    ClusterChoice cluster;
    ListQuery selectors;
    bool is_forced = false;
    std::vector<std::string> names;
    std::string state;
    RunFilter filter;
    bool all = false;
    bool is_trial = false;
};

bool has_filter(const RunFilter& filter) {
    return filter.completed || filter.running || filter.resubmitted || !filter.phases.empty() ||
           !filter.prefix.empty() || !filter.older.empty() || !filter.since.empty();
}

Result<std::vector<run::RunRecord>> runs_to_delete(const DeleteOptions& options,
                                                   run::Journal& journal) {
    if (options.names.empty()) return filtered_runs(journal, options.filter, options.selectors);
    std::vector<run::RunRecord> chosen;
    for (const std::string& name : options.names) {
        TIPHYS_TRY(record, find_run(journal, name, false));
        chosen.push_back(std::move(record));
    }
    return chosen;
}

int run_delete(const DeleteOptions& options, Streams& streams) {
    if (options.names.empty() && !options.all && !has_filter(options.filter) &&
        !options.selectors.chooses()) {
        return fail(streams, "name the runs to delete, or say which: `--completed`, `--older 7d`, "
                             "`--all`");
    }
    if (options.cluster.is_meant()) {
        return on_cluster(options.cluster, streams, [&](const Cluster& cluster) {
            const DeleteWishes wishes{options.names,
                                      {options.filter, options.selectors},
                                      options.is_trial,
                                      options.is_forced};
            return delete_workflows(cluster, wishes, streams);
        });
    }
    const std::string state = state_folder(options.state);
    auto journal = open_journal(state);
    if (!journal) return fail(streams, journal.error().message);
    const auto chosen = runs_to_delete(options, **journal);
    if (!chosen) return fail(streams, chosen.error().message);
    for (const run::RunRecord& record : *chosen) {
        if (!options.is_trial) {
            const auto deleted = delete_run(state, **journal, record, options.is_forced);
            if (!deleted) return fail(streams, deleted.error().message);
        }
        streams.out << "run " << record.name << (options.is_trial ? " would be" : "")
                    << " deleted\n";
    }
    if (chosen->empty()) streams.err << "tiphys: there are no such runs\n";
    return kExitFine;
}

} // namespace

void add_delete(CLI::App& app, Invocation& invocation) {
    CLI::App* command = app.add_subcommand("delete", "Delete runs with their logs and artifacts");
    auto options = std::make_shared<DeleteOptions>();
    command->add_option("RUN", options->names, "Names of runs; `@latest` is the one begun last");
    command->add_flag("--all", options->all, "All runs");
    add_filter_options(*command, options->filter);
    command->add_flag("--dry-run", options->is_trial, "Only say which runs would be deleted");
    command->add_flag("--force", options->is_forced,
                      "Also where artifacts with `artifactGC` cannot be removed from their bucket; "
                      "on a cluster: take finalizers away first, where no controller does it");
    add_state_option(*command, options->state);
    add_cluster_options(*command, options->cluster);
    add_all_namespaces(*command, options->cluster);
    add_selectors(*command, options->selectors, true);
    add_chunk_size(*command, "--query-chunk-size", options->selectors);
    command->footer("Example: tiphys delete --completed --older 7d");
    command->callback([options, &invocation] {
        invocation.run = [options](Streams& streams) { return run_delete(*options, streams); };
    });
}

} // namespace tiphys::cli
