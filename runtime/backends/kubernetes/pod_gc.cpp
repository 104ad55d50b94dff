// Reading strategies and selectors.

#include "runtime/backends/kubernetes/pod_gc.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "runtime/io/json_fields.h"
#include "runtime/plan/time_text.h"

namespace tiphys::run {
namespace {

using Json = nlohmann::json;

PodGc::Strategy strategy_named(const std::string& name) {
    if (name == "OnPodCompletion") return PodGc::Strategy::kPodCompletion;
    if (name == "OnPodSuccess") return PodGc::Strategy::kPodSuccess;
    if (name == "OnWorkflowCompletion") return PodGc::Strategy::kWorkflowCompletion;
    if (name == "OnWorkflowSuccess") return PodGc::Strategy::kWorkflowSuccess;
    return PodGc::Strategy::kNone;
}

/// Kubernetes: LabelSelectorAsSelector.
bool matches(const Json& rule, const Json& labels) {
    const std::string key = text_of(rule, "key");
    const std::string how = text_of(rule, "operator");
    const Json value = member(labels, key.c_str());
    const Json values = list_at(rule, "values");
    const bool is_listed = std::find(values.begin(), values.end(), value) != values.end();
    if (how == "In") return is_listed;
    if (how == "NotIn") return !is_listed;
    if (how == "Exists") return !value.is_null();
    return value.is_null();
}

} // namespace

PodGc::Action PodGc::action(bool is_selected, bool pod_succeeded, bool run_ended,
                            bool run_succeeded) const {
    if (!is_selected) return Action::kLabel;
    switch (strategy) {
    case Strategy::kNone:
        return Action::kLabel;
    case Strategy::kPodCompletion:
        return Action::kDelete;
    case Strategy::kPodSuccess:
        return pod_succeeded ? Action::kDelete : Action::kLabel;
    case Strategy::kWorkflowCompletion:
        return run_ended ? Action::kDelete : Action::kLater;
    case Strategy::kWorkflowSuccess:
        if (!run_ended) return Action::kLater;
        return run_succeeded ? Action::kDelete : Action::kLabel;
    }
    return Action::kLabel;
}

bool PodGc::selects(std::string_view pod_json) const {
    if (selector_json.empty()) return true;
    const Json selector = Json::parse(selector_json, nullptr, false);
    const Json pod = Json::parse(pod_json, nullptr, false);
    const Json labels = member(member(pod, "metadata"), "labels");
    const Json wanted = object_at(selector, "matchLabels");
    for (const auto& entry : wanted.items()) {
        if (member(labels, entry.key().c_str()) != entry.value()) return false;
    }
    const Json rules = list_at(selector, "matchExpressions");
    return std::all_of(rules.begin(), rules.end(),
                       [&](const Json& rule) { return rule.is_object() && matches(rule, labels); });
}

PodGc read_pod_gc(const PodManifest& manifest, std::int64_t delay_ms) {
    PodGc made;
    made.delay_ms = delay_ms;
    for (const std::string& text : manifest.specs) {
        const Json spec = Json::parse(text, nullptr, false);
        const Json gc = member(spec, "podGC");
        if (gc.is_object()) {
            made.strategy = strategy_named(text_of(gc, "strategy"));
            const auto delay = parse_duration_ms(text_of(gc, "deleteDelayDuration"));
            if (delay) made.delay_ms = *delay;
            const Json& selector = member(gc, "labelSelector");
            made.selector_json = selector.is_object() ? selector.dump() : "";
        }
        const Json claims = member(spec, "volumeClaimGC");
        if (claims.is_object()) {
            made.claims_always_go = text_of(claims, "strategy") == "OnWorkflowCompletion";
        }
    }
    return made;
}

} // namespace tiphys::run
