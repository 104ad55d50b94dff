// Sensors: which events start what.
#include <algorithm>

#include "codegen/graph/unfold.h"
#include "codegen/graph/words.h"

namespace tiphys::graph {
namespace {

bool is_name_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
}

/// The names in a trigger's `conditions`; without any, all dependencies.
/// Argo: pkg/sensors/listener.go, where dependencies are joined by `&&`.
std::vector<Reference> names_in(std::string_view condition, const events::SensorSpec& spec) {
    std::vector<Reference> names;
    if (condition.empty()) {
        for (const events::EventDependency* dependency : spec.dependencies())
            names.emplace_back(one_line(ir::text_of(dependency->name())), "");
        return names;
    }
    for (std::size_t at = 0; at < condition.size();) {
        std::size_t end = at;
        while (end < condition.size() && is_name_character(condition[end]))
            ++end;
        if (end > at) names.emplace_back(std::string(condition.substr(at, end - at)), "");
        at = end + 1;
    }
    return names;
}

/// The workflow written in a trigger, or null.
const front::WorkflowPlace* embedded_workflow(const ir::Object& trigger,
                                              const std::vector<front::WorkflowPlace>& places) {
    const ir::Object* source = ir::any_object_as(trigger.field("source"));
    const ir::Value* resource = source == nullptr ? nullptr : source->field("resource");
    const auto at = std::find_if(places.begin(), places.end(), [&](const auto& place) {
        return resource != nullptr && place.owner == resource;
    });
    return at == places.end() ? nullptr : &*at;
}

bool is_action(std::string_view field) {
    return field != "name" && field != "conditions" && field != "conditionsReset";
}

} // namespace

Node Unfolder::trigger_node(const events::TriggerTemplate& trigger,
                            const std::vector<front::WorkflowPlace>& places) {
    Node node;
    node.kind = NodeKind::kTrigger;
    node.name = one_line(ir::text_of(trigger.name()));
    ++n_nodes_;
    for (const ir::Entry& entry : trigger.present_fields()) {
        const ir::Object* action = ir::any_object_as(entry.value);
        if (!is_action(entry.key) || action == nullptr) continue;
        const std::string_view operation = ir::text_of(ir::scalar_as(action->field("operation")));
        node.detail = one_line(std::string(entry.key) + " " + std::string(operation));
        const front::WorkflowPlace* place = embedded_workflow(*action, places);
        if (place == nullptr) return node;
        Group group;
        group.nodes.push_back(entry_node(ir::text_of(place->spec->entrypoint()), *place));
        add_workflow_hooks(group, *place);
        const bool is_one_group =
            group.nodes.size() == 1 && group.nodes[0].kind == NodeKind::kGroup;
        node.kind = NodeKind::kGroup;
        if (is_one_group) {
            Group inner = std::move(group.nodes[0].inner[0]);
            group = std::move(inner);
        }
        node.inner.push_back(std::move(group));
        return node;
    }
    return node;
}

Group Unfolder::sensor_group(const events::Sensor& sensor,
                             const std::vector<front::WorkflowPlace>& places) {
    Group group;
    group.kind = GroupKind::kSensor;
    const events::SensorSpec* spec = sensor.spec();
    if (spec == nullptr) return group;
    for (const events::EventDependency* dependency : spec->dependencies()) {
        Node node;
        node.kind = NodeKind::kEvent;
        node.name = one_line(ir::text_of(dependency->name()));
        node.detail = one_line(ir::text_of(dependency->event_source_name())) + "/" +
                      one_line(ir::text_of(dependency->event_name()));
        group.nodes.push_back(std::move(node));
    }
    Conditions conditions(group);
    for (const events::Trigger* trigger : spec->triggers()) {
        const events::TriggerTemplate* target = trigger->template_();
        if (target == nullptr) continue;
        group.nodes.push_back(trigger_node(*target, places));
        const std::string condition = one_line(ir::text_of(target->conditions()));
        conditions.add(group.nodes.size() - 1, condition, names_in(condition, *spec));
    }
    settle_edges(group);
    return group;
}

} // namespace tiphys::graph
