// Changes of specs and of suspend nodes.
#include "cli/cluster/edit.h"

#include <algorithm>
#include <functional>

#include <nlohmann/json.hpp>

#include "cli/cluster/workflow_view.h"
#include "runtime/controller/packed_nodes.h"
#include "runtime/plan/time_text.h"

namespace tiphys::cli {
namespace {

using nlohmann::json;

std::string text_at(const json& object, const char* pointer) {
    const json::json_pointer at(pointer);
    return object.contains(at) && object[at].is_string() ? object[at].get<std::string>() : "";
}

std::string words_of(const json& workflow) {
    return "workflow `" + text_at(workflow, "/metadata/name") + "`";
}

/// Argo: IsActiveSuspendNode.
bool waits(const json& node) {
    return node.is_object() && text_at(node, "/type") == "Suspend" &&
           text_at(node, "/phase") == "Running";
}

/// Of suspend nodes that wait: `change` says whether it has changed one.
using ChangeNode = std::function<Result<bool>(json& node)>;

Result<std::size_t> change_waiting(json& workflow, const ChangeNode& change) {
    std::size_t n_changed = 0;
    const json::json_pointer nodes("/status/nodes");
    if (!workflow.contains(nodes) || !workflow[nodes].is_object()) return n_changed;
    for (auto& [id, node] : workflow[nodes].items()) {
        if (!waits(node)) continue;
        TIPHYS_TRY(is_changed, change(node));
        if (is_changed) ++n_changed;
    }
    return n_changed;
}

bool matches_json(const NodeSelector& selector, const json& node) {
    return selector.matches([&node](std::string_view field) -> std::string {
        constexpr std::string_view kInput = "inputs.parameters.";
        if (field == "templateName") {
            const std::string referred = text_at(node, "/templateRef/template");
            return referred.empty() ? text_at(node, "/templateName") : referred;
        }
        if (field.starts_with(kInput)) {
            const json::json_pointer inputs("/inputs/parameters");
            if (!node.contains(inputs)) return "";
            for (const json& input : node[inputs]) {
                const std::string name = text_at(input, "/name");
                if (field == std::string(kInput) + name + ".value") return text_at(input, "/value");
            }
            return "";
        }
        std::string pointer = "/" + std::string(field);
        std::replace(pointer.begin(), pointer.end(), '.', '/');
        return text_at(node, pointer.c_str());
    });
}

/// Outputs that somebody was to supply get their defaults. Argo:
/// OverrideOutputParametersWithDefault.
Result<Done> take_defaults(json& node) {
    const json::json_pointer outputs("/outputs/parameters");
    if (!node.contains(outputs)) return Done{};
    for (json& parameter : node[outputs]) {
        if (!parameter.contains("/valueFrom/supplied"_json_pointer)) continue;
        if (!parameter.contains("/valueFrom/default"_json_pointer)) {
            return Error{"the output parameter `" + text_at(parameter, "/name") + "` of node `" +
                         text_at(node, "/displayName") +
                         "` has no value; give it one with `tiphys node set … -p " +
                         text_at(parameter, "/name") + "=VALUE`"};
        }
        parameter["value"] = parameter["valueFrom"]["default"];
        parameter.erase("valueFrom");
    }
    return Done{};
}

/// Argo: AddParamToGlobalScope.
void add_global(json& workflow, const json& parameter) {
    const std::string name = text_at(parameter, "/globalName");
    if (name.empty()) return;
    json& list = workflow["status"]["outputs"]["parameters"];
    for (json& known : list) {
        if (text_at(known, "/name") != name) continue;
        known["value"] = parameter["value"];
        return;
    }
    list.push_back({{"name", name}, {"value", parameter["value"]}});
}

Result<Done> supply(json& workflow, json& node, const std::string& name, const std::string& value) {
    const json::json_pointer outputs("/outputs/parameters");
    const std::string words = "node `" + text_at(node, "/displayName") + "`";
    if (node.contains(outputs)) {
        for (json& parameter : node[outputs]) {
            if (text_at(parameter, "/name") != name) continue;
            if (!parameter.contains("/valueFrom/supplied"_json_pointer)) {
                return Error{"the output parameter `" + name + "` of " + words +
                             " is not `supplied`, or has its value already"};
            }
            parameter["value"] = value;
            parameter.erase("valueFrom");
            add_global(workflow, parameter);
            return Done{};
        }
    }
    return Error{words + " expects no output parameter `" + name +
                 "`; declare it with `valueFrom: {supplied: {}}`"};
}

Result<json> parsed(std::string_view workflow) {
    TIPHYS_TRY(plain, with_plain_nodes(workflow));
    return json::parse(plain, nullptr, false);
}

} // namespace

std::string with_packed_nodes(std::string object) {
    // Argo: getMaxWorkflowSize.
    constexpr std::size_t kLongest = 1024 * 1024;
    if (object.size() <= kLongest) return object;
    json workflow = json::parse(object, nullptr, false);
    json& status = workflow["status"];
    if (!status.is_object() || !status.contains("nodes")) return object;
    status["compressedNodes"] = control::pack_nodes(status["nodes"].dump());
    status.erase("nodes");
    return workflow.dump();
}

Result<Done> check_running(std::string_view workflow) {
    const json object = json::parse(workflow, nullptr, false);
    const std::string phase = text_at(object, "/status/phase");
    if (phase != "Succeeded" && phase != "Failed" && phase != "Error") return Done{};
    return Error{words_of(object) + " has ended: " + phase};
}

Result<std::string> suspended(std::string_view workflow) {
    json object = json::parse(workflow, nullptr, false);
    if (auto running = check_running(workflow); !running) return running.error();
    object["spec"]["suspend"] = true;
    return object.dump();
}

Result<std::string> resumed(std::string_view workflow, const NodeSelector* selector,
                            std::int64_t now_ms) {
    if (selector != nullptr) return nodes_set(workflow, *selector, {"Succeeded", "", {}}, now_ms);
    TIPHYS_TRY(object, parsed(workflow));
    bool is_changed = object["spec"].erase("suspend") > 0;
    const auto change = [now_ms](json& node) -> Result<bool> {
        if (auto defaults = take_defaults(node); !defaults) return defaults.error();
        node["phase"] = "Succeeded";
        node["finishedAt"] = run::rfc3339(now_ms);
        return true;
    };
    TIPHYS_TRY(n_changed, change_waiting(object, change));
    if (!is_changed && n_changed == 0) {
        if (auto running = check_running(workflow); !running) return running.error();
        return Error{words_of(object) + " is not suspended, and none of its nodes waits"};
    }
    return with_packed_nodes(object.dump());
}

Result<std::string> nodes_set(std::string_view workflow, const NodeSelector& selector,
                              const NodeChange& change, std::int64_t now_ms) {
    TIPHYS_TRY(object, parsed(workflow));
    const auto apply = [&](json& node) -> Result<bool> {
        if (!matches_json(selector, node)) return false;
        for (const auto& [name, value] : change.outputs) {
            if (auto supplied = supply(object, node, name, value); !supplied) {
                return supplied.error();
            }
        }
        if (!change.message.empty()) node["message"] = change.message;
        if (change.phase.empty()) return true;
        node["phase"] = change.phase;
        node["finishedAt"] = run::rfc3339(now_ms);
        return true;
    };
    TIPHYS_TRY(n_changed, change_waiting(object, apply));
    if (n_changed == 0) {
        return Error{"no suspend node of " + words_of(object) + " that waits matches"};
    }
    return with_packed_nodes(object.dump());
}

std::string with_parameters(std::string_view workflow,
                            const std::vector<std::pair<std::string, std::string>>& parameters) {
    json object = json::parse(workflow, nullptr, false);
    if (parameters.empty()) return std::string(workflow);
    json list = json::array();
    for (const auto& [name, value] : parameters) {
        list.push_back({{"name", name}, {"value", value}});
    }
    const json::json_pointer at("/spec/arguments/parameters");
    const json known = object.contains(at) ? object[at] : json::array();
    for (const json& parameter : known) {
        const std::string name = text_at(parameter, "/name");
        const bool is_given = std::any_of(parameters.begin(), parameters.end(),
                                          [&](const auto& one) { return one.first == name; });
        if (!is_given) list.push_back(parameter);
    }
    object["spec"]["arguments"]["parameters"] = list;
    if (object.contains("/status/storedWorkflowTemplateSpec"_json_pointer)) {
        object["status"]["storedWorkflowTemplateSpec"]["arguments"]["parameters"] = list;
    }
    return object.dump();
}

} // namespace tiphys::cli
