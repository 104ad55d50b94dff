// CronWorkflows of a cluster.
#include "cli/cluster/cron_commands.h"

#include <memory>
#include <ostream>

#include <CLI/CLI.hpp>

#include "cli/cluster/object_commands.h"

namespace tiphys::cli {
namespace {

struct CronNames {
    ClusterChoice cluster;
    std::vector<std::string> names;
};

void add_suspension(CLI::App& cron, Invocation& invocation, bool is_suspended) {
    const auto chosen = std::make_shared<CronNames>();
    CLI::App* command =
        cron.add_subcommand(is_suspended ? "suspend" : "resume",
                            is_suspended ? "Let a cron workflow start nothing until it is resumed"
                                         : "Let a suspended cron workflow start workflows again");
    command->add_option("NAME", chosen->names, "Names")->required();
    add_cluster_options(*command, chosen->cluster, true);
    command->callback([chosen, is_suspended, &invocation] {
        invocation.run = [chosen, is_suspended](Streams& streams) {
            const auto work = [&](const Cluster& cluster) -> Result<int> {
                // Argo: setCronWorkflowSuspend in server/cronworkflow/cron_workflow_server.go.
                const std::string patch =
                    is_suspended ? R"({"spec":{"suspend":true}})" : R"({"spec":{"suspend":false}})";
                for (const std::string& name : chosen->names) {
                    TIPHYS_TRY(patched, cluster.patch(kCronWorkflows, name, patch));
                    static_cast<void>(patched);
                    streams.out << "cron workflow " << name
                                << (is_suspended ? " suspended\n" : " resumed\n");
                }
                return kExitFine;
            };
            return on_cluster(chosen->cluster, streams, work);
        };
    });
}

} // namespace

void add_cron_commands(CLI::App& cron, Invocation& invocation) {
    add_object_commands(cron, invocation, kCronWorkflows, cron_words());
    add_suspension(cron, invocation, true);
    add_suspension(cron, invocation, false);
}

} // namespace tiphys::cli
