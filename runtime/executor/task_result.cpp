// The WorkflowTaskResult.

#include "runtime/executor/task_result.h"

#include <nlohmann/json.hpp>

namespace tiphys::executor {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kCompleted = "workflows.argoproj.io/report-outputs-completed";

std::string dumped(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// The object with the members of `fields` beside its own.
std::string with_fields(Json object, const std::string& fields) {
    const Json more = Json::parse(fields, nullptr, false);
    if (more.is_object()) object.update(more);
    return dumped(object);
}

std::string collection_of(const ApiServer& server) {
    return "/apis/argoproj.io/v1alpha1/namespaces/" + server.name_space() + "/workflowtaskresults";
}

bool is_success(const run::HttpResponse& response) {
    return response.status >= 200 && response.status < 300;
}

} // namespace

TaskIdentity task_identity() {
    return {variable("ARGO_NODE_ID"), variable("ARGO_WORKFLOW_NAME"), variable("ARGO_WORKFLOW_UID"),
            variable("ARGO_INSTANCE_ID")};
}

run::HttpResponse TaskResult::create(const std::string& fields, bool is_complete) const {
    Json labels = {{"workflows.argoproj.io/workflow", identity_.workflow},
                   {kCompleted, is_complete ? "true" : "false"}};
    if (!identity_.instance_id.empty()) {
        labels["workflows.argoproj.io/controller-instanceid"] = identity_.instance_id;
    }
    const Json owner = {{"apiVersion", "argoproj.io/v1alpha1"},
                        {"kind", "Workflow"},
                        {"name", identity_.workflow},
                        {"uid", identity_.workflow_uid}};
    const Json object = {{"apiVersion", "argoproj.io/v1alpha1"},
                         {"kind", "WorkflowTaskResult"},
                         {"metadata",
                          {{"name", identity_.node_id},
                           {"labels", labels},
                           {"ownerReferences", Json::array({owner})}}}};
    return server_.insist("POST", collection_of(server_), with_fields(object, fields),
                          "application/json");
}

run::HttpResponse TaskResult::patch(const std::string& fields, bool is_complete) const {
    Json object = Json::object();
    if (is_complete) object["metadata"] = {{"labels", {{kCompleted, "true"}}}};
    return server_.insist("PATCH", collection_of(server_) + "/" + identity_.node_id,
                          with_fields(object, fields), "application/merge-patch+json");
}

Result<Done> TaskResult::report(const std::string& fields, bool is_complete) {
    run::HttpResponse response = exists_ ? patch(fields, is_complete) : create(fields, is_complete);
    // An attempt whose answer was lost, or somebody who cleans up.
    if (!exists_ && response.status == 409) response = patch(fields, is_complete);
    if (exists_ && response.status == 404) response = create(fields, is_complete);
    exists_ = is_success(response);
    if (!exists_) return Error{refusal(response)};
    return Done{};
}

} // namespace tiphys::executor
