// Settings by key.

#include "runtime/controller/config.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <nlohmann/json.hpp>

#include "runtime/backends/kubernetes/controller_config.h"
#include "runtime/io/json_fields.h"
#include "runtime/plan/global_variables.h"
#include "runtime/plan/parameter_file.h"
#include "runtime/plan/time_text.h"

namespace tiphys::control {
namespace {

using Json = nlohmann::json;
using run::list_at;
using run::object_at;
using run::text_of;

/// The YAML of one setting as JSON.
std::optional<std::string> json_of(const std::string& yaml) {
    std::string text = "value:\n  ";
    for (const char c : yaml) {
        text += c;
        if (c == '\n') text += "  ";
    }
    const auto fields = run::parse_parameter_file(text);
    if (!fields || fields->size() != 1) return std::nullopt;
    return fields->front().second;
}

Json object_of(const std::string& value) {
    Json json = Json::parse(value, nullptr, false);
    return json.is_object() ? json : Json::object();
}

std::int64_t integer_of(const std::string& value) {
    std::int64_t number = 0;
    std::from_chars(value.data(), value.data() + value.size(), number);
    return number;
}

std::optional<std::int64_t> number_at(const Json& object, const char* key) {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_number_integer()) return std::nullopt;
    return found->get<std::int64_t>();
}

bool flag(const Json& object, const char* key, bool otherwise) {
    const auto found = object.find(key);
    return found != object.end() && found->is_boolean() ? found->get<bool>() : otherwise;
}

void read_retention(const std::string& value, Config& config) {
    const Json policy = object_of(value);
    config.retention = {number_at(policy, "completed"), number_at(policy, "failed"),
                        number_at(policy, "errored")};
}

/// `2d`, or as Go writes durations. Argo: config/ttl.go.
std::optional<std::int64_t> ttl_ms(const std::string& text) {
    if (text.empty()) return 0;
    if (!text.ends_with('d')) return run::parse_duration_ms(text);
    const auto days = run::parse_integer(text.substr(0, text.size() - 1));
    constexpr std::int64_t kDayMs = 86'400'000;
    return days ? std::optional(*days * kDayMs) : std::nullopt;
}

metrics::Modifier modifier_of(const Json& written, const std::string& name, Config& config) {
    metrics::Modifier modifier;
    modifier.is_disabled = flag(written, "disabled", false);
    for (const Json& bound : list_at(written, "histogramBuckets")) {
        if (bound.is_number()) modifier.buckets.push_back(bound.get<double>());
    }
    std::sort(modifier.buckets.begin(), modifier.buckets.end());
    if (!list_at(written, "disabledAttributes").empty()) {
        config.unused.push_back("metricsConfig.modifiers." + name + ".disabledAttributes");
    }
    return modifier;
}

/// Argo: getMetricsServerConfig in workflow/controller/controller.go.
void read_metrics(const std::string& value, Config& config) {
    const Json written = object_of(value);
    MetricsSettings& made = config.metrics;
    made.is_enabled = flag(written, "enabled", true);
    if (const std::string path = text_of(written, "path"); !path.empty()) made.path = path;
    made.port = number_at(written, "port").value_or(0);
    const auto ttl = ttl_ms(text_of(written, "metricsTTL"));
    if (!ttl) config.unreadable.emplace_back("metricsConfig.metricsTTL");
    made.ttl_ms = ttl.value_or(0);
    const Json modifiers = object_at(written, "modifiers");
    for (const auto& [name, modifier] : modifiers.items()) {
        made.modifiers[name] = modifier_of(modifier, name, config);
    }
    // The page is sent as it is, and its text is always cumulative.
    if (flag(written, "secure", false)) config.unused.emplace_back("metricsConfig.secure");
}

void read_events(const std::string& value, bool& sends) {
    sends = flag(object_of(value), "enabled", true);
}

void read_restarts(const std::string& value, Config& config) {
    const Json restart = object_of(value);
    if (!flag(restart, "enabled", false)) return;
    const std::int64_t most = number_at(restart, "maxRestarts").value_or(3);
    config.n_pod_restarts = static_cast<std::uint32_t>(most > 0 ? most : 0);
}

void read_gc_delay(const std::string& value, Config& config) {
    const auto delay = run::parse_duration_ms(value);
    if (!delay) config.unreadable.emplace_back("podGCDeleteDelayDuration");
    config.pods.gc_delay_ms = delay.value_or(config.pods.gc_delay_ms);
}

using Read = void (*)(const std::string& value, Config& config);

struct Row {
    Setting setting;
    /// Null: there is nothing to read, or pods take it.
    Read read = nullptr;
};

using enum SettingUse;

/// Argo: Config in config/config.go.
constexpr std::array kRows = {
    Row{{"artifactDrivers", kUnused}},
    Row{{"artifactRepository", kUsed},
        [](const std::string& value, Config& config) { config.artifact_repository = value; }},
    Row{{"columns", kOfServer}},
    Row{{"disableAgentPodCreation", kUnused}},
    Row{{"executor", kUsed}},
    Row{{"failedPodRestart", kUsed}, read_restarts},
    Row{{"images", kUsed}},
    Row{{"initialDelay", kUnused}},
    Row{{"initlessPod", kUnused}},
    Row{{"instanceID", kUnused}},
    Row{{"kubeConfig", kUnused}},
    Row{{"links", kOfServer}},
    Row{{"mainContainer", kUsed}},
    Row{{"metricsConfig", kUsed}, read_metrics},
    Row{{"namespace", kUnused}},
    Row{{"namespaceParallelism", kUsed},
        [](const std::string& value, Config& config) {
            config.namespace_parallelism = integer_of(value);
        }},
    Row{{"navColor", kOfServer}},
    Row{{"nodeEvents", kUsed},
        [](const std::string& value, Config& config) {
            read_events(value, config.sends_node_events);
        }},
    Row{{"parallelism", kUsed},
        [](const std::string& value, Config& config) { config.parallelism = integer_of(value); }},
    Row{{"persistence", kUnused}},
    Row{{"podGCDeleteDelayDuration", kUsed}, read_gc_delay},
    Row{{"podGCGracePeriodSeconds", kUsed},
        [](const std::string& value, Config& config) {
            config.pods.gc_grace_s = run::parse_integer(value);
        }},
    Row{{"podSpecLogStrategy", kUnused}},
    Row{{"resourceRateLimit", kUnused}},
    Row{{"retentionPolicy", kUsed}, read_retention},
    Row{{"sso", kOfServer}},
    Row{{"synchronization", kUnused}},
    Row{{"telemetryConfig", kUnused}},
    Row{{"workflowDefaults", kUsed},
        [](const std::string& value, Config& config) { config.workflow_defaults = value; }},
    Row{{"workflowEvents", kUsed},
        [](const std::string& value, Config& config) {
            read_events(value, config.sends_workflow_events);
        }},
    Row{{"workflowRestrictions", kUsed},
        [](const std::string& value, Config& config) {
            config.template_referencing = text_of(object_of(value), "templateReferencing");
        }},
};

void read_setting(const std::string& key, const std::string& value, Config& config) {
    const auto row = std::find_if(kRows.begin(), kRows.end(),
                                  [&](const Row& known) { return known.setting.key == key; });
    if (row == kRows.end()) {
        config.unknown.push_back(key);
    } else if (row->setting.use == kUnused) {
        config.unused.push_back(key);
    } else if (row->read != nullptr) {
        row->read(value, config);
    }
}

} // namespace

std::vector<Setting> settings() {
    std::vector<Setting> all;
    for (const Row& row : kRows) {
        all.push_back(row.setting);
    }
    return all;
}

Config read_config(const std::map<std::string, std::string>& data) {
    Config config;
    const auto taken = run::take_controller_config(data, config.pods);
    if (!taken) config.unreadable.push_back(taken.error().message);
    for (const auto& [key, text] : data) {
        if (key != "config") {
            const auto value = json_of(text);
            if (value) {
                read_setting(key, *value, config);
            } else {
                config.unreadable.push_back(key);
            }
            continue;
        }
        const auto fields = run::parse_parameter_file(text);
        if (!fields) {
            config.unreadable.push_back(key + ": " + fields.error().message);
            continue;
        }
        for (const auto& [name, value] : *fields) {
            read_setting(name, value, config);
        }
    }
    return config;
}

} // namespace tiphys::control
