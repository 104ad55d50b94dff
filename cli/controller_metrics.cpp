// Metrics are brought up to date when somebody asks for them.
#include "cli/controller_metrics.h"

#include <chrono>

#include "cli/command.h"

namespace tiphys::cli {
namespace {

using metrics::Answer;
using metrics::Metric;

/// Argo: workflow/metrics/gauge_workflow_phase.go shows all of them.
constexpr std::string_view kPhases[] = {"Pending", "Running", "Succeeded", "Failed", "Error"};

/// Argo: workflow/metrics/gauge_pod_phase.go.
constexpr std::string_view kPodPhases[] = {"Pending", "Running", "Succeeded", "Failed"};

std::int64_t steady_ms() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

/// `Create` of `create`. Argo: ParseRequest in util/k8s/parse.go.
std::string argo_verb(const std::string& verb) {
    if (verb == "deletecollection") return "DeleteCollection";
    std::string name = verb;
    if (!name.empty() && name[0] >= 'a' && name[0] <= 'z')
        name[0] = static_cast<char>(name[0] - 32);
    return name;
}

} // namespace

Result<std::unique_ptr<ControllerMetricsServer>>
ControllerMetricsServer::open(const std::string& address, const kube::Client& client) {
    auto opened = std::make_unique<ControllerMetricsServer>(client);
    if (address.empty()) return opened;
    ControllerMetricsServer* self = opened.get();
    auto server = metrics::Server::listen(
        address, [self](std::string_view path) { return self->answer(path); });
    if (!server) return server.error();
    opened->server_ = std::move(*server);
    return opened;
}

ControllerMetricsServer::ControllerMetricsServer(const kube::Client& client) : client_(client) {
    metrics_.set(Metric::kVersion, {kVersion, "linux", "g++ " __VERSION__}, 1);
}

void ControllerMetricsServer::ended(const control::LiveRun& run) {
    metrics_.increase(Metric::kTotalCount,
                      {run::run_phase_name(run.state().phase), run.workflow().name_space});
}

void ControllerMetricsServer::pod_changed(const std::string& phase, const std::string& name_space) {
    metrics_.increase(Metric::kPodsTotalCount, {phase, name_space});
}

void ControllerMetricsServer::round(const control::ControllerView& view) {
    view_ = view;
    if (server_ != nullptr) server_->serve(steady_ms());
}

void ControllerMetricsServer::fill() {
    metrics_.set(Metric::kIsLeader, {}, view_.is_leader ? 1 : 0);
    metrics_.clear(Metric::kWorkflowsGauge);
    for (const std::string_view phase : kPhases)
        metrics_.set(Metric::kWorkflowsGauge, {phase}, 0);
    for (const auto& [phase, n_workflows] : view_.n_workflows_by_phase) {
        metrics_.set(Metric::kWorkflowsGauge, {phase.empty() ? "Pending" : phase},
                     static_cast<double>(n_workflows));
    }
    for (const std::string_view phase : kPodPhases)
        metrics_.set(Metric::kPodsGauge, {phase}, 0);
    for (const auto& [phase, n_pods] : view_.n_pods_by_phase)
        metrics_.set(Metric::kPodsGauge, {phase}, static_cast<double>(n_pods));
    metrics_.set(Metric::kQueueDepthGauge, {"workflow_queue"},
                 static_cast<double>(view_.n_waiting));
    for (const auto& [key, count] : client_.counts()) {
        const std::string kind = key.resource.substr(0, key.resource.find('.'));
        metrics_.set(Metric::kK8sRequestTotal,
                     {kind, argo_verb(key.verb), std::to_string(key.status)},
                     static_cast<double>(count.n_calls));
    }
}

Answer ControllerMetricsServer::answer(std::string_view path) {
    if (path == "/metrics") {
        fill();
        return {200, metrics_.text()};
    }
    if (path == "/healthz") return {200, "ok\n"};
    if (path == "/readyz") {
        // Who waits for the lease is ready to take it.
        if (view_.is_ready || !view_.is_leader) return {200, "ok\n"};
        return {503, "the cluster's objects are not known yet\n"};
    }
    return {404, "there is /metrics, /healthz and /readyz\n"};
}

} // namespace tiphys::cli
