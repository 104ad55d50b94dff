// Reading pods.

#include "runtime/controller/pod_usage.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "compiler/expr/quantity.h"
#include "runtime/controller/labels.h"
#include "runtime/io/json_fields.h"
#include "runtime/plan/time_text.h"

namespace tiphys::control {
namespace {

using Json = nlohmann::json;
using run::member;
using run::text_of;

/// What a second of a resource is the use of. Argo: ResourceQuantityDenominator.
std::int64_t denominator_millis(const std::string& resource) {
    constexpr std::int64_t kMebi = std::int64_t{1} << 20;
    if (resource == "memory") return 100 * kMebi * 1000;
    if (resource == "storage" || resource == "ephemeral-storage") return 10 * 1024 * kMebi * 1000;
    return 1000;
}

std::int64_t millis(const std::string& quantity) {
    const auto parsed = expr::parse_quantity(quantity);
    return parsed ? expr::scaled_value(*parsed, -3) : 0;
}

using Needs = std::map<std::string, std::int64_t>;

/// What a container asks for, in thousandths; Argo's guesses where it says nothing.
Needs needs_of(const Json& container) {
    Needs needs = {{"cpu", millis("100m")}, {"memory", millis("100Mi")}};
    const Json& resources = member(container, "resources");
    for (const char* part : {"limits", "requests"}) {
        const Json& list = member(resources, part);
        if (!list.is_object()) continue;
        for (const auto& [name, quantity] : list.items()) {
            if (quantity.is_string()) needs[name] = millis(quantity.get<std::string>());
        }
    }
    return needs;
}

void add_seconds(const Json& spec, const Json& statuses, PodSummary& pod) {
    if (!statuses.is_array() || !spec.is_array()) return;
    for (const Json& status : statuses) {
        const Json& ended = member(member(status, "state"), "terminated");
        const auto begin = run::parse_rfc3339_ms(text_of(ended, "startedAt"));
        const auto end = run::parse_rfc3339_ms(text_of(ended, "finishedAt"));
        if (!begin || !end) continue;
        for (const Json& container : spec) {
            if (text_of(container, "name") != text_of(status, "name")) continue;
            for (const auto& [resource, need] : needs_of(container)) {
                pod.seconds[resource] +=
                    need * ((*end - *begin) / 1000) / denominator_millis(resource);
            }
        }
    }
}

} // namespace

std::optional<PodSummary> read_pod(std::string_view json) {
    const Json object = Json::parse(json, nullptr, false);
    const Json& metadata = member(object, "metadata");
    if (!metadata.is_object()) return std::nullopt;
    PodSummary pod;
    pod.name = text_of(metadata, "name");
    pod.uid = text_of(metadata, "uid");
    const Json& labels = member(metadata, "labels");
    pod.workflow = text_of(labels, kLabelWorkflow);
    pod.is_released = text_of(labels, kLabelCompleted) == "true";
    pod.node_id = text_of(member(metadata, "annotations"), "workflows.argoproj.io/node-id");
    const Json& status = member(object, "status");
    const std::string phase = text_of(status, "phase");
    pod.has_ended = phase == "Succeeded" || phase == "Failed";
    if (!pod.has_ended) return pod;
    const Json& spec = member(object, "spec");
    add_seconds(member(spec, "initContainers"), member(status, "initContainerStatuses"), pod);
    add_seconds(member(spec, "containers"), member(status, "containerStatuses"), pod);
    return pod;
}

std::string workflow_label_of(std::string_view json) {
    const std::string key = "\"" + std::string(kLabelWorkflow) + "\":\"";
    const std::size_t found = json.find(key);
    if (found == json.npos) return "";
    const std::size_t begin = found + key.size();
    return std::string(json.substr(begin, json.find('"', begin) - begin));
}

std::string pod_phase_of(std::string_view json) {
    // The status is the last member of an object of the server.
    constexpr std::string_view kKey = "\"phase\":\"";
    const std::size_t found = json.rfind(kKey);
    if (found == json.npos) return "";
    const std::size_t begin = found + kKey.size();
    return std::string(json.substr(begin, json.find('"', begin) - begin));
}

void PodUsage::add(run::NodeId node, const PodSummary& pod,
                   std::map<run::NodeId, std::string>& texts) {
    if (!pod.has_ended || pod.seconds.empty() || counted_[node] == pod.uid) return;
    counted_[node] = pod.uid;
    for (const auto& [resource, seconds] : pod.seconds) {
        total_[resource] += seconds;
    }
    texts[node] = Json(pod.seconds).dump();
}

std::string PodUsage::total() const {
    return total_.empty() ? "" : Json(total_).dump();
}

} // namespace tiphys::control
