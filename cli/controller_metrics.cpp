// Metrics are brought up to date when somebody asks for them.
#include "cli/controller_metrics.h"

#include <chrono>
#include <vector>

#include "cli/command.h"
#include "cli/runs/execution.h"
#include "runtime/controller/labels.h"

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

Metric metric_of(control::Tally tally) {
    switch (tally) {
    case control::Tally::kCronRun:
        return Metric::kCronworkflowsTriggeredTotal;
    case control::Tally::kCronHeldBack:
        return Metric::kCronworkflowsConcurrencypolicyTriggered;
    case control::Tally::kError:
        return Metric::kErrorCount;
    case control::Tally::kPodMissing:
        return Metric::kPodMissing;
    case control::Tally::kPodPending:
        return Metric::kPodPendingCount;
    case control::Tally::kPodRestart:
        return Metric::kPodRestartsTotal;
    case control::Tally::kStatusWrite:
        return Metric::kStatusWritesTotal;
    }
    return Metric::kErrorCount;
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
    opened->has_address_ = true;
    return opened;
}

ControllerMetricsServer::ControllerMetricsServer(const kube::Client& client) : client_(client) {
    metrics_.set(Metric::kVersion, {kVersion, "linux", "g++ " __VERSION__}, 1);
}

void ControllerMetricsServer::ended(const control::LiveRun& run) {
    metrics_.increase(Metric::kTotalCount,
                      {run::run_phase_name(run.state().phase), run.workflow().name_space});
    // Argo: workflow/metrics/counter_template.go, histogram_template.go.
    for (const bool is_cluster : {false, true}) {
        const auto& labels = run.workflow().labels;
        const auto origin =
            labels.find(is_cluster ? control::kLabelClusterTemplate : control::kLabelTemplate);
        if (origin == labels.end()) continue;
        const std::string_view scope = is_cluster ? "true" : "false";
        const std::string& name_space = run.workflow().name_space;
        metrics_.increase(
            Metric::kWorkflowtemplateTriggeredTotal,
            {origin->second, name_space, scope, run::run_phase_name(run.state().phase)});
        const std::int64_t ms = run.state().finished_ms - run.state().started_ms;
        metrics_.observe(Metric::kWorkflowtemplateRuntime, {origin->second, name_space, scope},
                         static_cast<double>(ms) / 1000);
    }
}

void ControllerMetricsServer::pod_changed(const std::string& phase, const std::string& name_space) {
    metrics_.increase(Metric::kPodsTotalCount, {phase, name_space});
}

Result<Done> ControllerMetricsServer::take(const metrics::CustomValue& value) {
    return metrics_.registry().update(value, unix_ms());
}

Result<Done> ControllerMetricsServer::configure(const control::MetricsSettings& settings) {
    const bool is_same_port = settings.port == settings_.port;
    settings_ = settings;
    metrics_.modify(settings.modifiers);
    if (has_address_ || is_same_port) return Done{};
    server_.reset();
    if (settings.port == 0) return Done{};
    TIPHYS_TRY(server,
               metrics::Server::listen(":" + std::to_string(settings.port),
                                       [this](std::string_view path) { return answer(path); }));
    server_ = std::move(server);
    return Done{};
}

void ControllerMetricsServer::round(const control::ControllerView& view, std::int64_t now_ms) {
    view_ = &view;
    for (const double hop : view.timings.hops)
        metrics_.observe(Metric::kHopSeconds, {}, hop);
    for (const double operation : view.timings.operations)
        metrics_.observe(Metric::kOperationDurationSeconds, {}, operation);
    // Argo: customMetricsGC in workflow/metrics/metrics_custom.go.
    if (settings_.ttl_ms > 0 && next_expiry_ms_ <= now_ms) {
        metrics_.registry().expire_custom(now_ms - settings_.ttl_ms);
        next_expiry_ms_ = now_ms + settings_.ttl_ms;
    }
    if (server_ != nullptr) server_->serve(steady_ms());
}

