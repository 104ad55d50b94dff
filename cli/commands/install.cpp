// tiphys install: what a cluster needs before it runs workflows.
#include "codegen/install/install.h"

#include <algorithm>
#include <memory>
#include <ostream>
#include <string>

#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "compiler/expr/names.h"

namespace tiphys::cli {
namespace {

struct InstallArguments {
    codegen::InstallOptions options;
    std::string definitions = "full";
    bool is_namespaced = false;
};

int run_install(InstallArguments arguments, Streams& streams) {
    codegen::InstallOptions& options = arguments.options;
    for (const std::string* name : {&options.name_space, &options.workflow_account}) {
        if (!expr::is_dns1123_label(*name)) {
            return fail(streams, "`" + *name +
                                     "` cannot be a name in a cluster: lower-case "
                                     "letters, digits and inner `-`, at most 63");
        }
    }
    using Definitions = codegen::InstalledDefinitions;
    if (arguments.definitions == "none") options.definitions = Definitions::kNone;
    if (arguments.definitions == "minimal") options.definitions = Definitions::kMinimal;
    std::string out;
    codegen::emit_install(options, out);
    streams.out << "# Made by `tiphys install`. To apply it:\n"
                   "#   tiphys install … | kubectl apply --server-side -f -\n"
                << out;
    return kExitFine;
}

} // namespace

void add_install(CLI::App& app, Invocation& invocation) {
    CLI::App* command =
        app.add_subcommand("install", "Print what a cluster needs to run workflows");
    auto arguments = std::make_shared<InstallArguments>();
    codegen::InstallOptions& options = arguments->options;
    options.image = std::string("tiphys:") + kVersion;
    options.executor_image = std::string("tiphys-executor:") + kVersion;
    command->add_option("-n,--namespace", options.name_space, "Namespace of the controller")
        ->option_text("NAME (argo)");
    auto* whole = command->add_flag("--cluster-scoped", options.is_cluster_scoped,
                                    "Run the workflows of all namespaces");
    command
        ->add_flag("--namespaced", arguments->is_namespaced,
                   "Run those of the controller's namespace (the default)")
        ->excludes(whole);
    command->add_option("--image", options.image, "Image with `tiphys`")
        ->option_text("IMAGE (" + options.image + ")");
    command->add_option("--executor-image", options.executor_image, "Image with `tiphys-executor`")
        ->option_text("IMAGE (" + options.executor_image + ")");
    command
        ->add_option("--executor-image-pull-policy", options.executor_pull_policy,
                     "When nodes pull the executor's image")
        ->check(CLI::IsMember({"Always", "IfNotPresent", "Never"}))
        ->option_text("Always|IfNotPresent|Never");
    command
        ->add_option("--argo-crds", arguments->definitions,
                     "Definitions of Argo's kinds: none where Argo is installed; minimal are "
                     "small enough for `kubectl apply` without `--server-side`, but let the "
                     "API server check nothing")
        ->check(CLI::IsMember({"none", "minimal", "full"}))
        ->option_text("none|minimal|full (full)");
    command->add_option("--instance-id", options.instance_id,
                        "Run only workflows with this instance id");
    command
        ->add_option("--workflow-service-account", options.workflow_account,
                     "Service account of the workflows' pods, which gets the right to report")
        ->option_text("NAME (default)");
    command->add_option("--replicas", options.n_replicas, "Controllers, of which one leads")
        ->check(CLI::Range(1, 10))
        ->option_text("N (1)");
    command->add_flag("--host-network", options.has_host_network,
                      "Let the controller share its node's network");
    command->add_flag("--flow-schema", options.has_flow_schema,
                      "Give the controller a queue of its own at the API server");
    command->footer("Example: tiphys install -n argo | kubectl apply --server-side -f -");
    command->callback([arguments, &invocation] {
        invocation.run = [arguments](Streams& streams) { return run_install(*arguments, streams); };
    });
}

} // namespace tiphys::cli
