// tiphys controller: carries out the workflows of a cluster.

#include "runtime/controller/controller.h"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <ostream>

#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "cli/controller_companions.h"
#include "cli/runs/execution.h"
#include "cli/runs/refusals.h"
#include "runtime/kubernetes/access.h"

namespace tiphys::cli {
namespace {

struct ControllerCommand {
    control::ControllerOptions controller;
    kube::KubeconfigChoice cluster;
    CompanionOptions companions;
    bool is_cluster_scoped = false;
    bool takes_no_lease = false;
    bool skips_lint = false;
};

/// Why the workflow cannot run; empty where it can. Argo: validate.Workflow.
std::string first_error(const ir::Project& project, const ir::Document& document) {
    std::vector<Diagnostic> found = judge(project, &document).refusing;
    std::sort(found.begin(), found.end(), comes_before);
    for (const Diagnostic& diagnostic : found) {
        if (diagnostic.span.file == document.file) return diagnostic.message;
    }
    return "";
}

/// What a pod says of itself to the controller in it. Argo: cmd/workflow-controller/main.go.
std::string environment(const char* name, const std::string& otherwise) {
    const char* value = std::getenv(name);
    return value == nullptr || *value == '\0' ? otherwise : value;
}

std::string own_name() {
    return environment("LEADER_ELECTION_IDENTITY", host_name() + "_" + random_letters(6));
}

int run_controller(const ControllerCommand& command, Streams& streams) {
    auto access = kube::read_access(command.cluster);
    if (!access) return fail(streams, access.error().message);
    auto client = kube::Client::open(*access);
    if (!client) return fail(streams, client.error().message);
    control::ControllerOptions options = command.controller;
    if (options.own_namespace.empty()) {
        // Outside of the cluster it belongs to the workflows, as `install` gives rights there.
        const bool is_with_workflows = !access->is_in_cluster && !options.name_space.empty();
        const std::string own = environment(
            "POD_NAMESPACE", is_with_workflows ? options.name_space : access->name_space);
        options.own_namespace = environment("LEADER_ELECTION_NAMESPACE", own);
    }
    if (command.is_cluster_scoped) {
        options.name_space.clear();
    } else if (options.name_space.empty()) {
        options.name_space = access->name_space;
    }
    options.identity = own_name();
    options.elects_leader =
        !command.takes_no_lease && environment("LEADER_ELECTION_DISABLE", "") != "true";
    if (!command.skips_lint) options.check = first_error;
    control::Log log(streams.err, control::log_level_named(options.log_level),
                     options.log_format == "json");
    const auto companions = ControllerCompanions::open(command.companions, options, **client, log);
    if (!companions) return fail(streams, companions.error().message);
    options.nodes = (*companions)->nodes();
    control::Controller controller(**client, log, std::move(options), (*companions)->hooks());
    const auto done = controller.run();
    return done ? kExitFine : fail(streams, done.error().message);
}

} // namespace

void add_controller(CLI::App& app, Invocation& invocation) {
    CLI::App* command = app.add_subcommand(
        "controller", "Carry out the workflows of a cluster, in place of Argo's controller");
    auto options = std::make_shared<ControllerCommand>();
    control::ControllerOptions& controller = options->controller;
    command->add_option("-n,--namespace", controller.name_space,
                        "Namespace whose workflows are carried out (default: the context's)");
    command->add_flag("--cluster-scoped", options->is_cluster_scoped,
                      "Carry out the workflows of all namespaces");
    command->add_option("--instance-id", controller.instance_id,
                        "Only workflows with this label "
                        "workflows.argoproj.io/controller-instanceid; without it those that have "
                        "none");
    command->add_option("--own-namespace", controller.own_namespace,
                        "Namespace of the controller's configuration and lease");
    command
        ->add_option("--configmap", controller.config_map,
                     "ConfigMap with the settings of Argo's controller")
        ->capture_default_str();
    command
        ->add_option("--executor-image", controller.executor_image,
                     "Image of the executor that runs beside each task")
        ->option_text("IMAGE (`executor.image` of the ConfigMap, else tiphys-executor:latest)");
    command->add_option("--executor-image-pull-policy", controller.executor_pull_policy,
                        "Always, IfNotPresent or Never");
    command->add_option("--loglevel", controller.log_level, "debug, info, warn or error")
        ->capture_default_str();
    command->add_option("--log-format", controller.log_format, "json or text")
        ->capture_default_str()
        ->check(CLI::IsMember({"json", "text"}));
    add_companion_options(*command, options->companions);
    command->add_option("--kubeconfig", options->cluster.path, "Path of the kubeconfig");
    command->add_option("--context", options->cluster.context, "Context of the kubeconfig");
    command->add_flag("--no-lint", options->skips_lint,
                      "Begin workflows although the linter finds errors");
    command->add_flag("--no-leader-election", options->takes_no_lease,
                      "Act at once, without taking the lease");
    command->footer("Example: tiphys controller -n argo --executor-image tiphys-executor:latest\n"
                    "It reads workflow-controller-configmap, and ends with exit code 2 where it "
                    "may not do its work.");
    command->callback([options, &invocation] {
        invocation.run = [options](Streams& streams) { return run_controller(*options, streams); };
    });
}

} // namespace tiphys::cli
