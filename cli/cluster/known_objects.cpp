// Lists and single objects, cleaned of the server's own fields.
#include "cli/cluster/known_objects.h"

#include <array>
#include <ostream>

#include <nlohmann/json.hpp>

#include "cli/runs/run_objects.h"
#include "runtime/io/json_fields.h"
#include "runtime/kubernetes/failure.h"

namespace tiphys::cli {
namespace {

using nlohmann::json;
using run::member;
using run::text_of;

constexpr std::array kReferable = {
    kTemplates,
    kClusterTemplates,
    ObjectKind{"v1", "configmaps", "ConfigMap", "ConfigMap"},
    ObjectKind{"v1", "secrets", "Secret", "secret"},
    ObjectKind{"v1", "serviceaccounts", "ServiceAccount", "service account"},
};

constexpr std::array kComparable = {
    kWorkflows,
    kTemplates,
    kClusterTemplates,
    kCronWorkflows,
    ObjectKind{kArgo, "workfloweventbindings", "WorkflowEventBinding", "event binding"},
    ObjectKind{kArgo, "sensors", "Sensor", "sensor"},
    ObjectKind{kArgo, "eventsources", "EventSource", "event source"},
    ObjectKind{kArgo, "eventbus", "EventBus", "event bus"},
    ObjectKind{"v1", "configmaps", "ConfigMap", "ConfigMap"},
    ObjectKind{"v1", "secrets", "Secret", "secret"},
    ObjectKind{"v1", "serviceaccounts", "ServiceAccount", "service account"},
};

/// Without what the server and controllers write.
json cleaned(json object) {
    object.erase("status");
    json& meta = object["metadata"];
    for (const char* key : {"managedFields", "uid", "resourceVersion", "creationTimestamp",
                            "generation", "selfLink"}) {
        meta.erase(key);
    }
    if (meta.contains("annotations")) {
        meta["annotations"].erase("kubectl.kubernetes.io/last-applied-configuration");
        if (meta["annotations"].empty()) meta.erase("annotations");
    }
    return object;
}

/// Names of keys stay, secrets do not.
json without_secrets(json object) {
    if (text_of(object, "kind") != "Secret" || !member(object, "data").is_object()) return object;
    for (auto& [key, value] : object["data"].items()) {
        value = "";
    }
    return object;
}

} // namespace

bool names_cluster(const ClusterChoice& choice) {
    const kube::KubeconfigChoice& kubeconfig = choice.kubeconfig;
    return choice.is_asked_for || !kubeconfig.path.empty() || !kubeconfig.context.empty() ||
           !kubeconfig.name_space.empty();
}

Result<std::string> referable_objects(const Cluster& cluster, Streams& streams) {
    std::string documents;
    ListQuery query;
    query.is_of_any_instance = true;
    for (const ObjectKind& kind : kReferable) {
        kube::Request probe;
        probe.resource = cluster.resource(kind);
        probe.query = {{"limit", "1"}};
        const kube::Response response = cluster.client().call(probe);
        const bool is_needed = kind.kind == kTemplates.kind;
        if (response.status == 403 && !is_needed) {
            streams.err << "tiphys: " << kube::failure_text(cluster.client(), probe, response)
                        << "; until then references to them are judged by the files alone\n";
            continue;
        }
        if (!response.ok()) {
            return Error{kube::failure_text(cluster.client(), probe, response)};
        }
        TIPHYS_TRY(objects, cluster.list(kind, query));
        for (const std::string& object : objects) {
            const json parsed = json::parse(object, nullptr, false);
            documents += "---\n" + cleaned(without_secrets(parsed)).dump() + "\n";
        }
    }
    return documents;
}

Result<std::string> same_objects(const Cluster& cluster,
                                 const std::vector<DescribedObject>& objects) {
    std::string documents;
    for (const DescribedObject& object : objects) {
        for (const ObjectKind& kind : kComparable) {
            if (kind.kind != object.kind || object.name.empty()) continue;
            kube::Request request;
            request.resource = cluster.resource(kind, object.name, object.name_space);
            const kube::Response response = cluster.client().call(request);
            if (response.status == 404 && response.reason() == "NotFound") {
                const auto known = cluster.check_namespace(request.resource.name_space);
                if (!known) return known.error();
                continue;
            }
            if (!response.ok()) {
                return Error{kube::failure_text(cluster.client(), request, response)};
            }
            const json answer = json::parse(response.body, nullptr, false);
            if (!answer.is_object()) return Error{kube::no_api_text(cluster.client().access())};
            json known = cleaned(answer);
            if (object.name_space.empty()) known["metadata"].erase("namespace");
            documents += "---\n" + json_as_yaml(known.dump());
        }
    }
    return documents;
}

} // namespace tiphys::cli
