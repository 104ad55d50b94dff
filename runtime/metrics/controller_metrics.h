#pragma once
// The metrics of the controller: Argo's, under Argo's names where they mean the same, and our own.
// Argo: util/telemetry/metrics_list.go.

#include <initializer_list>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/metrics/registry.h"

namespace tiphys::metrics {

/// In the order of the table in controller_metrics.cpp, which says kind, labels and meaning.
enum class Metric : std::uint8_t {
    kCronworkflowsConcurrencypolicyTriggered, ///< name, namespace, concurrency_policy
    kCronworkflowsTriggeredTotal,             ///< name, namespace
    kErrorCount,                              ///< cause
    kWorkflowsGauge,                          ///< phase
    kIsLeader,
    kK8sRequestDuration, ///< kind, verb, status_code
    kK8sRequestTotal,    ///< kind, verb, status_code
    kLocksHeld,          ///< type, storage, lock_name, namespace
    kLocksPending,       ///< type, storage, lock_name, namespace
    kLocksTakenTotal,    ///< type, storage, lock_name, namespace
    kLogMessages,        ///< level
    kOperationDurationSeconds,
    kPodMissing,                     ///< node_phase, recently_started
    kPodPendingCount,                ///< reason, namespace
    kPodRestartsTotal,               ///< reason, condition, namespace
    kPodsGauge,                      ///< phase
    kPodsTotalCount,                 ///< phase, namespace
    kQueueDepthGauge,                ///< queue_name
    kTotalCount,                     ///< phase, namespace
    kVersion,                        ///< version, platform, compiler
    kWorkflowtemplateRuntime,        ///< name, namespace, cluster_scope
    kWorkflowtemplateTriggeredTotal, ///< name, namespace, cluster_scope, phase
    // Our own.
    kHopSeconds,
    kStatusWritesTotal, ///< outcome
    kArchivedTotal      ///< outcome
};

/// What a controller's configuration changes in a metric. Argo: metricsConfig.modifiers.
struct Modifier {
    bool is_disabled = false;
    /// Empty: as they are.
    std::vector<double> buckets;
};
/// By Argo's name, without prefix.
using Modifiers = std::map<std::string, Modifier, std::less<>>;

/// One line of documentation for each metric.
struct MetricRow {
    Metric metric;
    MetricKind kind;
    /// With prefix.
    std::string_view name;
    /// Separated by blanks.
    std::string_view labels;
    std::string_view help;
};
[[nodiscard]] std::span<const MetricRow> metric_rows();

class ControllerMetrics {
public:
    explicit ControllerMetrics(const Modifiers& modifiers = {});
    /// Metrics that `modifiers` does not name are as they were at first.
    void modify(const Modifiers& modifiers);

    using Values = std::initializer_list<std::string_view>;
    void increase(Metric metric, Values labels = {}, double by = 1);
    void set(Metric metric, Values labels, double value);
    void observe(Metric metric, Values labels, double value);
    /// Forgets all series of a gauge before it is set anew.
    void clear(Metric metric);

    [[nodiscard]] Registry& registry() { return registry_; }
    /// Everything, and what the kernel says of this process; `now_ms` as the registry has it.
    [[nodiscard]] std::string text(std::int64_t now_ms = 0) const;

private:
    Registry registry_;
};

} // namespace tiphys::metrics
