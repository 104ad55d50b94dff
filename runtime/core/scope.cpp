// Looking variables up. Argo: util/variables/keys, workflow/controller/scope.go.

#include "runtime/core/scope.h"

#include <algorithm>

#include "runtime/core/aggregate.h"
#include "runtime/plan/time_text.h"

namespace tiphys::run {
namespace {

Found text(std::string value) {
    Found found;
    found.kind = Found::Kind::kText;
    found.text = std::move(value);
    return found;
}

Found artifact(const Artifact& value) {
    Found found;
    found.kind = Found::Kind::kArtifact;
    found.artifact = value;
    return found;
}

bool take_prefix(std::string_view& text, std::string_view prefix) {
    if (text.substr(0, prefix.size()) != prefix) return false;
    text.remove_prefix(prefix.size());
    return true;
}

/// The whole list of inputs, as Argo marshals its structs.
std::string inputs_as_json(const Template& self, const Inputs& inputs) {
    std::string list = "[";
    for (std::size_t i = 0; i < self.input_parameters.size(); ++i) {
        const InputParameter& declared = self.input_parameters[i];
        if (i > 0) list += ',';
        list += "{\"name\":" + json_quote(declared.name);
        if (declared.default_value) {
            list += ",\"default\":" + json_quote(declared.default_value->source());
        }
        if (inputs.parameters[i]) list += ",\"value\":" + json_quote(*inputs.parameters[i]);
        if (!declared.description.empty()) {
            list += ",\"description\":" + json_quote(declared.description);
        }
        list += "}";
    }
    return list + "]";
}

Found find_input(const Scope& scope, std::string_view rest) {
    const Template& self = *scope.self;
    if (rest == "parameters") return text(inputs_as_json(self, *scope.inputs));
    if (take_prefix(rest, "parameters.")) {
        for (std::size_t i = 0; i < scope.inputs->parameters.size(); ++i) {
            if (self.input_parameters[i].name != rest) continue;
            if (!scope.inputs->parameters[i]) return {};
            return text(*scope.inputs->parameters[i]);
        }
        return {};
    }
    if (!take_prefix(rest, "artifacts.")) return {};
    for (const Artifact& given : scope.inputs->artifacts) {
        if (given.name == rest) return artifact(given);
        if (given.name + ".path" == rest && !given.path.empty()) return text(given.path);
    }
    return {};
}

/// `outputs.artifacts.<name>.path`, `outputs.parameters.<name>.path` of the template itself.
Found find_own_output(const Template& self, std::string_view rest) {
    if (take_prefix(rest, "artifacts.")) {
        for (const ArtifactSpec& output : self.output_artifacts) {
            if (output.name + ".path" == rest && !output.path.empty()) {
                return text(output.path.source());
            }
        }
    } else if (take_prefix(rest, "parameters.")) {
        for (const OutputParameter& output : self.output_parameters) {
            if (output.name + ".path" == rest && !output.path.empty()) {
                return text(output.path.source());
            }
        }
    }
    return {};
}

Found find_global(const State& state, std::string_view key) {
    std::string_view rest = key;
    if (take_prefix(rest, "workflow.outputs.parameters.")) {
        for (const ParameterValue& output : state.global_outputs.parameters) {
            if (output.name == rest) return text(output.value.value_or(""));
        }
        return {};
    }
    if (take_prefix(rest, "workflow.outputs.artifacts.")) {
        for (const Artifact& output : state.global_outputs.artifacts) {
            if (output.name == rest) return artifact(output);
        }
        return {};
    }
    if (key == "workflow.status") return text(state.status_variable);
    if (key == "workflow.failures" && !state.failures_variable.empty()) {
        return text(state.failures_variable);
    }
    if (key == "workflow.duration") {
        return text(seconds_text(state.now_ms - state.started_ms));
    }
    const auto known = state.plan->globals.find(key);
    return known == state.plan->globals.end() ? Found{} : text(known->second);
}

Found find_output(const Outputs& outputs, std::string_view rest) {
    if (rest == "result" && outputs.result) return text(*outputs.result);
    if (take_prefix(rest, "parameters.")) {
        for (const ParameterValue& output : outputs.parameters) {
            if (output.name == rest && output.value) return text(*output.value);
        }
    } else if (take_prefix(rest, "artifacts.")) {
        for (const Artifact& output : outputs.artifacts) {
            if (output.name == rest) return artifact(output);
        }
    }
    return {};
}

/// What a skipped node would have produced: declared defaults, or nothing that can be asked for.
/// Argo: addSkippedNodeOutputsToScope.
Found find_skipped_output(const Scope& scope, const Node& node, bool is_step,
                          std::string_view rest) {
    if (node.template_id == kNoId) return {};
    const Template& producer = scope.state->plan->templates[node.template_id];
    Found found;
    if (take_prefix(rest, "parameters.")) {
        for (const OutputParameter& output : producer.output_parameters) {
            if (output.name != rest) continue;
            if (output.default_value) return text(output.default_value->source());
            found.kind = Found::Kind::kNil;
        }
    } else if (is_step && take_prefix(rest, "artifacts.")) {
        for (const ArtifactSpec& output : producer.output_artifacts) {
            if (output.name == rest) found.kind = Found::Kind::kArtifact;
        }
    }
    return found;
}

/// The node that speaks for the slot: of a retried template the last attempt.
NodeId speaking_node(const State& state, NodeId id) {
    const Node& node = state.nodes[id];
    // Without attempts while it waits for a lock, or when a cache knew its outputs.
    if (node.type != NodeType::kRetry || node.body == kNoId) return id;
    const NodeId last = state.retries[node.body].last_attempt;
    return last == kNoId ? id : last;
}

Found find_of_node(const Scope& scope, NodeId id, bool is_step, std::string_view rest) {
    const State& state = *scope.state;
    const NodeId speaking = speaking_node(state, id);
    const Node& node = state.nodes[speaking];
    if (rest == "id") return text(node_id(state, speaking));
    // A hook sees the phase of the node that it belongs to.
    if (rest == "status") return text(std::string(phase_name(state.nodes[id].phase)));
    if (rest == "startedAt") return text(rfc3339(node.started_ms));
    if (rest == "finishedAt" && node.finished_ms != 0) return text(rfc3339(node.finished_ms));
    const bool is_daemon =
        node.template_id != kNoId && state.plan->templates[node.template_id].daemon;
    if (rest == "ip" && is_daemon) {
        // It stays when the daemon has ended. Argo: buildLocalScope.
        const auto place = state.places.find(speaking);
        const bool has_ip = place != state.places.end() && !place->second.ip.empty();
        if (has_ip) return text(place->second.ip);
        // Daemons without a pod run on this machine.
        if (node.daemoned) return text("127.0.0.1");
    }
    if (rest == "hostNodeName" && node.type == NodeType::kPod && node.phase != Phase::kPending) {
        const auto place = state.places.find(speaking);
        const bool has_host = place != state.places.end() && !place->second.host.empty();
        // Without pods everything runs on this machine.
        return text(has_host ? place->second.host : "localhost");
    }
    if (rest == "exitCode" && node.exit_code >= 0) return text(std::to_string(node.exit_code));
    if (!take_prefix(rest, "outputs.")) return {};
    const Outputs* outputs = outputs_of(state, speaking);
    if (outputs != nullptr) return find_output(*outputs, rest);
    const bool absent = node.phase == Phase::kSkipped || node.phase == Phase::kOmitted;
    return absent ? find_skipped_output(scope, node, is_step, rest) : Found{};
}

bool is_visible(const Scope& scope, std::uint32_t slot, bool is_step) {
    if (slot == scope.own_slot || scope.task == kNoId) return true;
    const Frame& frame = *scope.frame;
    if (is_step)
        return slot <
               frame.slot_offset[std::min<std::size_t>(frame.group, frame.slot_offset.size() - 1)];
    const auto& ancestors =
        scope.state->plan->templates[frame.template_id].dag.ancestors[scope.task];
    return std::binary_search(ancestors.begin(), ancestors.end(), slot);
}

Found find_in_slot(const Scope& scope, std::uint32_t index, bool is_step, std::string_view rest) {
    const Frame& frame = *scope.frame;
    const Slot& slot = frame.slots[index];
    if (!is_visible(scope, index, is_step)) return {};
    if (index == scope.own_slot) return find_of_node(scope, scope.own_node, is_step, rest);
    if (slot.loop != kNoId) {
        Found found = find_aggregate(*scope.state, frame, slot, rest);
        if (found.kind != Found::Kind::kMissing) return found;
        if (is_step) {
            std::size_t group = 0;
            while (frame.slot_offset[group + 1] <= index) {
                ++group;
            }
            if (group >= frame.group_nodes.size()) return {};
            return find_of_node(scope, frame.group_nodes[group], is_step, rest);
        }
    }
    return slot.node == kNoId ? Found{} : find_of_node(scope, slot.node, is_step, rest);
}

Found find_in_frame(const Scope& scope, std::string_view rest, bool is_step) {
    const Plan& plan = *scope.state->plan;
    const Frame& frame = *scope.frame;
    for (std::uint32_t i = 0; i < frame.slots.size(); ++i) {
        const std::string& name = plan.calls[frame.slots[i].call].name;
        std::string_view property = rest;
        if (!take_prefix(property, name) || !take_prefix(property, ".")) continue;
        return find_in_slot(scope, i, is_step, property);
    }
    return {};
}

Found find_attempt(const AttemptVariables& attempt, std::string_view key) {
    if (key == "retries") return text(std::to_string(attempt.retries));
    if (key == "lastRetry.exitCode") return text(attempt.exit_code);
    if (key == "lastRetry.status") return text(attempt.status);
    if (key == "lastRetry.duration") return text(attempt.duration);
    if (key == "lastRetry.message") return text(attempt.message);
    return {};
}

Found find_item(const Item& item, std::string_view key) {
    if (key == "item") return text(item.text);
    std::string_view rest = key;
    if (!take_prefix(rest, "item.")) return {};
    for (const auto& [name, value] : item.fields) {
        if (name == rest) return text(value);
    }
    return {};
}

std::string own_name(const Scope& scope) {
    const std::string parent =
        scope.name_parent == kNoId ? "" : node_name(*scope.state, scope.name_parent);
    return parent + std::string(scope.suffix);
}

/// As for names of pods, two nodes whose names have one hash are not told apart.
std::string own_id(const Scope& scope) {
    const std::string name = own_name(scope);
    const std::string& run = scope.state->plan->workflow_name;
    return name == run ? run : run + "-" + std::to_string(fnv1a(name));
}

Found find_name(const Scope& scope, std::string_view key) {
    if (key == "node.name") return text(own_name(scope));
    // No variable of Argo's: what an annotation of the pod says.
    if (key == "node.id") return text(own_id(scope));
    const bool is_pod =
        scope.self->kind == TemplateKind::kContainer || scope.self->kind == TemplateKind::kScript ||
        scope.self->kind == TemplateKind::kContainerSet || scope.self->kind == TemplateKind::kData;
    if (key == "pod.name" && is_pod) {
        const std::string name = own_name(scope);
        return text(pod_name(*scope.state->plan, name, scope.self->name, fnv1a(name)));
    }
    if (key == "steps.name" && scope.caller->kind == Call::Kind::kStep) {
        return text(scope.caller->name);
    }
    if (key == "tasks.name" && scope.caller->kind == Call::Kind::kTask) {
        return text(scope.caller->name);
    }
    return {};
}

} // namespace

Scope own_scope(const State& state, NodeId id) {
    static const Inputs kNoInputs;
    const Node& node = state.nodes[id];
    Scope scope;
    scope.state = &state;
    scope.self = &state.plan->templates[node.template_id];
    scope.inputs = node.inputs == kNoId ? &kNoInputs : &state.inputs[node.inputs];
    scope.name_parent = node.name_parent;
    scope.suffix = state.texts.get(node.suffix);
    scope.has_name = true;
    scope.caller = &state.plan->calls[node.call];
    return scope;
}

Found Scope::find(std::string_view key) const {
    std::string_view rest = key;
    if (item != nullptr && key.substr(0, 4) == "item") return find_item(*item, key);
    if (attempt != nullptr) {
        Found found = find_attempt(*attempt, key);
        if (found.kind != Found::Kind::kMissing) return found;
    }
    if (only_attempt) return {};
    if (take_prefix(rest, "inputs.")) return self == nullptr ? Found{} : find_input(*this, rest);
    if (take_prefix(rest, "outputs.")) {
        return self == nullptr ? Found{} : find_own_output(*self, rest);
    }
    if (key.substr(0, 9) == "workflow.") return find_global(*state, key);
    if (has_name) {
        Found found = find_name(*this, key);
        if (found.kind != Found::Kind::kMissing) return found;
    }
    if (frame == nullptr) return {};
    const bool is_step = state->plan->templates[frame->template_id].kind == TemplateKind::kSteps;
    if (!take_prefix(rest, is_step ? "steps." : "tasks.")) return {};
    return find_in_frame(*this, rest, is_step);
}

} // namespace tiphys::run
