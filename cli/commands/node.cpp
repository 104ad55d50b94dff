// tiphys node set: what people decide about suspend nodes.
#include <memory>

#include <CLI/CLI.hpp>

#include "cli/cluster/change.h"
#include "cli/command.h"
#include "cli/runs/request.h"

namespace tiphys::cli {
namespace {

struct NodeOptions {
    std::string action;
    RunNames runs;
    std::string selector;
    std::string phase;
    std::string message;
    std::vector<std::string> outputs;
};

/// An empty text where the node expects all these outputs.
std::string complaint_about(const run::State& state, run::NodeId node,
                            const std::vector<std::pair<std::string, std::string>>& outputs) {
    const run::Outputs* expected = run::outputs_of(state, node);
    for (const auto& [name, value] : outputs) {
        bool is_expected = false;
        if (expected != nullptr) {
            for (const run::ParameterValue& parameter : expected->parameters) {
                is_expected = is_expected || parameter.name == name;
            }
        }
        if (!is_expected) {
            return "node `" + run::display_name(state, node) + "` expects no output parameter `" +
                   name + "`; declare it with `valueFrom: {supplied: {}}`";
        }
    }
    return "";
}

Result<std::vector<run::EventKind>> wishes_for(const NodeOptions& options, run::Journal& journal,
                                               const run::RunRecord& record) {
    TIPHYS_TRY(outputs, parse_parameters(options.outputs));
    TIPHYS_TRY(replayed, replayed_run(journal, record));
    TIPHYS_TRY(chosen, chosen_suspend_nodes(*replayed.state, options.selector));
    std::vector<run::EventKind> wishes;
    for (const run::NodeId node : chosen) {
        const std::string complaint = complaint_about(*replayed.state, node, outputs);
        if (!complaint.empty()) return Error{complaint};
        run::SuspendedNodeSet wish{node, std::nullopt, options.message, outputs};
        if (options.phase == "Succeeded") wish.phase = run::Phase::kSucceeded;
        if (options.phase == "Failed") wish.phase = run::Phase::kFailed;
        if (options.phase == "Error") wish.phase = run::Phase::kError;
        if (options.phase == "Skipped") wish.phase = run::Phase::kSkipped;
        wishes.emplace_back(std::move(wish));
    }
    return wishes;
}

int run_node(const NodeOptions& options, Streams& streams) {
    if (options.runs.cluster.is_meant()) {
        return on_cluster(
            options.runs.cluster, streams, [&](const Cluster& cluster) -> Result<int> {
                TIPHYS_TRY(outputs, parse_parameters(options.outputs));
                const NodeChange change{options.phase, options.message, outputs};
                return set_nodes(cluster, options.runs.names, options.selector, change, streams);
            });
    }
    const auto choose = [&](run::Journal& journal, const run::RunRecord& record) {
        return wishes_for(options, journal, record);
    };
    return ask_runs(options.runs, streams, choose, {"updated"});
}

} // namespace

void add_node(CLI::App& app, Invocation& invocation) {
    CLI::App* command =
        app.add_subcommand("node", "Set phase, message and outputs of suspend nodes that wait");
    auto options = std::make_shared<NodeOptions>();
    command->add_option("ACTION", options->action, "What to do: `set`")
        ->required()
        ->check(CLI::IsMember({"set"}))
        ->option_text("set");
    add_run_names(*command, options->runs);
    command->add_option("--node-field-selector", options->selector,
                        "Only nodes whose fields are so: displayName=approve");
    command->add_option("--phase", options->phase, "The phase that the nodes get")
        ->check(CLI::IsMember({"Succeeded", "Failed", "Error", "Skipped"}))
        ->option_text("Succeeded|Failed|Error|Skipped");
    command->add_option("-m,--message", options->message, "The message that the nodes get");
    command
        ->add_option("-p,--output-parameter", options->outputs,
                     "Value of an output parameter that is `supplied`: name=value")
        ->allow_extra_args(false);
    command->footer("Example: tiphys node set @latest -p approved=yes");
    command->callback([options, &invocation] {
        invocation.run = [options](Streams& streams) { return run_node(*options, streams); };
    });
}

} // namespace tiphys::cli
