// What the pod of an artifact garbage collection does.

#include "runtime/executor/delete_artifacts.h"

#include <nlohmann/json.hpp>

#include "runtime/artifacts/s3_signature.h"
#include "runtime/executor/driver.h"
#include "runtime/executor/location.h"
#include "runtime/executor/log.h"
#include "runtime/io/json_fields.h"

namespace tiphys::executor {
namespace {

using Json = nlohmann::json;
using run::compact;
using run::member;
using run::object_at;
using run::text_of;

/// An ArtifactResult.
Json delete_artifact(const std::string& name, const Json& artifact, const std::string& archive,
                     const PodPaths& paths) {
    const auto located = relocated(compact(artifact), archive);
    const Result<Done> done =
        located ? remove_artifact(*located, paths) : Result<Done>(located.error());
    Json result = {{"name", name}, {"success", done.has_value()}};
    if (!done) {
        log(LogLevel::kError, "cannot delete an artifact",
            {{"name", name}, {"error", done.error().message}});
        result["error"] = done.error().message;
    }
    return result;
}

/// The `status` of the task.
Json status_after(const Json& task, const PodPaths& paths) {
    Json nodes = Json::object();
    const Json by_node = object_at(member(task, "spec"), "artifactsByNode");
    for (const auto& [node, spec] : by_node.items()) {
        const Json location = object_at(spec, "archiveLocation");
        const std::string archive = location.empty() ? "" : compact(location);
        Json results = Json::object();
        const Json artifacts = object_at(spec, "artifacts");
        for (const auto& [key, artifact] : artifacts.items()) {
            const std::string name = text_of(artifact, "name");
            const std::string known = name.empty() ? key : name;
            results[known] = delete_artifact(known, artifact, archive, paths);
        }
        nodes[node] = {{"artifactResults", results}};
    }
    return {{"status", {{"artifactResultsByNode", nodes}}}};
}

bool is_success(const run::HttpResponse& response) {
    return response.status >= 200 && response.status < 300;
}

} // namespace

Exit delete_artifacts(const PodPaths& paths, const ApiOptions& options) {
    const std::string pod = variable("ARGO_ARTIFACT_POD_NAME");
    if (pod.empty()) return {};
    const auto server = ApiServer::find(options, paths);
    if (!server) return failed(server.error());
    const std::string collection = "/apis/argoproj.io/v1alpha1/namespaces/" + server->name_space() +
                                   "/workflowartifactgctasks";
    const std::string label = "workflows.argoproj.io/artifact-gc-pod=" + pod;
    const run::HttpResponse listed =
        server->insist("GET", collection + "?labelSelector=" + run::percent_encoded(label, false));
    if (!is_success(listed)) return failed({refusal(listed)});
    const Json list = Json::parse(listed.body, nullptr, false);
    if (!list.is_object() || !list.contains("items")) return failed({"the list has no items"});
    for (const Json& task : list["items"]) {
        const std::string name = text_of(member(task, "metadata"), "name");
        const run::HttpResponse patched =
            server->insist("PATCH", collection + "/" + name + "/status",
                           compact(status_after(task, paths)), "application/merge-patch+json");
        if (!is_success(patched)) return failed({refusal(patched)});
    }
    return {};
}

} // namespace tiphys::executor
