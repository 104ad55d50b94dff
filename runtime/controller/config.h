#pragma once
// The configuration that Argo's controller reads from its ConfigMap. Argo: config/config.go.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/backends/kubernetes/pod_options.h"
#include "runtime/metrics/controller_metrics.h"

namespace tiphys::control {

/// How many finished workflows are kept at most, by phase.
struct RetentionPolicy {
    std::optional<std::int64_t> n_completed;
    std::optional<std::int64_t> n_failed;
    std::optional<std::int64_t> n_errored;
};

/// Argo: MetricsConfig in config/config.go.
struct MetricsSettings {
    bool is_enabled = true;
    std::string path = "/metrics";
    /// 0: as the command line says.
    std::int64_t port = 0;
    /// How long series that workflows declare are kept without an update; 0: for ever.
    std::int64_t ttl_ms = 0;
    metrics::Modifiers modifiers;
};

struct Config {
    /// JSON, or empty: a Workflow: metadata and spec that all workflows take over.
    std::string workflow_defaults;
    /// As written.
    std::string artifact_repository;
    /// What pods get of it: take_controller_config() reads it.
    run::PodTaskOptions pods;
    /// 0: no limit.
    std::int64_t parallelism = 0;
    std::int64_t namespace_parallelism = 0;
    RetentionPolicy retention;
    bool sends_node_events = true;
    bool sends_workflow_events = true;
    std::uint32_t n_pod_restarts = 0;
    MetricsSettings metrics;
    /// `Strict` or `Secure`: workflows have to refer to a template.
    std::string template_referencing;
    /// Keys that mean something to Argo's controller, but nothing here.
    std::vector<std::string> unused;
    /// Keys that mean nothing to Argo either.
    std::vector<std::string> unknown;
    /// Keys whose values cannot be read, with the reason.
    std::vector<std::string> unreadable;
};

/// What becomes of a key of the ConfigMap.
enum class SettingUse : std::uint8_t {
    kUsed,
    kOfServer, ///< it is for Argo's server and its pages
    kUnused
};
struct Setting {
    std::string_view key;
    SettingUse use;
};
/// All that Argo knows.
[[nodiscard]] std::vector<Setting> settings();

/// `data`: that of the ConfigMap. All settings may stand under the single key `config`.
[[nodiscard]] Config read_config(const std::map<std::string, std::string>& data);

} // namespace tiphys::control
