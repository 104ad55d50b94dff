// Durations from files: those of a finished run, or written down.

#include <nlohmann/json.hpp>

#include "runtime/io/json_fields.h"
#include "runtime/plan/parameter_file.h"
#include "runtime/plan/time_text.h"
#include "runtime/simulation.h"

namespace tiphys::run {
namespace {

using Json = nlohmann::json;

std::string template_of(const Json& node) {
    const std::string name = text_of(node, "templateName");
    const auto reference = node.find("templateRef");
    if (!name.empty() || reference == node.end() || !reference->is_object()) return name;
    return text_of(*reference, "template");
}

/// The pods of a Workflow that have succeeded.
Result<Done> add_recorded(const Json& nodes, TaskModel& model) {
    std::map<std::string, Distribution> found;
    for (const Json& node : nodes) {
        if (!node.is_object() || text_of(node, "type") != "Pod") continue;
        if (text_of(node, "phase") != "Succeeded") continue;
        const auto begin = parse_rfc3339_ms(text_of(node, "startedAt"));
        const auto end = parse_rfc3339_ms(text_of(node, "finishedAt"));
        if (!begin || !end || *end < *begin) continue;
        Distribution& recorded = found[template_of(node)];
        recorded.kind = Distribution::Kind::kRecorded;
        recorded.recorded.push_back(*end - *begin);
    }
    if (found.empty()) return Error{"there is no pod in it that has succeeded"};
    for (auto& [name, distribution] : found) {
        model.durations.emplace(name, std::move(distribution));
    }
    return Done{};
}

} // namespace

Result<Done> add_durations_of_file(const std::string& text, TaskModel& model) {
    const Json json = Json::parse(text, nullptr, false);
    if (json.is_object() && json.contains("status") && json["status"].is_object()) {
        const Json& status = json["status"];
        if (!status.contains("nodes") || !status["nodes"].is_object()) {
            return Error{"the status of the workflow has no `nodes`"};
        }
        return add_recorded(status["nodes"], model);
    }
    TIPHYS_TRY(written, parse_parameter_file(text));
    for (const auto& [name, value] : written) {
        auto duration = parse_distribution(value);
        if (!duration) return Error{"`" + name + ": " + value + "` is no duration"};
        model.durations.emplace(name, std::move(*duration));
    }
    return Done{};
}

} // namespace tiphys::run