void ControllerMetricsServer::fill() {
    metrics_.set(Metric::kIsLeader, {}, view_->is_leader ? 1 : 0);
    metrics_.clear(Metric::kWorkflowsGauge);
    for (const std::string_view phase : kPhases)
        metrics_.set(Metric::kWorkflowsGauge, {phase}, 0);
    for (const auto& [phase, n_workflows] : view_->n_workflows_by_phase) {
        metrics_.set(Metric::kWorkflowsGauge, {phase.empty() ? "Pending" : phase},
                     static_cast<double>(n_workflows));
    }
    for (const std::string_view phase : kPodPhases)
        metrics_.set(Metric::kPodsGauge, {phase}, 0);
    for (const auto& [phase, n_pods] : view_->n_pods_by_phase)
        metrics_.set(Metric::kPodsGauge, {phase}, static_cast<double>(n_pods));
    metrics_.set(Metric::kQueueDepthGauge, {"workflow_queue"},
                 static_cast<double>(view_->n_waiting));
    // Argo: addErrorCounter shows them before there is any.
    for (const std::string_view cause : {"CronWorkflowSpecError", "CronWorkflowSubmissionError"})
        metrics_.set(Metric::kErrorCount, {cause}, 0);
    fill_requests();
    fill_locks(Metric::kLocksHeld, view_->n_held_by_lock);
    fill_locks(Metric::kLocksPending, view_->n_waiting_by_lock);
    fill_locks(Metric::kLocksTakenTotal, view_->n_taken_by_lock);
    for (const auto& [what, n_times] : view_->tallies) {
        const std::vector<std::string_view> values(what.second.begin(), what.second.end());
        metrics_.registry().set(static_cast<metrics::MetricId>(metric_of(what.first)), values,
                                static_cast<double>(n_times));
    }
    for (const auto& [level, n_messages] : view_->n_log_messages) {
        metrics_.set(Metric::kLogMessages, {control::log_level_name(level)},
                     static_cast<double>(n_messages));
    }
}

/// Times are known as sums: requests between two looks are told as if each had taken the same.
void ControllerMetricsServer::fill_requests() {
    for (const auto& [key, count] : client_.counts()) {
        const std::string kind = key.resource.substr(0, key.resource.find('.'));
        const std::string verb = argo_verb(key.verb);
        const std::string status = std::to_string(key.status);
        metrics_.set(Metric::kK8sRequestTotal, {kind, verb, status},
                     static_cast<double>(count.n_calls));
        kube::CallCount& told = timed_[key];
        const std::uint64_t n_new = count.n_calls - told.n_calls;
        // A watch lasts.
        if (key.verb == "watch" || n_new == 0) continue;
        const double seconds =
            static_cast<double>(count.total_ms - told.total_ms) / 1000 / static_cast<double>(n_new);
        for (std::uint64_t i = 0; i < n_new; ++i) {
            metrics_.observe(Metric::kK8sRequestDuration, {kind, verb, status}, seconds);
        }
        told = count;
    }
}

/// `namespace/Mutex/name`, `namespace/ConfigMap/name/key`.
void ControllerMetricsServer::fill_locks(Metric metric,
                                         const std::map<std::string, std::int64_t>& counts) {
    metrics_.clear(metric);
    for (const auto& [name, n_runs] : counts) {
        const std::size_t space = name.find('/');
        const std::size_t kind = name.find('/', space + 1);
        if (space == name.npos || kind == name.npos) continue;
        const bool is_semaphore = name.substr(space + 1, kind - space - 1) == "ConfigMap";
        metrics_.set(metric,
                     {is_semaphore ? "semaphore" : "mutex", "configmap", name.substr(kind + 1),
                      name.substr(0, space)},
                     static_cast<double>(n_runs));
    }
}

Answer ControllerMetricsServer::answer(std::string_view path) {
    if (path == settings_.path && settings_.is_enabled) {
        fill();
        return {200, metrics_.text(unix_ms())};
    }
    if (path == "/healthz") return {200, "ok\n"};
    if (path == "/readyz") {
        // Who waits for the lease is ready to take it.
        if (view_->is_ready || !view_->is_leader) return {200, "ok\n"};
        return {503, "the cluster's objects are not known yet\n"};
    }
    const std::string page = settings_.is_enabled ? settings_.path + ", " : "";
    return {404, "there is " + page + "/healthz and /readyz\n"};
}

} // namespace tiphys::cli
