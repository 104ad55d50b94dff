// What a controller counts and measures.

#include "runtime/metrics/controller_metrics.h"

#include <array>
#include <cstdio>
#include <dirent.h>
#include <unistd.h>

#include "compiler/base/assert.h"
#include "compiler/expr/go_strings.h"

namespace tiphys::metrics {
namespace {

using enum Metric;
using enum MetricKind;

constexpr std::array kRows = {
    MetricRow{kCronworkflowsConcurrencypolicyTriggered, kCounter,
              "argo_workflows_cronworkflows_concurrencypolicy_triggered",
              "name namespace concurrency_policy",
              "Times that the concurrencyPolicy of a CronWorkflow had something to say"},
    MetricRow{kCronworkflowsTriggeredTotal, kCounter,
              "argo_workflows_cronworkflows_triggered_total", "name namespace",
              "Times that a CronWorkflow was due and ran"},
    MetricRow{kErrorCount, kCounter, "argo_workflows_error_count", "cause",
              "Errors of the controller by cause"},
    MetricRow{kWorkflowsGauge, kGauge, "argo_workflows_gauge", "phase",
              "Workflows in the cluster by phase"},
    MetricRow{kIsLeader, kGauge, "argo_workflows_is_leader", "",
              "1 in the controller that leads, 0 in those that wait"},
    MetricRow{kK8sRequestDuration, kHistogram, "argo_workflows_k8s_request_duration",
              "kind verb status_code", "Seconds that requests to the Kubernetes API took"},
    MetricRow{kK8sRequestTotal, kCounter, "argo_workflows_k8s_request_total",
              "kind verb status_code", "Requests to the Kubernetes API"},
    MetricRow{kLocksHeld, kGauge, "argo_workflows_locks_held", "type storage lock_name namespace",
              "Holders of a lock now"},
    MetricRow{kLocksPending, kGauge, "argo_workflows_locks_pending",
              "type storage lock_name namespace", "Workflows and templates that wait for a lock"},
    MetricRow{kLocksTakenTotal, kCounter, "argo_workflows_locks_taken_total",
              "type storage lock_name namespace", "Times that a lock was taken"},
    MetricRow{kLogMessages, kCounter, "argo_workflows_log_messages", "level",
              "Messages that the controller logged"},
    MetricRow{kOperationDurationSeconds, kHistogram, "argo_workflows_operation_duration_seconds",
              "", "Seconds that acting upon news of one workflow took"},
    MetricRow{kPodMissing, kCounter, "argo_workflows_pod_missing", "node_phase recently_started",
              "Pods that vanished before their end was seen"},
    MetricRow{kPodPendingCount, kCounter, "argo_workflows_pod_pending_count", "reason namespace",
              "Pods that began to wait, by reason"},
    MetricRow{kPodRestartsTotal, kCounter, "argo_workflows_pod_restarts_total",
              "reason condition namespace",
              "Pods that were started again because the node failed before their work began"},
    MetricRow{kPodsGauge, kGauge, "argo_workflows_pods_gauge", "phase",
              "Pods of workflows in the cluster by phase"},
    MetricRow{kPodsTotalCount, kCounter, "argo_workflows_pods_total_count", "phase namespace",
              "Pods that entered a phase"},
    MetricRow{kQueueDepthGauge, kGauge, "argo_workflows_queue_depth_gauge", "queue_name",
              "Workflows that wait for their turn"},
    MetricRow{kTotalCount, kCounter, "argo_workflows_total_count", "phase namespace",
              "Workflows that entered a phase"},
    MetricRow{kVersion, kCounter, "argo_workflows_version", "version platform compiler",
              "Always 1; the labels say what runs"},
    MetricRow{kWorkflowtemplateRuntime, kHistogram, "argo_workflows_workflowtemplate_runtime",
              "name namespace cluster_scope",
              "Seconds that workflows of a workflowTemplateRef took"},
    MetricRow{kWorkflowtemplateTriggeredTotal, kCounter,
              "argo_workflows_workflowtemplate_triggered_total",
              "name namespace cluster_scope phase",
              "Workflows of a workflowTemplateRef that entered a phase"},
    MetricRow{kHopSeconds, kHistogram, "tiphys_hop_seconds", "",
              "Seconds from the end of a task, as seen, to the next pod's creation"},
    MetricRow{kStatusWritesTotal, kCounter, "tiphys_status_writes_total", "outcome",
              "Statuses of workflows that were written: `ok`, `conflict`, `error`"},
    MetricRow{kArchivedTotal, kCounter, "tiphys_archived_total", "outcome",
              "Workflows that were written into the archive: `ok`, `error`"},
};

/// Those that Argo gives each of its histograms.
std::vector<double> default_buckets(Metric metric) {
    if (metric == kK8sRequestDuration) return {0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60, 180};
    if (metric == kOperationDurationSeconds) return {5, 10, 15, 20, 25, 30};
    if (metric == kHopSeconds) return {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};
    // Argo leaves the others to OpenTelemetry.
    return {0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000};
}

std::span<const std::string_view> span_of(ControllerMetrics::Values values) {
    return {values.begin(), values.size()};
}

MetricId id_of(Metric metric) {
    return static_cast<MetricId>(metric);
}

int open_files() {
    DIR* folder = ::opendir("/proc/self/fd");
    if (folder == nullptr) return 0;
    int n_files = 0;
    while (const dirent* entry = ::readdir(folder)) {
        if (entry->d_name[0] != '.') ++n_files;
    }
    ::closedir(folder);
    return n_files - 1; // without the folder itself
}

/// Argo: the collector of Go's Prometheus client, whose names all dashboards know.
std::string process_text(std::uint64_t n_dropped) {
    long n_pages = 0;
    if (std::FILE* file = std::fopen("/proc/self/statm", "re")) {
        if (std::fscanf(file, "%*d %ld", &n_pages) != 1) n_pages = 0;
        std::fclose(file);
    }
    unsigned long user = 0;
    unsigned long system = 0;
    if (std::FILE* file = std::fopen("/proc/self/stat", "re")) {
        const int n_read =
            std::fscanf(file, "%*d (%*[^)]) %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu",
                        &user, &system);
        if (n_read != 2) user = system = 0;
        std::fclose(file);
    }
    const double seconds =
        static_cast<double>(user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
    Registry registry;
    const auto put = [&](const char* name, MetricKind kind, const char* help, double value) {
        registry.set(registry.add({name, kind, help, {}, {}}), {}, value);
    };
    put("process_cpu_seconds_total", kCounter, "Seconds of processor time", seconds);
    put("process_open_fds", kGauge, "Open files", open_files());
    put("process_resident_memory_bytes", kGauge, "Resident memory in bytes",
        static_cast<double>(n_pages) * static_cast<double>(::sysconf(_SC_PAGESIZE)));
    put("tiphys_metric_series_dropped_total", kCounter,
        "Values that were not kept because their metric has too many series",
        static_cast<double>(n_dropped));
    return registry.text();
}

} // namespace

std::span<const MetricRow> metric_rows() {
    return kRows;
}

ControllerMetrics::ControllerMetrics(const Modifiers& modifiers) {
    for (const MetricRow& row : kRows) {
        Description description{std::string(row.name),
                                row.kind,
                                std::string(row.help),
                                expr::split_words(row.labels),
                                {}};
        if (row.kind == kHistogram) description.buckets = default_buckets(row.metric);
        const MetricId id = registry_.add(std::move(description));
        TIPHYS_ASSERT(id == id_of(row.metric), "the table of metrics is out of order");
    }
    modify(modifiers);
}

void ControllerMetrics::modify(const Modifiers& modifiers) {
    for (const MetricRow& row : kRows) {
        constexpr std::string_view kPrefix = "argo_workflows_";
        const bool is_argos = row.name.starts_with(kPrefix);
        const auto known = modifiers.find(is_argos ? row.name.substr(kPrefix.size()) : row.name);
        const Modifier modifier = known == modifiers.end() ? Modifier() : known->second;
        std::vector<double> buckets;
        if (row.kind == kHistogram) {
            buckets = modifier.buckets.empty() ? default_buckets(row.metric) : modifier.buckets;
        }
        registry_.modify(id_of(row.metric), modifier.is_disabled, buckets);
    }
}

void ControllerMetrics::increase(Metric metric, Values labels, double by) {
    registry_.increase(id_of(metric), span_of(labels), by);
}

void ControllerMetrics::set(Metric metric, Values labels, double value) {
    registry_.set(id_of(metric), span_of(labels), value);
}

void ControllerMetrics::observe(Metric metric, Values labels, double value) {
    registry_.observe(id_of(metric), span_of(labels), value);
}

void ControllerMetrics::clear(Metric metric) {
    registry_.clear(id_of(metric));
}

std::string ControllerMetrics::text(std::int64_t now_ms) const {
    return registry_.text(now_ms) + process_text(registry_.n_dropped());
}

} // namespace tiphys::metrics
