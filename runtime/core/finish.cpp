// Ends: of templates with outputs, of nodes for those who wait for them, and of the run.

#include <algorithm>
#include <set>

#include "runtime/core/aggregate.h"
#include "runtime/core/arguments.h"
#include "runtime/core/transition.h"
#include "runtime/plan/time_text.h"

namespace tiphys::run {
namespace {

constexpr std::string_view kFailFast =
    "template has failed or errored children and failFast enabled";

struct ValueOrError {
    std::optional<std::string> value;
    std::string error;
};

/// Argo: resolveParameter in scope.go, getTemplateOutputsFromScope in operator.go.
ValueOrError output_value(const OutputParameter& output, const Scope& scope) {
    const auto fallback = [&](std::string error) -> ValueOrError {
        if (!output.default_value) return {std::nullopt, std::move(error)};
        Resolved value = resolve(*output.default_value, scope, Strictness::kLenient);
        return {std::move(value.text), std::move(value.error)};
    };
    if (!output.expression.empty()) {
        Resolved value = evaluate_value(output.expression, scope);
        if (!value.good()) return fallback(std::move(value.error));
        return {std::move(value.text), ""};
    }
    const std::vector<Segment>& segments = output.parameter.segments();
    if (segments.size() != 1) {
        return fallback("Unable to resolve: " + go_quote(output.parameter.source()));
    }
    if (segments[0].kind == Segment::Kind::kExpression) {
        Resolved value = evaluate_value(segments[0].text, scope);
        if (!value.good()) return fallback(std::move(value.error));
        return {std::move(value.text), ""};
    }
    const std::string& tag = segments[0].text;
    const auto begin = tag.find_first_not_of(' ');
    const std::string key =
        begin == tag.npos ? "" : tag.substr(begin, tag.find_last_not_of(' ') - begin + 1);
    Found found = scope.find(key);
    if (found.kind == Found::Kind::kMissing) return fallback("Unable to resolve: " + go_quote(key));
    if (found.kind == Found::Kind::kText) return {std::move(found.text), ""};
    return fallback("output parameter " + go_quote(output.name) + ": " +
                    go_quote(output.parameter.source()) +
                    " is an absent optional (skipped/omitted node output with no default)");
}

} // namespace

/// Succeeds the template's node once its outputs are worked out.
void Transition::finish_with_outputs(std::uint32_t index) {
    Frame& frame = state_.frames[index];
    frame.closed = true;
    const Template& called = plan_.templates[frame.template_id];
    for (const Slot& slot : frame.slots) {
        if (slot.aggregate_error != 0) {
            fail_with_error(frame.node, state_.texts.get(slot.aggregate_error));
            return;
        }
    }
    const bool is_dag = called.kind == TemplateKind::kDag;
    for (const Slot& slot : frame.slots) {
        const Outputs* made = slot.node == kNoId ? nullptr : outputs_of(state_, slot.node);
        if (is_dag && made != nullptr) publish_outputs(*made);
    }
    Outputs outputs;
    const Scope scope = scope_of_slot(index, kNoId);
    for (const OutputParameter& output : called.output_parameters) {
        ValueOrError found = output_value(output, scope);
        if (!found.error.empty()) {
            fail_with_error(frame.node, found.error);
            return;
        }
        const Resolved global = resolve(output.global_name, scope, Strictness::kLenient);
        outputs.parameters.push_back({output.name, std::move(found.value), global.text});
    }
    for (const ArtifactSpec& output : called.output_artifacts) {
        if (output.from.empty() && output.from_expression.empty()) continue;
        FoundArtifact found = resolve_artifact(output, scope);
        const bool is_unresolved = found.error.starts_with("Unable to resolve");
        if (is_unresolved && output.optional) continue;
        if (!found.error.empty()) {
            fail_with_error(frame.node, "unable to resolve outputs from scope: " + found.error);
            return;
        }
        // It is still known under the name that it has, unless it gets another one.
        const std::string global = resolve(output.global_name, scope, Strictness::kLenient).text;
        if (!global.empty()) found.artifact.global_name = global;
        outputs.artifacts.push_back(std::move(found.artifact));
    }
    if (!outputs.parameters.empty() || !outputs.artifacts.empty()) {
        // Those of a dag are published by the dag around it. Argo: executeDAG.
        if (!is_dag) publish_outputs(outputs);
        state_.nodes[frame.node].outputs = static_cast<std::uint32_t>(state_.outputs.size());
        state_.outputs.push_back(std::move(outputs));
    }
    set_phase(frame.node, Phase::kSucceeded);
}

/// The template could not be dealt with: its caller gets the error, too.
void Transition::fail_with_error(NodeId id, std::string_view error) {
    const Owner owner = state_.nodes[id].owner;
    state_.nodes[id].owner.kind = Owner::Kind::kNobody;
    set_phase(id, Phase::kError, error);
    state_.nodes[id].owner = owner;
    Work work{Work::Kind::kNodeDone, kNoId, kNoId, id};
    work.with_error = true;
    state_.agenda.push_back(work);
}

/// Argo: checkParallelism in workflow/controller/operator.go.
void Transition::fail_fast(std::uint32_t index) {
    Frame& frame = state_.frames[index];
    // Daemons end with the template; Argo waits for them for ever.
    const auto n_daemons = static_cast<std::uint32_t>(
        std::count_if(state_.daemons.begin(), state_.daemons.end(), [&](NodeId id) {
            const Node& node = state_.nodes[id];
            const bool is_pod = node.daemoned && node.type == NodeType::kPod;
            return is_pod && node.boundary == frame.node;
        }));
    if (frame.closed || !frame.failing_fast || frame.n_active_pods > n_daemons) return;
    frame.closed = true;
    if (!frame.group_nodes.empty()) {
        set_phase(frame.group_nodes[frame.group], Phase::kFailed, kFailFast);
    }
    set_phase(frame.node, Phase::kFailed, kFailFast);
}

/// Argo: findLeafNodeWithType in workflow/controller/operator.go, for step groups.
NodeId Transition::last_group_below(NodeId id, std::set<NodeId>& without) const {
    if (without.contains(id)) return kNoId;
    const std::vector<NodeId> children = children_of(state_, id);
    for (auto child = children.rbegin(); child != children.rend(); ++child) {
        const NodeId found = last_group_below(*child, without);
        if (found != kNoId) return found;
    }
    if (state_.nodes[id].type == NodeType::kStepGroup) return id;
    without.insert(id);
    return kNoId;
}

/// A nested template fails while Argo walks the group that called it, which then ends as any group
/// does, if nothing else of it runs: only a later failure is seen before the group is walked. True
/// when that was so. A step that has not begun yet leaves its mark on the last group there is.
bool Transition::fail_group_within_walk(std::uint32_t index, NodeId failed) {
    Frame& frame = state_.frames[index];
    if (failed == kNoId || frame.closed || frame.group_nodes.empty()) return false;
    const NodeId group = frame.group_nodes[frame.group];
    const Node& node = state_.nodes[failed];
    const Call& call = plan_.calls[node.call];
    if (node.name_parent != group || call.on_exit != kNoId || !call.hooks.empty()) return false;
    if (continues_on_failure(call, node.phase == Phase::kError)) return false;
    const std::vector<NodeId> children = children_of(state_, group);
    const bool all_ended = std::all_of(children.begin(), children.end(), [&](NodeId child) {
        return is_fulfilled(state_.nodes[child].phase);
    });
    if (!all_ended) return false;
    const auto first = frame.slots.begin() + frame.slot_offset[frame.group];
    const auto end = frame.slots.begin() + frame.slot_offset[frame.group + 1];
    const bool some_wait =
        std::any_of(first, end, [](const Slot& slot) { return slot.next_item < slot.n_items; });
    if (some_wait) {
        std::set<NodeId> without;
        const NodeId last = last_group_below(frame.node, without);
        if (last != group) set_message(last, kFailFast);
    }
    close_group(index);
    return true;
}

/// Outputs with a globalName become variables of the workflow; the last writer wins (T50).
void Transition::publish_outputs(const Outputs& outputs) {
    for (const ParameterValue& parameter : outputs.parameters) {
        if (parameter.global_name.empty() || !parameter.value) continue;
        ParameterValue* place = nullptr;
        for (ParameterValue& known : state_.global_outputs.parameters) {
            if (known.name == parameter.global_name) place = &known;
        }
        if (place == nullptr) place = &state_.global_outputs.parameters.emplace_back();
        *place = {parameter.global_name, parameter.value, ""};
    }
    for (const Artifact& artifact : outputs.artifacts) {
        if (artifact.global_name.empty()) continue;
        Artifact* place = nullptr;
        for (Artifact& known : state_.global_outputs.artifacts) {
            if (known.name == artifact.global_name) place = &known;
        }
        if (place == nullptr) place = &state_.global_outputs.artifacts.emplace_back();
        *place = artifact;
        place->name = artifact.global_name;
        place->global_name.clear();
        place->path.clear();
    }
}

void Transition::node_done(NodeId id, bool with_error) {
    const Owner owner = state_.nodes[id].owner;
    switch (owner.kind) {
    case Owner::Kind::kRoot:
        root_done(id, with_error);
        return;
    case Owner::Kind::kExitHandler:
        exit_handler_done(id, with_error);
        return;
    case Owner::Kind::kSlot:
        item_done(owner.frame, owner.slot, id, with_error);
        return;
    case Owner::Kind::kHook:
        close_item(owner.frame, owner.slot);
        return;
    case Owner::Kind::kNamedHook:
        named_hook_done({owner.frame, owner.slot, state_.nodes[id].name_parent});
        return;
    case Owner::Kind::kRunHook:
        run_hook_done();
        return;
    case Owner::Kind::kAttempt:
        attempt_done(owner.frame, id, with_error);
        return;
    case Owner::Kind::kNobody:
        return;
    }
}

std::string Transition::failures_as_json() const {
    std::string list;
    for (NodeId id = 0; id < state_.nodes.size(); ++id) {
        const Node& node = state_.nodes[id];
        if (!is_failed(node.phase)) continue;
        std::string template_name;
        if (node.call != kNoId) {
            const TemplateReference& reference = plan_.calls[node.call].reference;
            template_name =
                reference.resource.empty() ? reference.name : reference.resource_template;
        }
        list += list.empty() ? "[" : ",";
        list += "{\"displayName\":" + json_quote(display_name(state_, id)) +
                ",\"message\":" + json_quote(message_of(state_, id)) +
                ",\"templateName\":" + json_quote(template_name) +
                ",\"phase\":" + json_quote(phase_name(node.phase)) +
                ",\"podName\":" + json_quote(pod_name(state_, id)) +
                ",\"finishedAt\":" + json_quote(rfc3339(node.finished_ms)) + "}";
    }
    return list.empty() ? "null" : list + "]";
}

/// The entrypoint is done: the exit handler follows, or the end.
void Transition::root_done(NodeId id, bool with_error) {
    const std::string message(message_of(state_, id));
    if (with_error) {
        finish_run(RunPhase::kError, "error in entry template execution: " + message);
        return;
    }
    if (state_.nodes[id].daemoned) end_daemons(kNoId);
    const Phase phase = state_.nodes[id].phase;
    state_.status_variable = phase == Phase::kFailed  ? "Failed"
                             : phase == Phase::kError ? "Error"
                                                      : "Succeeded";
    // Argo quotes the list once more. Argo: operate in workflow/controller/operator.go.
    state_.failures_variable = go_quote(failures_as_json());
    Hooks& hooks = state_.hooks[kNoId];
    hooks.node_ended = true;
    call_run_hooks();
    if (hooks.n_open > 0) return;
    hooks.node_ended = false;
    go_on_after_root();
}

/// The exit handler comes after all other hooks.
void Transition::go_on_after_root() {
    look_at_run_hooks_ = false;
    const bool is_ending =
        state_.shutdown == Shutdown::kTerminate && kept_of(state_.root, ".onExit") == nullptr;
    if (plan_.on_exit == kNoId || is_ending) {
        finish_after_root();
        return;
    }
    Scope scope;
    scope.state = &state_;
    const Call& handler = plan_.calls[plan_.on_exit];
    ArgumentsOrError made = resolve_arguments(handler, scope, Strictness::kLenient, true);
    Invocation invocation;
    invocation.name_parent = state_.root;
    invocation.suffix = ".onExit";
    invocation.call = plan_.on_exit;
    invocation.owner.kind = Owner::Kind::kExitHandler;
    invocation.on_exit = true;
    invocation.hooked = true;
    const CallResult result = call(invocation, std::move(made.arguments));
    if (result.kind == CallResult::Kind::kBlocked) {
        // Templates that were given up may still run.
        state_.parked.push_back({Parked::Kind::kExitHandler, kNoId, kNoId, kNoId, kNoId});
        return;
    }
    state_.exit_node = result.node;
    if (result.kind == CallResult::Kind::kError) exit_handler_done(result.node, true);
}

void Transition::exit_handler_done(NodeId id, bool with_error) {
    if (with_error) {
        finish_run(RunPhase::kError,
                   "error in exit template execution : " + std::string(message_of(state_, id)));
        return;
    }
    finish_after_root();
}

/// The phase follows from the entrypoint; a failed exit handler spoils a success only (T42).
void Transition::finish_after_root() {
    const Node& root = state_.nodes[state_.root];
    if (is_failed(root.phase)) {
        const std::string message =
            state_.shutdown == Shutdown::kNone
                ? std::string(message_of(state_, state_.root))
                : "Stopped with strategy '" + std::string(shutdown_name(state_.shutdown)) + "'";
        finish_run(root.phase == Phase::kFailed ? RunPhase::kFailed : RunPhase::kError, message);
        return;
    }
    if (state_.exit_node != kNoId && is_failed(state_.nodes[state_.exit_node].phase)) {
        const bool failed = state_.nodes[state_.exit_node].phase == Phase::kFailed;
        finish_run(failed ? RunPhase::kFailed : RunPhase::kError,
                   message_of(state_, state_.exit_node));
        return;
    }
    finish_run(RunPhase::kSucceeded, message_of(state_, state_.root));
}

/// Argo: workflow/controller/artifact_gc.go.
void Transition::delete_artifacts() {
    constexpr std::string_view kNow = "OnWorkflowCompletion";
    for (Node& node : state_.nodes) {
        if (node.outputs == kNoId || node.type == NodeType::kRetry) continue;
        for (Artifact& artifact : state_.outputs[node.outputs].artifacts) {
            const std::string& own = artifact.gc_strategy;
            const bool is_wanted = (own.empty() ? plan_.gc_strategy : own) == kNow;
            if (!is_wanted || artifact.source != ArtifactSource::kStore) continue;
            artifact.deleted = true;
            actions_.emplace_back(DeleteArtifact{artifact});
        }
    }
}

void Transition::finish_run(RunPhase phase, std::string_view message) {
    if (state_.finished_ms != 0) return;
    state_.phase = phase;
    state_.message = message;
    state_.finished_ms = now_ms_;
    // Daemons of templates that were given up have done what they were for.
    const std::vector<NodeId> daemons = std::move(state_.daemons);
    state_.daemons.clear();
    for (const NodeId id : daemons) {
        if (!state_.nodes[id].daemoned) continue;
        if (state_.nodes[id].type == NodeType::kPod) kill(id, KillReason::kRunOver);
        set_phase(id, Phase::kSucceeded);
    }
    for (NodeId id = 0; id < state_.nodes.size(); ++id) {
        const Node& node = state_.nodes[id];
        const bool has_task = node.type == NodeType::kPod || node.type == NodeType::kHttp;
        if (!has_task || is_fulfilled(node.phase)) continue;
        kill(id, KillReason::kRunOver);
    }
    delete_artifacts();
    actions_.emplace_back(RunFinished{});
}

} // namespace tiphys::run
