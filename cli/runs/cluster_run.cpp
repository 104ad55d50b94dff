// Finding the cluster, and the object of a run in it.
#include "cli/runs/cluster_run.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "runtime/backends/kubernetes/controller_config.h"
#include "runtime/backends/kubernetes/pod_names.h"

namespace tiphys::cli {
namespace {

using Json = nlohmann::json;

Result<kube::Access> access_of(const ExecutionOptions& options) {
    kube::KubeconfigChoice choice;
    choice.path = options.kubeconfig;
    choice.context = options.context;
    choice.name_space = options.name_space;
    return kube::read_access(choice);
}

/// The manifest as the object that is to be made.
std::string new_object(const LoadedRun& loaded) {
    const run::WorkflowObject object = object_of(loaded);
    const auto parsed = [](const std::string& text) {
        Json value = Json::parse(text, nullptr, false);
        return value.is_object() ? value : Json::object();
    };
    const run::RunRecord& record = loaded.record;
    Json labels = parsed(object.labels_json);
    labels[run::kInstanceLabel] = run::kDirectInstance;
    const bool is_workflow = loaded.document->kind == "Workflow";
    const Json made = {{"apiVersion", "argoproj.io/v1alpha1"},
                       {"kind", "Workflow"},
                       {"metadata",
                        {{"name", record.name},
                         {"namespace", record.namespace_name},
                         {"labels", labels},
                         {"annotations", parsed(object.annotations_json)}}},
                       {"spec", is_workflow ? parsed(object.spec_json) : Json::object()}};
    return made.dump(-1, ' ', false, Json::error_handler_t::replace);
}

} // namespace

void add_cluster_options(CLI::App& command, ExecutionOptions& options) {
    command
        .add_option("--backend", options.backend,
                    "What tasks become: processes of this machine, or pods of a cluster")
        ->check(CLI::IsMember({"process", kInCluster}))
        ->option_text("process|kubernetes");
    command.add_option("-n,--namespace", options.name_space, "Namespace of the pods");
    command.add_option("--kubeconfig", options.kubeconfig,
                       "File that describes the cluster (default: as kubectl does)");
    command.add_option("--context", options.context, "Context of the kubeconfig");
    command
        .add_option("--executor-image", options.executor_image,
                    "Image of the program that runs beside tasks in pods")
        ->capture_default_str();
}

Result<Done> enter_cluster(LoadedRun& loaded, const ExecutionOptions& options) {
    TIPHYS_TRY(access, access_of(options));
    const bool is_named = !loaded.document->namespace_name.empty() && options.name_space.empty();
    if (!is_named) loaded.record.namespace_name = access.name_space;
    TIPHYS_TRY(client, kube::Client::open(access));
    TIPHYS_TRY(uid, run::create_owner(*client, new_object(loaded)));
    loaded.record.uid = uid;
    return Done{};
}

Result<std::unique_ptr<run::KubernetesBackend>> open_cluster(const LoadedRun& loaded,
                                                             const ExecutionOptions& options) {
    TIPHYS_TRY(access, access_of(options));
    TIPHYS_TRY(client, kube::Client::open(access));
    run::KubernetesOptions settings;
    settings.tasks.workflow_name = loaded.record.name;
    settings.tasks.workflow_uid = loaded.record.uid;
    settings.tasks.name_space = loaded.record.namespace_name;
    settings.tasks.instance_id = run::kDirectInstance;
    settings.tasks.executor_image = options.executor_image;
    settings.tasks.executor_pull_policy = "IfNotPresent";
    const auto& maps = loaded.built.plan.config_maps;
    if (const auto config = maps.find(run::kControllerConfig); config != maps.end()) {
        TIPHYS_TRY(taken, run::take_controller_config(config->second, settings.tasks));
        static_cast<void>(taken);
    }
    settings.tasks.secrets = loaded.built.plan.secrets;
    settings.follow_output = options.with_log;
    auto backend = std::make_unique<run::KubernetesBackend>(std::move(client), std::move(settings));
    TIPHYS_TRY(prepared, backend->prepare());
    static_cast<void>(prepared);
    return backend;
}

} // namespace tiphys::cli
