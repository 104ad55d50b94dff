// Argo: archiveWorkflow in workflow/controller/controller.go.
#include "cli/controller_archive.h"

#include <nlohmann/json.hpp>

#include "runtime/controller/labels.h"
#include "runtime/controller/packed_nodes.h"
#include "runtime/io/json_fields.h"

namespace tiphys::cli {
namespace {

using Json = nlohmann::json;
using metrics::Metric;
using run::list_at;
using run::member;
using run::text_of;

constexpr std::int64_t kSweepMs = 60'000;
constexpr const char* kStatusLabel = "workflows.argoproj.io/workflow-archiving-status";
constexpr const char* kArchived = "Archived";
/// Of one sweep; the next one finds the rest.
constexpr const char* kMostAtOnce = "100";

/// Puts back nodes that were packed or are kept in the archive.
Result<Done> complete(Json& workflow, archive::Archive& archive) {
    if (!workflow.contains("status") || !workflow["status"].is_object()) return Done{};
    Json& status = workflow["status"];
    const std::string packed = text_of(status, "compressedNodes");
    const std::string version = text_of(status, "offloadNodeStatusVersion");
    if (!packed.empty()) {
        const auto nodes = control::unpack_nodes(packed);
        if (!nodes.has_value()) return Error{"its packed nodes cannot be read"};
        status["nodes"] = Json::parse(*nodes, nullptr, false);
        status.erase("compressedNodes");
    } else if (!version.empty()) {
        TIPHYS_TRY(nodes, archive.nodes(text_of(member(workflow, "metadata"), "uid"), version));
        if (!nodes.has_value()) return Error{"its nodes are not in the archive"};
        status["nodes"] = Json::parse(*nodes, nullptr, false);
        status.erase("offloadNodeStatusVersion");
    }
    return Done{};
}

} // namespace

WorkflowArchiver::WorkflowArchiver(std::unique_ptr<archive::Archive> archive, kube::Client& client,
                                   control::Log& log, metrics::ControllerMetrics& metrics,
                                   std::string name_space, std::string instance_id)
    : archive_(std::move(archive)), client_(client), log_(log), metrics_(metrics),
      name_space_(std::move(name_space)), instance_id_(std::move(instance_id)) {}

void WorkflowArchiver::ended(const std::string& name_space, const std::string& name) {
    kube::Request request;
    request.resource = {control::kWorkflowVersion, "workflows", name_space, name, ""};
    client_.send(std::move(request), [this](const kube::Response& response) {
        if (response.ok()) archive_object(response.body);
    });
}

void WorkflowArchiver::round(const control::ControllerView& view, std::int64_t now_ms) {
    if (!view.is_ready || now_ms < next_sweep_ms_) return;
    next_sweep_ms_ = now_ms + kSweepMs;
    sweep();
}

void WorkflowArchiver::sweep() {
    kube::Request request;
    request.resource = {control::kWorkflowVersion, "workflows", name_space_, "", ""};
    const std::string instance = instance_id_.empty()
                                     ? std::string("!") + control::kLabelInstanceId
                                     : std::string(control::kLabelInstanceId) + "=" + instance_id_;
    request.query = {{"labelSelector", std::string(control::kLabelCompleted) + "=true," +
                                           kStatusLabel + "!=" + kArchived + "," + instance},
                     {"limit", kMostAtOnce}};
    client_.send(std::move(request), [this](const kube::Response& response) {
        if (!response.ok()) return;
        const Json list = Json::parse(response.body, nullptr, false);
        for (const Json& object : list_at(list, "items"))
            archive_object(object.dump());
    });
}

void WorkflowArchiver::archive_object(const std::string& object) {
    Json workflow = Json::parse(object, nullptr, false);
    const Json& metadata = member(workflow, "metadata");
    const std::string name_space = text_of(metadata, "namespace");
    const std::string name = text_of(metadata, "name");
    if (name.empty()) return;
    auto done = complete(workflow, *archive_);
    if (done.has_value()) done = archive_->put(workflow.dump());
    metrics_.increase(Metric::kArchivedTotal, {done.has_value() ? "ok" : "error"});
    if (!done) {
        log_.error(
            "cannot archive a workflow",
            {{"namespace", name_space}, {"workflow", name}, {"error", done.error().message}});
        return;
    }
    log_.info("workflow is archived", {{"namespace", name_space}, {"workflow", name}});
    mark(name_space, name);
}

void WorkflowArchiver::mark(const std::string& name_space, const std::string& name) {
    kube::Request request;
    request.method = "PATCH";
    request.resource = {control::kWorkflowVersion, "workflows", name_space, name, ""};
    request.body = Json{{"metadata", {{"labels", {{kStatusLabel, kArchived}}}}}}.dump();
    client_.send(std::move(request), [](const kube::Response&) {});
}

} // namespace tiphys::cli
