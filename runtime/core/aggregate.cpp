// Lists of the outputs of a loop's elements.

#include "runtime/core/aggregate.h"

#include <algorithm>

namespace tiphys::run {
namespace {

const Outputs* outputs_for_list(const State& state, NodeId node) {
    // Only what succeeded counts, so a list may be shorter than its loop (T19).
    return has_succeeded(state.nodes[node]) ? outputs_of(state, node) : nullptr;
}

std::string join_list(const std::vector<std::string>& elements) {
    std::string list = "[";
    for (const std::string& element : elements) {
        if (list.size() > 1) list += ',';
        list += element;
    }
    return list + "]";
}

std::string results_list(const State& state, const std::vector<NodeId>& nodes) {
    std::vector<std::string> elements;
    for (const NodeId node : nodes) {
        const Outputs* outputs = outputs_for_list(state, node);
        if (outputs != nullptr && outputs->result) {
            elements.push_back(json_compact(*outputs->result));
        }
    }
    return join_list(elements);
}

std::string parameters_list(const State& state, const std::vector<NodeId>& nodes) {
    std::vector<std::string> elements;
    for (const NodeId node : nodes) {
        const Outputs* outputs = outputs_for_list(state, node);
        if (outputs == nullptr || outputs->parameters.empty()) continue;
        std::vector<std::pair<std::string, std::string>> members;
        for (const ParameterValue& parameter : outputs->parameters) {
            members.emplace_back(parameter.name, parameter.value.value_or(""));
        }
        std::sort(members.begin(), members.end());
        std::string object = "{";
        for (const auto& [name, value] : members) {
            if (object.size() > 1) object += ',';
            object += json_quote(name) + ":" + json_quote(value);
        }
        elements.push_back(object + "}");
    }
    return join_list(elements);
}

/// Values stay strings unless each of them is a JSON list or mapping (T20).
std::optional<std::string> values_list(const State& state, const std::vector<NodeId>& nodes,
                                       std::string_view name) {
    std::vector<const std::string*> values;
    static const std::string kEmpty;
    for (const NodeId node : nodes) {
        const Outputs* outputs = outputs_for_list(state, node);
        if (outputs == nullptr) continue;
        for (const ParameterValue& parameter : outputs->parameters) {
            if (parameter.name != name) continue;
            values.push_back(parameter.value ? &*parameter.value : &kEmpty);
        }
    }
    if (values.empty()) return std::nullopt;
    const bool all_json = std::all_of(values.begin(), values.end(), [](const std::string* value) {
        if (json_error(*value)) return false;
        const JsonType type = json_value(*value).type;
        return type == JsonType::kArray || type == JsonType::kObject;
    });
    std::vector<std::string> elements;
    for (const std::string* value : values) {
        elements.push_back(all_json ? json_compact(*value) : json_quote(*value));
    }
    return join_list(elements);
}

} // namespace

bool has_succeeded(const Node& node) {
    return node.phase == Phase::kSucceeded || node.is_copy;
}

std::vector<NodeId> loop_nodes(const State& state, const Frame& frame, const Slot& slot) {
    std::vector<NodeId> nodes;
    NodeId parent = slot.node;
    const bool is_step = !frame.group_nodes.empty();
    if (is_step) {
        const auto position = static_cast<std::uint32_t>(&slot - frame.slots.data());
        std::size_t group = 0;
        while (frame.slot_offset[group + 1] <= position) {
            ++group;
        }
        if (group >= frame.group_nodes.size()) return nodes;
        parent = frame.group_nodes[group];
    }
    if (parent == kNoId) return nodes;
    for (const NodeId child : children_of(state, parent)) {
        const Node& node = state.nodes[child];
        if (node.call != slot.call || node.item == kNoId || node.hooked) continue;
        // Argo leaves skipped elements out in steps, so that a loop may have no list at all.
        if (is_step && node.type == NodeType::kSkipped && !node.is_copy) continue;
        nodes.push_back(child);
    }
    return nodes;
}

std::string aggregate_error(const State& state, const Frame& frame, const Slot& slot) {
    for (const NodeId node : loop_nodes(state, frame, slot)) {
        const Outputs* outputs = outputs_for_list(state, node);
        if (outputs == nullptr || !outputs->result) continue;
        if (auto error = json_error(*outputs->result)) return std::move(*error);
    }
    return "";
}

Found find_aggregate(const State& state, const Frame& frame, const Slot& slot,
                     std::string_view rest) {
    Found found;
    constexpr std::string_view kOne = "outputs.parameters.";
    const bool known = rest == "outputs.result" || rest == "outputs.parameters" ||
                       rest.substr(0, kOne.size()) == kOne;
    if (!known) return found;
    const std::vector<NodeId> nodes = loop_nodes(state, frame, slot);
    if (nodes.empty()) return found;
    found.kind = Found::Kind::kText;
    if (rest == "outputs.result") {
        found.text = results_list(state, nodes);
    } else if (rest == "outputs.parameters") {
        found.text = parameters_list(state, nodes);
    } else {
        auto list = values_list(state, nodes, rest.substr(kOne.size()));
        if (!list) return {};
        found.text = std::move(*list);
    }
    return found;
}

} // namespace tiphys::run
