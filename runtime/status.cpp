// Writing the status of a workflow.

#include "runtime/status.h"

#include <optional>

#include <nlohmann/json.hpp>

#include "runtime/artifacts/artifact_json.h"
#include "runtime/core/resolve.h"
#include "runtime/core/scope.h"
#include "runtime/core/suspended.h"
#include "runtime/io/json_fields.h"
#include "runtime/plan/time_text.h"

namespace tiphys::run {
namespace {

using Json = nlohmann::json;

bool is_executable(const Node& node) {
    const NodeType type = node.type;
    return type == NodeType::kPod || type == NodeType::kContainer || type == NodeType::kSuspend ||
           type == NodeType::kHttp || node.is_copy;
}

std::string progress_text(Progress progress) {
    return std::to_string(progress.n_done) + "/" + std::to_string(progress.n_all);
}

Json artifact_json(const Artifact& artifact) {
    return Json::parse(artifact_as_json(artifact));
}

Json input_parameter_json(const InputParameter& declared, const std::optional<std::string>& value,
                          bool is_passed, const Scope& scope) {
    Json out = {{"name", declared.name}};
    if (value) out["value"] = *value;
    if (declared.default_value) {
        out["default"] = resolve(*declared.default_value, scope, Strictness::kLenient).text;
    }
    if (!declared.enum_values.empty()) out["enum"] = declared.enum_values;
    if (!declared.description.empty()) out["description"] = declared.description;
    if (declared.config_map && !is_passed) {
        out["valueFrom"]["configMapKeyRef"] = {{"name", declared.config_map->name.source()},
                                               {"key", declared.config_map->key.source()}};
        if (declared.source_default) {
            out["valueFrom"]["default"] = declared.source_default->source();
        }
    }
    return out;
}

/// An input of a suspend node may name the values that are to be chosen from.
/// Argo: resolveInputFieldsForSuspendNode in workflow/controller/operator.go.
void add_choices(Json& parameter) {
    const Json value = Json::parse(text_of(parameter, "value"), nullptr, false);
    if (!value.is_object() || !value.contains("enum") || !value["enum"].is_array()) return;
    Json choices = Json::array();
    for (const Json& choice : value["enum"]) {
        choices.push_back(choice.is_string() ? choice.get<std::string>() : choice.dump());
    }
    if (choices.empty()) return;
    if (!parameter.contains("default")) parameter["default"] = choices[0];
    parameter["enum"] = std::move(choices);
}

Json inputs_json(const State& state, NodeId id) {
    const Plan& plan = *state.plan;
    const Node& node = state.nodes[id];
    const Scope scope = own_scope(state, id);
    const Inputs& inputs = state.inputs[node.inputs];
    const Template& called = plan.templates[node.template_id];
    Json out = Json::object();
    for (std::size_t i = 0; i < inputs.parameters.size(); ++i) {
        const InputParameter& declared = called.input_parameters[i];
        bool is_passed = false;
        for (const ArgumentParameter& passed : plan.calls[node.call].parameters) {
            is_passed = is_passed || passed.name == declared.name;
        }
        Json parameter = input_parameter_json(declared, inputs.parameters[i], is_passed, scope);
        if (node.type == NodeType::kSuspend) add_choices(parameter);
        out["parameters"].push_back(std::move(parameter));
    }
    for (const Artifact& artifact : inputs.artifacts) {
        out["artifacts"].push_back(artifact_json(artifact));
    }
    return out;
}

/// Which part of the resource the parameter is: null where the manifest does not say.
Json source_in_resource(const Template& called, const std::string& name) {
    const Json manifest = Json::parse(called.manifest.source(), nullptr, false);
    for (const Json& declared : list_at(member(manifest, "outputs"), "parameters")) {
        if (text_of(declared, "name") != name) continue;
        const Json from = object_at(declared, "valueFrom");
        Json source;
        for (const char* key : {"jsonPath", "jqFilter", "default"}) {
            if (from.contains(key)) source[key] = from[key];
        }
        return source;
    }
    return {};
}

Json output_parameter_json(const ParameterValue& parameter, const Template* called) {
    Json out = {{"name", parameter.name}};
    if (parameter.value) out["value"] = *parameter.value;
    if (!parameter.global_name.empty()) out["globalName"] = parameter.global_name;
    if (called == nullptr) return out;
    if (called->kind == TemplateKind::kResource) {
        const Json source = source_in_resource(*called, parameter.name);
        if (!source.is_null()) out["valueFrom"] = source;
        return out;
    }
    for (const OutputParameter& declared : called->output_parameters) {
        const bool is_described = declared.name == parameter.name && !declared.description.empty();
        if (is_described) out["description"] = declared.description;
        // `argo node set` gives values only to those that still say so.
        const bool is_awaited = declared.supplied && !parameter.value;
        if (declared.name != parameter.name) continue;
        if (declared.path.empty() && !is_awaited) continue;
        if (is_awaited) out["valueFrom"]["supplied"] = Json::object();
        if (!declared.path.empty()) out["valueFrom"]["path"] = declared.path.source();
        const Text* fallback = is_awaited ? default_of_supplied(*called, declared.name)
                               : declared.default_value ? &*declared.default_value
                                                        : nullptr;
        if (fallback != nullptr) out["valueFrom"]["default"] = fallback->source();
    }
    return out;
}

Json outputs_json(const Outputs& outputs, const Template* called) {
    Json out = Json::object();
    if (outputs.result) out["result"] = *outputs.result;
    for (const ParameterValue& parameter : outputs.parameters) {
        out["parameters"].push_back(output_parameter_json(parameter, called));
    }
    for (const Artifact& artifact : outputs.artifacts) {
        out["artifacts"].push_back(artifact_json(artifact));
    }
    return out;
}

/// The run of which this one is a memoized copy, or nothing. In the copy Argo leaves its name to
/// the root and to scopes. Argo: FormulateResubmitWorkflow in workflow/util/util.go.
std::string copied_from(const State& state) {
    if (state.kept.empty()) return "";
    const auto& [name, kept] = *state.kept.begin();
    // The name of the node, and its hash where it is not the root.
    return name.empty() ? kept.original : kept.original.substr(0, kept.original.rfind('-'));
}

bool is_below_root(const State& state, const Node& node) {
    const Node* top = &node;
    while (top->boundary != kNoId) {
        top = &state.nodes[top->boundary];
    }
    return top == &state.nodes.front();
}

std::string scope_text(const State& state, const Node& node) {
    std::uint32_t index = 0;
    if (node.boundary != kNoId) {
        const Node& boundary = state.nodes[node.boundary];
        // Containers belong to their pod, which stands in the scope of its own caller.
        if (boundary.type == NodeType::kPod) return scope_text(state, boundary);
        index = state.plan->templates[boundary.template_id].scope;
    }
    const TemplateScope& scope = state.plan->scopes[index];
    switch (scope.kind) {
    case TemplateScope::Kind::kLocal: {
        const std::string old = copied_from(state);
        return "local/" + (old.empty() || !is_below_root(state, node) ? scope.name : old);
    }
    case TemplateScope::Kind::kNamespaced:
        return "namespaced/" + scope.name;
    case TemplateScope::Kind::kCluster:
        return "cluster/" + scope.name;
    }
    return "";
}

void add_template(const State& state, const Node& node, Json& out) {
    if (node.call == kNoId) return;
    const TemplateReference& reference = state.plan->calls[node.call].reference;
    if (!reference.name.empty()) out["templateName"] = reference.name;
    if (reference.resource.empty()) return;
    out["templateRef"] = {{"name", reference.resource}, {"template", reference.resource_template}};
    if (reference.cluster_scope) out["templateRef"]["clusterScope"] = true;
}

void add_flags(const Node& node, Json& out) {
    if (!node.hooked && !node.retried && !node.bare_flag) return;
    out["nodeFlag"] = Json::object();
    if (node.hooked) out["nodeFlag"]["hooked"] = true;
    if (node.retried) out["nodeFlag"]["retried"] = true;
}

void add_outputs(const State& state, NodeId id, Json& out) {
    const Node& node = state.nodes[id];
    if (const Outputs* outputs = outputs_of(state, id)) {
        const Template* called =
            node.template_id == kNoId ? nullptr : &state.plan->templates[node.template_id];
        out["outputs"] = outputs_json(*outputs, called);
    }
    if (node.exit_code >= 0) out["outputs"]["exitCode"] = std::to_string(node.exit_code);
}

Json node_json(const State& state, NodeId id, Progress progress) {
    const Node& node = state.nodes[id];
    Json out = {{"id", node_id(state, id)},
                {"name", node_name(state, id)},
                {"displayName", display_name(state, id)},
                {"type", type_name(node.type)},
                {"phase", phase_name(node.phase)},
                {"templateScope", scope_text(state, node)},
                {"startedAt", rfc3339(node.started_ms)}};
    if (id == 0 && !copied_from(state).empty()) out["displayName"] = copied_from(state);
    if (node.finished_ms != 0) out["finishedAt"] = rfc3339(node.finished_ms);
    if (node.boundary != kNoId) out["boundaryID"] = node_id(state, node.boundary);
    if (node.daemoned) out["daemoned"] = true;
    const auto place = state.places.find(id);
    if (place != state.places.end() && !place->second.host.empty()) {
        out["hostNodeName"] = place->second.host;
    }
    // Argo: assessNodeStatus in workflow/controller/operator.go.
    const bool is_daemon =
        node.template_id != kNoId && state.plan->templates[node.template_id].daemon;
    if (is_daemon && place != state.places.end() && !place->second.ip.empty()) {
        out["podIP"] = place->second.ip;
    }
    if (node.memoized) {
        const Memoization& memoization = state.memoizations.at(id);
        out["memoizationStatus"] = {
            {"cacheName", memoization.cache}, {"hit", memoization.hit}, {"key", memoization.key}};
    }
    if (node.message != 0) out["message"] = message_of(state, id);
    if (progress.n_all > 0) out["progress"] = progress_text(progress);
    add_template(state, node, out);
    add_flags(node, out);
    if (node.inputs != kNoId) out["inputs"] = inputs_json(state, id);
    add_outputs(state, id, out);
    for (const NodeId child : children_of(state, id)) {
        out["children"].push_back(node_id(state, child));
    }
    const bool has_frame = node.type == NodeType::kSteps || node.type == NodeType::kDag;
    if (has_frame && node.body != kNoId) {
        for (const NodeId end : state.frames[node.body].outbound) {
            out["outboundNodes"].push_back(node_id(state, end));
        }
    }
    return out;
}

Json parsed_or_empty(const std::string& text) {
    Json parsed = Json::parse(text, nullptr, false);
    return parsed.is_discarded() ? Json::object() : parsed;
}

/// All of it but the nodes.
Json summary_json(const State& state, const std::vector<Progress>& progress) {
    Json status = {{"phase", run_phase_name(state.phase)},
                   {"startedAt", rfc3339(state.started_ms)}};
    if (!state.message.empty()) status["message"] = state.message;
    if (state.finished_ms != 0) {
        status["finishedAt"] = rfc3339(state.finished_ms);
        status["conditions"] = Json::array({{{"type", "Completed"}, {"status", "True"}}});
    }
    Progress all;
    for (NodeId id = 0; id < state.nodes.size(); ++id) {
        if (!is_executable(state.nodes[id]) || state.nodes[id].is_copy) continue;
        all.n_done += progress[id].n_done;
        all.n_all += progress[id].n_all;
    }
    status["progress"] = progress_text(all);
    const Outputs& outputs = state.global_outputs;
    if (!outputs.parameters.empty() || !outputs.artifacts.empty()) {
        status["outputs"] = outputs_json(outputs, nullptr);
    }
    return status;
}

Json status_json(const State& state) {
    const std::vector<Progress> progress = progress_of_nodes(state);
    Json status = summary_json(state, progress);
    status["nodes"] = Json::object();
    for (NodeId id = 0; id < state.nodes.size(); ++id) {
        status["nodes"][node_id(state, id)] = node_json(state, id, progress[id]);
    }
    return status;
}

/// What the node counts for in those above it.
void add_own(const State& state, NodeId id, Progress& sum) {
    const Node& node = state.nodes[id];
    if (!is_executable(node) || node.is_copy) return;
    sum.n_done += node.phase == Phase::kSucceeded ? 1U : 0U;
    ++sum.n_all;
}

/// Of all nodes below: where the children have the same children, theirs count once. Nothing where
/// they have not, so that nobody knows which nodes are below more than one of them.
std::optional<Progress> sum_over_children(const State& state,
                                          const std::vector<std::optional<Progress>>& below,
                                          NodeId id) {
    Progress sum;
    const std::vector<NodeId> children = children_of(state, id);
    if (children.empty()) return sum;
    const std::vector<NodeId> next = children_of(state, children.front());
    if (!next.empty() && !below[children.front()]) return std::nullopt;
    for (const NodeId child : children) {
        if (child != children.front() && children_of(state, child) != next) return std::nullopt;
        add_own(state, child, sum);
    }
    if (next.empty()) return sum;
    sum.n_done += below[children.front()]->n_done;
    sum.n_all += below[children.front()]->n_all;
    return sum;
}

/// The same by going there. `visited` has the node for which each was visited last.
Progress sum_by_visiting(const State& state, std::vector<NodeId>& visited, NodeId id) {
    Progress sum;
    std::vector<NodeId> stack = {id};
    while (!stack.empty()) {
        const NodeId current = stack.back();
        stack.pop_back();
        for (const NodeId child : children_of(state, current)) {
            if (visited[child] == id) continue;
            visited[child] = id;
            stack.push_back(child);
            add_own(state, child, sum);
        }
    }
    return sum;
}

std::string compact(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

} // namespace

std::string outputs_as_json(const Outputs& outputs) {
    return compact(outputs_json(outputs, nullptr));
}

std::string node_as_json(const State& state, NodeId node, Progress progress) {
    return compact(node_json(state, node, progress));
}

std::string summary_as_json(const State& state, const std::vector<Progress>& progress) {
    return compact(summary_json(state, progress));
}

std::vector<Progress> progress_of_nodes(const State& state) {
    std::vector<Progress> progress(state.nodes.size());
    std::vector<std::optional<Progress>> below(state.nodes.size());
    std::vector<NodeId> visited(state.nodes.size(), kNoId);
    // Children come after their parents.
    for (auto id = static_cast<NodeId>(state.nodes.size()); id-- > 0;) {
        const Node& node = state.nodes[id];
        below[id] = sum_over_children(state, below, id);
        if (is_executable(node)) {
            progress[id] = {node.phase == Phase::kSucceeded ? 1U : 0U, 1};
            continue;
        }
        if (!below[id]) below[id] = sum_by_visiting(state, visited, id);
        progress[id] = *below[id];
    }
    return progress;
}

std::map<std::string, std::string> phase_labels(RunPhase phase, bool has_ended) {
    return {{"workflows.argoproj.io/phase", std::string(run_phase_name(phase))},
            {"workflows.argoproj.io/completed", has_ended ? "true" : "false"}};
}

std::string workflow_as_json(const State& state, const WorkflowObject& object) {
    const Plan& plan = *state.plan;
    Json out = {{"apiVersion", "argoproj.io/v1alpha1"},
                {"kind", "Workflow"},
                {"spec", parsed_or_empty(object.spec_json)},
                {"status", status_json(state)}};
    out["metadata"] = {{"name", plan.workflow_name},
                       {"namespace", plan.namespace_name},
                       {"uid", plan.uid},
                       {"creationTimestamp", rfc3339(object.created_ms)}};
    if (!object.generate_name.empty()) out["metadata"]["generateName"] = object.generate_name;
    Json labels = parsed_or_empty(object.labels_json);
    for (const auto& [name, value] : phase_labels(state.phase, state.finished_ms != 0)) {
        labels[name] = value;
    }
    const Json annotations = parsed_or_empty(object.annotations_json);
    out["metadata"]["labels"] = std::move(labels);
    if (!annotations.empty()) out["metadata"]["annotations"] = annotations;
    return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace tiphys::run
