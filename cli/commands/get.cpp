// tiphys get: one run, as a tree.
#include <cstdlib>
#include <memory>
#include <ostream>
#include <sstream>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/cluster/show.h"
#include "cli/command.h"
#include "cli/progress_plain.h"
#include "cli/runs/node_selector.h"
#include "cli/runs/request.h"
#include "cli/runs/run_objects.h"
#include "cli/runs/run_page.h"
#include "cli/runs/state_folder.h"
#include "cli/runs/stored_run.h"
#include "runtime/journal/state_hash.h"

namespace tiphys::cli {
namespace {

struct GetOptions {
    ClusterChoice cluster;
    std::vector<std::string> names;
    std::string state;
    std::string output;
    NodeFilter nodes;
    bool without_colour = false;
    bool is_ascii = false;
};

int get_one(const GetOptions& options, run::Journal& journal, const std::string& name,
            Streams& streams) {
    const std::string folder = state_folder(options.state);
    const auto record = find_run(journal, name);
    if (!record) return fail(streams, record.error().message);
    const auto replayed = replayed_run(journal, *record);
    if (!replayed) return fail(streams, replayed.error().message);
    const LoadedRun& loaded = *replayed->loaded;
    const run::State& state = *replayed->state;
    if (record->closed && record->state_hash != run::state_hash(state)) {
        streams.err << "tiphys: another version ran `" << record->name
                    << "`; what this one makes of its journal is not the same in everything\n";
    }
    if (options.output == "json" || options.output == "yaml") {
        streams.out << object_text(loaded, state, options.output == "yaml");
        return kExitFine;
    }
    if (options.output == "name") {
        streams.out << record->name << "\n";
        return kExitFine;
    }
    PageOptions page;
    page.with_colour =
        streams.out_is_terminal && !options.without_colour && std::getenv("NO_COLOR") == nullptr;
    page.is_wide = options.output == "wide";
    page.is_short = options.output == "short";
    const std::string conditions = conditions_of(options.nodes);
    const auto selector = NodeSelector::parse(conditions);
    if (!selector) return fail(streams, selector.error().message);
    if (!conditions.empty()) page.selector = &*selector;
    write_page(folder, loaded, state, page, streams.out);
    return kExitFine;
}

int write_runs(const GetOptions& options, Streams& streams) {
    if (options.cluster.is_meant()) {
        return on_cluster(options.cluster, streams, [&](const Cluster& cluster) {
            const GetForm form{options.output, conditions_of(options.nodes),
                               options.without_colour};
            return get_workflows(cluster, options.names, form, streams);
        });
    }
    auto journal = open_journal(state_folder(options.state));
    if (!journal) return fail(streams, journal.error().message);
    for (std::size_t i = 0; i < options.names.size(); ++i) {
        if (i > 0 && options.output.empty()) streams.out << "\n";
        const int code = get_one(options, **journal, options.names[i], streams);
        if (code != kExitFine) return code;
    }
    return kExitFine;
}

int run_get(const GetOptions& options, Streams& streams) {
    const bool is_object = options.output == "json" || options.output == "yaml";
    if (!options.is_ascii || is_object) return write_runs(options, streams);
    std::ostringstream page;
    Streams own{streams.in, page, streams.err};
    own.out_is_terminal = streams.out_is_terminal;
    const int code = write_runs(options, own);
    streams.out << in_ascii(page.str());
    return code;
}

} // namespace

void add_get(CLI::App& app, Invocation& invocation) {
    CLI::App* command = app.add_subcommand("get", "Show a run and all of its nodes");
    auto options = std::make_shared<GetOptions>();
    command->add_option("RUN", options->names, "Names of runs; `@latest` is the one begun last")
        ->required();
    add_node_filter(*command, options->nodes);
    command->add_flag("--no-color", options->without_colour, "No colours");
    command->add_flag("--no-utf8", options->is_ascii, "Words and ASCII lines in place of signs");
    command->add_option("-o,--output", options->output, "Form of the output")
        ->check(CLI::IsMember({"json", "yaml", "wide", "short", "name"}))
        ->option_text("json|yaml|wide|short|name");
    add_state_option(*command, options->state);
    add_cluster_options(*command, options->cluster);
    command->footer("Example: tiphys get @latest -o wide\n"
                    "`wide` adds where each node's outputs are and what its processes used.");
    command->callback([options, &invocation] {
        invocation.run = [options](Streams& streams) { return run_get(*options, streams); };
    });
}

} // namespace tiphys::cli
