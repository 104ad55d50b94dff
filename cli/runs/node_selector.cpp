// Conditions on the fields of nodes.
#include "cli/runs/node_selector.h"

#include <algorithm>
#include <array>

#include <CLI/CLI.hpp>

namespace tiphys::cli {
namespace {

constexpr std::array<std::string_view, 7> kFields = {
    "displayName",      "templateName",        "phase", "name", "id",
    "templateRef.name", "templateRef.template"};
constexpr std::string_view kInput = "inputs.parameters.";
constexpr std::string_view kValue = ".value";

bool is_input(std::string_view field) {
    return field.starts_with(kInput) && field.ends_with(kValue) &&
           field.size() > kInput.size() + kValue.size();
}

std::string input_value(const run::State& state, const run::Node& node, std::string_view field) {
    if (node.inputs == run::kNoId || node.template_id == run::kNoId) return "";
    const std::string_view name =
        field.substr(kInput.size(), field.size() - kInput.size() - kValue.size());
    const run::Template& called = state.plan->templates[node.template_id];
    const run::Inputs& inputs = state.inputs[node.inputs];
    for (std::size_t i = 0; i < inputs.parameters.size(); ++i) {
        if (called.input_parameters[i].name == name) return inputs.parameters[i].value_or("");
    }
    return "";
}

std::string field_value(const run::State& state, run::NodeId id, std::string_view field) {
    const run::Node& node = state.nodes[id];
    if (field == "displayName") return run::display_name(state, id);
    if (field == "name") return run::node_name(state, id);
    if (field == "id") return run::node_id(state, id);
    if (field == "phase") return std::string(run::phase_name(node.phase));
    if (is_input(field)) return input_value(state, node, field);
    if (node.call == run::kNoId) return "";
    const run::TemplateReference& reference = state.plan->calls[node.call].reference;
    if (field == "templateName") return reference.name;
    if (field == "templateRef.name") return reference.resource;
    return reference.resource_template;
}

} // namespace

Result<NodeSelector> NodeSelector::parse(std::string_view text) {
    NodeSelector selector;
    TIPHYS_TRY(conditions, parse_conditions(text, "nodes", "displayName=approve"));
    for (const FieldCondition& condition : conditions) {
        const bool is_known =
            is_input(condition.field) ||
            std::find(kFields.begin(), kFields.end(), condition.field) != kFields.end();
        if (!is_known) {
            return Error{"nodes have no field `" + condition.field +
                         "`; there are displayName, templateName, phase, name, id, "
                         "templateRef.name, templateRef.template and inputs.parameters.NAME.value"};
        }
    }
    selector.conditions_ = std::move(conditions);
    return selector;
}

bool NodeSelector::matches(const FieldValue& value_of) const {
    return hold(conditions_, value_of);
}

bool NodeSelector::matches(const run::State& state, run::NodeId node) const {
    return matches([&](std::string_view field) { return field_value(state, node, field); });
}

void add_node_filter(CLI::App& command, NodeFilter& filter) {
    command.add_option("--node-field-selector", filter.selector,
                       "Only nodes whose fields are so: displayName=approve,phase!=Failed");
    command.add_option("--status", filter.phase, "Only nodes in this phase");
}

std::string conditions_of(const NodeFilter& filter) {
    if (filter.phase.empty()) return filter.selector;
    return filter.selector + (filter.selector.empty() ? "phase=" : ",phase=") + filter.phase;
}

} // namespace tiphys::cli
