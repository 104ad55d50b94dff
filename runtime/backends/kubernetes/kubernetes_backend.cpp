// Watches of one run, and its object.

#include "runtime/backends/kubernetes/kubernetes_backend.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include <nlohmann/json.hpp>

#include "runtime/backends/kubernetes/pod_names.h"
#include "runtime/io/json_fields.h"
#include "runtime/kubernetes/failure.h"

namespace tiphys::run {
namespace {

using Json = nlohmann::json;

constexpr const char* kArgoVersion = "argoproj.io/v1alpha1";
/// How long the last requests of a run may take.
constexpr std::int64_t kClosingMs = 15'000;

kube::Resource workflows(const std::string& name_space, const std::string& name = "") {
    return {kArgoVersion, "workflows", name_space, name, ""};
}

} // namespace

KubernetesBackend::KubernetesBackend(std::unique_ptr<kube::Client> client,
                                     KubernetesOptions options)
    : client_(std::move(client)), options_(std::move(options)),
      artifacts_("", options_.tasks.secrets), tasks_(*client_, options_.tasks) {}

Result<Done> KubernetesBackend::prepare() {
    kube::Request list;
    list.resource = {kArgoVersion, "workflowtaskresults", options_.tasks.name_space, "", ""};
    list.query = {{"limit", "1"}};
    const kube::Response answer = client_->call(list);
    if (!answer.ok()) return Error{kube::failure_text(*client_, list, answer)};
    watch_pods();
    watch_results();
    return Done{};
}

void KubernetesBackend::watch_pods() {
    kube::WatchRequest wanted;
    wanted.resource = {"v1", "pods", options_.tasks.name_space, "", ""};
    wanted.label_selector = std::string(kWorkflowLabel) + "=" + options_.tasks.workflow_name;
    client_->watch(wanted, [this](const kube::WatchEvent& event) {
        switch (event.kind) {
        case kube::WatchEvent::Kind::kAdded:
        case kube::WatchEvent::Kind::kModified:
            tasks_.pod_seen(event.object);
            return;
        case kube::WatchEvent::Kind::kDeleted:
            if (!event.object.empty()) tasks_.pod_seen(event.object);
            tasks_.pod_gone(event.name, event.uid);
            return;
        case kube::WatchEvent::Kind::kSynced:
        case kube::WatchEvent::Kind::kFailed:
            return;
        }
    });
}

void KubernetesBackend::watch_results() {
    kube::WatchRequest wanted;
    wanted.resource = {kArgoVersion, "workflowtaskresults", options_.tasks.name_space, "", ""};
    wanted.label_selector = std::string(kWorkflowLabel) + "=" + options_.tasks.workflow_name;
    client_->watch(wanted, [this](const kube::WatchEvent& event) {
        const bool is_there = event.kind == kube::WatchEvent::Kind::kAdded ||
                              event.kind == kube::WatchEvent::Kind::kModified;
        if (is_there) tasks_.result_seen(event.object);
    });
}

std::int64_t KubernetesBackend::now_ms() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

void KubernetesBackend::start(NodeId node, std::unique_ptr<TaskSpec> spec) {
    if (options_.follow_output && !spec->processes.empty()) pods_[node] = spec->pod_name;
    tasks_.start(node, std::move(spec));
}

std::vector<BackendReport> KubernetesBackend::wait(std::int64_t until_ms, int wake_fd) {
    tasks_.tick(now_ms());
    if (!tasks_.has_reports()) {
        client_->poll(std::min(until_ms, tasks_.next_timer_ms()), wake_fd);
        tasks_.tick(now_ms());
    }
    std::vector<BackendReport> reports = tasks_.take_reports();
    for (const BackendReport& report : reports) {
        if (report.waiting.empty()) follow(report.node);
    }
    return reports;
}

/// Once for each task, when its pod has begun.
void KubernetesBackend::follow(NodeId node) {
    const auto known = pods_.find(node);
    if (known == pods_.end()) return;
    kube::Request logs;
    logs.resource = {"v1", "pods", options_.tasks.name_space, known->second, "log"};
    logs.query = {{"container", kMainContainer}, {"follow", "true"}};
    pods_.erase(known);
    ++n_streams_;
    client_->stream(
        logs,
        [this, node](std::string_view text) {
            output_.push_back({node, false, std::string(text)});
        },
        [this](const kube::Response&) { --n_streams_; });
}

void KubernetesBackend::settle(std::int64_t until_ms) {
    while (tasks_.n_requests() > 0 && now_ms() < until_ms) {
        client_->poll(until_ms);
    }
}

Result<Done> KubernetesBackend::close(const std::string& workflow_json, bool succeeded) {
    const Json workflow = Json::parse(workflow_json, nullptr, false);
    if (!workflow.is_object()) return Error{"the status of the run is no JSON"};
    const std::string phase = text_of(member(workflow, "status"), "phase");
    const Json patch = {
        {"metadata",
         {{"labels", {{"workflows.argoproj.io/phase", phase}, {kCompletedLabel, "true"}}}}},
        {"status", member(workflow, "status")}};
    kube::Request update;
    update.method = "PATCH";
    update.resource = workflows(options_.tasks.name_space, options_.tasks.workflow_name);
    update.body = patch.dump(-1, ' ', false, Json::error_handler_t::replace);
    const kube::Response answer = client_->call(update);
    tasks_.release_all(succeeded);
    settle(now_ms() + kClosingMs);
    // Deletions wait for the delay of the manifest's podGC.
    const std::int64_t until_ms = now_ms() + kClosingMs;
    while (tasks_.next_timer_ms() <= until_ms) {
        client_->poll(tasks_.next_timer_ms());
        tasks_.tick(now_ms());
    }
    settle(now_ms() + kClosingMs);
    if (!answer.ok()) return Error{kube::failure_text(*client_, update, answer)};
    return Done{};
}

Result<std::string> create_owner(kube::Client& client, const std::string& workflow_json) {
    const Json workflow = Json::parse(workflow_json, nullptr, false);
    if (!workflow.is_object()) return Error{"the workflow is no JSON"};
    const std::string name = text_of(member(workflow, "metadata"), "name");
    const std::string name_space = text_of(member(workflow, "metadata"), "namespace");
    kube::Request creation;
    creation.method = "POST";
    creation.resource = workflows(name_space);
    creation.body = workflow.dump(-1, ' ', false, Json::error_handler_t::replace);
    creation.is_repeatable = true;
    kube::Response answer = client.call(creation);
    if (answer.status == 409) {
        kube::Request look;
        look.resource = workflows(name_space, name);
        answer = client.call(look);
    }
    if (!answer.ok()) return Error{kube::failure_text(client, creation, answer)};
    const Json made = Json::parse(answer.body, nullptr, false);
    if (!made.is_object()) return Error{kube::no_api_text(client.access())};
    const Json& metadata = member(made, "metadata");
    if (text_of(member(metadata, "labels"), kInstanceLabel) != kDirectInstance) {
        return Error{"workflow `" + name + "` exists in namespace `" + name_space +
                     "`; choose another name with `--name`"};
    }
    return text_of(metadata, "uid");
}

} // namespace tiphys::run
