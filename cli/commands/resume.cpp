// tiphys resume: suspended runs and suspend nodes go on.
#include <memory>

#include <CLI/CLI.hpp>

#include "cli/cluster/change.h"
#include "cli/command.h"
#include "cli/runs/request.h"
#include "runtime/core/suspended.h"

namespace tiphys::cli {
namespace {

struct ResumeOptions {
    RunNames runs;
    std::string selector;
};

/// Nobody is to go on without an output that has been asked for.
Result<Done> check_outputs(const run::State& state, run::NodeId node) {
    const std::string reason = run::reason_to_wait(state, node);
    if (reason.empty()) return Done{};
    return Error{"node `" + run::display_name(state, node) + "`: " + reason +
                 "; give it one with `tiphys node set --output-parameter NAME=…`"};
}

Result<std::vector<run::EventKind>> wishes_for(const ResumeOptions& options, run::Journal& journal,
                                               const run::RunRecord& record) {
    TIPHYS_TRY(replayed, replayed_run(journal, record));
    const run::State& state = *replayed.state;
    if (options.selector.empty()) {
        for (run::NodeId node = 0; node < state.nodes.size(); ++node) {
            const bool waits = state.nodes[node].type == run::NodeType::kSuspend &&
                               state.nodes[node].phase == run::Phase::kRunning;
            if (!waits) continue;
            if (auto ready = check_outputs(state, node); !ready) return ready.error();
        }
        return std::vector<run::EventKind>{run::SuspensionChanged{false, true}};
    }
    TIPHYS_TRY(chosen, chosen_suspend_nodes(state, options.selector));
    std::vector<run::EventKind> wishes;
    for (const run::NodeId node : chosen) {
        if (auto ready = check_outputs(state, node); !ready) return ready.error();
        wishes.emplace_back(run::SuspendedNodeSet{node, run::Phase::kSucceeded, "", {}});
    }
    return wishes;
}

int run_resume(const ResumeOptions& options, Streams& streams) {
    if (options.runs.cluster.is_meant()) {
        return on_cluster(options.runs.cluster, streams, [&](const Cluster& cluster) {
            return resume_workflows(cluster, options.runs.names, options.selector, streams);
        });
    }
    const auto choose = [&](run::Journal& journal, const run::RunRecord& record) {
        return wishes_for(options, journal, record);
    };
    return ask_runs(options.runs, streams, choose, {"resumed"});
}

} // namespace

void add_resume(CLI::App& app, Invocation& invocation) {
    CLI::App* command =
        app.add_subcommand("resume", "Let a suspended run, or its suspend nodes, go on");
    auto options = std::make_shared<ResumeOptions>();
    add_run_names(*command, options->runs);
    command->add_option("--node-field-selector", options->selector,
                        "Only suspend nodes whose fields are so: displayName=approve");
    command->footer("Example: tiphys resume @latest --node-field-selector displayName=approve\n"
                    "Outputs that a suspend node waits for are given with `tiphys node set`.");
    command->callback([options, &invocation] {
        invocation.run = [options](Streams& streams) { return run_resume(*options, streams); };
    });
}

} // namespace tiphys::cli
