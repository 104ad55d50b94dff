// tiphys list: the runs of this machine.
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/cluster/show.h"
#include "cli/command.h"
#include "cli/progress_plain.h"
#include "cli/runs/expiry.h"
#include "cli/runs/run_filter.h"
#include "cli/runs/run_objects.h"
#include "cli/runs/state_folder.h"
#include "cli/runs/stored_run.h"
#include "cli/table.h"

namespace tiphys::cli {
namespace {

struct ListOptions {
    ClusterChoice cluster;
    ListQuery selectors;
    std::string state;
    std::string output;
    RunFilter filter;
    bool without_headers = false;
};

std::string duration_text(const run::RunRecord& record) {
    const run::RunSummary& summary = record.summary;
    if (summary.started_ms == 0) return "-";
    const std::int64_t end = summary.finished_ms != 0 ? summary.finished_ms : unix_ms();
    return elapsed_text(end - summary.started_ms);
}

Result<TableRow> row_of(run::Journal& journal, const std::string& state,
                        const run::RunRecord& record, bool is_wide) {
    TableRow row = {record.name, status_text(state, record),
                    age_text(unix_ms() - record.created_ms), duration_text(record),
                    std::to_string(record.summary.n_done) + "/" +
                        std::to_string(record.summary.n_all)};
    if (!is_wide) {
        row.push_back(record.summary.message);
        return row;
    }
    TIPHYS_TRY(whole, find_run(journal, record.name));
    std::string parameters;
    for (const auto& [name, value] : whole.inputs.parameters) {
        parameters += (parameters.empty() ? "" : ",") + name + "=" + value;
    }
    row.push_back(parameters);
    row.push_back(record.summary.message);
    return row;
}

int list_on_cluster(const ListOptions& options, Streams& streams) {
    return on_cluster(options.cluster, streams, [&](const Cluster& cluster) -> Result<int> {
        TIPHYS_TRY(objects, chosen_workflows(cluster, {options.filter, options.selectors}));
        const ListForm form{options.output, options.without_headers,
                            options.cluster.is_all_namespaces};
        return write_workflows(objects, form, streams);
    });
}

int run_list(const ListOptions& options, Streams& streams) {
    if (options.cluster.is_meant()) return list_on_cluster(options, streams);
    const std::string state = state_folder(options.state);
    std::vector<run::RunRecord> runs;
    std::unique_ptr<run::Journal> journal;
    if (run::Journal::exists(state)) {
        auto opened = open_journal(state);
        if (!opened) return fail(streams, opened.error().message);
        journal = std::move(*opened);
        const auto tidied = delete_expired(state, *journal);
        if (!tidied) return fail(streams, tidied.error().message);
        auto found = filtered_runs(*journal, options.filter, options.selectors);
        if (!found) return fail(streams, found.error().message);
        runs = std::move(*found);
    }
    if (options.output == "json" || options.output == "yaml") {
        return write_objects(journal.get(), runs, options.output == "yaml", streams);
    }
    const bool is_wide = options.output == "wide";
    std::vector<TableRow> rows;
    if (!options.without_headers) {
        rows.push_back({"NAME", "STATUS", "AGE", "DURATION", "PROGRESS"});
        if (is_wide) rows.back().emplace_back("PARAMETERS");
        rows.back().emplace_back("MESSAGE");
    }
    for (const run::RunRecord& record : runs) {
        if (options.output == "name") {
            streams.out << record.name << "\n";
            continue;
        }
        auto row = row_of(*journal, state, record, is_wide);
        if (!row) return fail(streams, row.error().message);
        rows.push_back(std::move(*row));
    }
    if (options.output == "name") return kExitFine;
    if (runs.empty()) {
        streams.err << "tiphys: there are no such runs\n";
        return kExitFine;
    }
    write_table(rows, streams.out);
    return kExitFine;
}

} // namespace

void add_list(CLI::App& app, Invocation& invocation) {
    CLI::App* command =
        app.add_subcommand("list", "List the runs of this machine, or the workflows of a cluster");
    auto options = std::make_shared<ListOptions>();
    add_filter_options(*command, options->filter);
    command->add_flag("--no-headers", options->without_headers, "Leave out the line of headers");
    command->add_option("-o,--output", options->output, "Form of the list")
        ->check(CLI::IsMember({"json", "yaml", "wide", "name"}))
        ->option_text("json|yaml|wide|name");
    add_state_option(*command, options->state);
    add_cluster_options(*command, options->cluster);
    add_all_namespaces(*command, options->cluster);
    add_selectors(*command, options->selectors, true);
    add_chunk_size(*command, "--chunk-size", options->selectors);
    command->footer("Example: tiphys list --status Failed,Error --since 1d\n"
                    "`(interrupted)` marks runs whose process has ended: `tiphys run --resume` "
                    "goes on with them.");
    command->callback([options, &invocation] {
        invocation.run = [options](Streams& streams) { return run_list(*options, streams); };
    });
}

} // namespace tiphys::cli
