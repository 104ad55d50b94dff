// Calling templates: inputs, limits, and the node that is made. Argo: executeTemplate in
// workflow/controller/operator.go.

#include <algorithm>
#include <charconv>

#include "compiler/base/limits.h"
#include "runtime/core/process_args.h"
#include "runtime/core/resolve.h"
#include "runtime/core/task_spec.h"
#include "runtime/core/transition.h"
#include "runtime/plan/time_text.h"

namespace tiphys::run {
namespace {

constexpr std::string_view kTooDeep =
    "Maximum recursion depth exceeded. See https://argo-workflows.readthedocs.io/en/latest/scaling/"
    "#maximum-recursion-depth";

constexpr std::string_view kBadDisplayName =
    "displayName must match the regex ^[a-zA-Z0-9][a-zA-Z0-9-.]{0,61}[a-zA-Z0-9]$";

bool is_made_as_pod(TemplateKind kind) {
    return kind == TemplateKind::kContainer || kind == TemplateKind::kScript ||
           kind == TemplateKind::kContainerSet;
}

/// Argo: displayNameRegex in workflow/controller/operator.go.
bool is_display_name(std::string_view name) {
    const auto is_word = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    };
    return name.size() >= 2 && name.size() <= 63 && is_word(name.front()) && is_word(name.back()) &&
           std::all_of(name.begin(), name.end(),
                       [&](char c) { return is_word(c) || c == '-' || c == '.'; });
}

bool mentions_tags(const Inputs& inputs) {
    for (const auto& value : inputs.parameters) {
        if (value && value->find("{{") != value->npos) return true;
    }
    return false;
}

} // namespace

NewNode new_node(const Invocation& invocation, NodeType type, Phase phase, TemplateId template_id) {
    NewNode blank;
    blank.name_parent = invocation.name_parent;
    blank.suffix = invocation.suffix;
    blank.type = type;
    blank.phase = phase;
    blank.call = invocation.call;
    blank.template_id = template_id;
    blank.boundary = invocation.boundary;
    blank.owner = invocation.owner;
    blank.reused = invocation.reused;
    return blank;
}

bool Transition::is_blocked(const Invocation& invocation) const {
    const auto reached = [](const std::optional<std::int64_t>& limit, std::uint32_t n) {
        return limit && static_cast<std::int64_t>(n) >= *limit;
    };
    // Nothing new once the run has ended.
    if (state_.finished_ms != 0) return true;
    if (reached(plan_.parallelism, state_.n_active_pods)) return true;
    const std::uint32_t index = frame_of(invocation.boundary);
    if (index == kNoId) return false;
    const Frame& frame = state_.frames[index];
    return (frame.failing_fast && !invocation.hooked) ||
           reached(plan_.templates[frame.template_id].parallelism, frame.n_active_children);
}

CallResult Transition::call_failed(const Invocation& invocation, std::string_view error,
                                   TemplateId template_id) {
    Invocation unowned = invocation;
    // The caller deals with the error at once; nobody waits for the node.
    unowned.owner.kind = Owner::Kind::kNobody;
    // A node that is there already keeps its type.
    const NodeType type =
        invocation.reused == kNoId ? NodeType::kSkipped : state_.nodes[invocation.reused].type;
    NewNode blank = new_node(unowned, type, Phase::kError, template_id);
    blank.message = error;
    const NodeId node = create(blank);
    state_.nodes[node].hooked = invocation.hooked;
    state_.nodes[node].item = invocation.item;
    return {CallResult::Kind::kError, node, std::string(error)};
}

Scope Transition::scope_of_template(const Invocation& invocation, TemplateId template_id,
                                    const Inputs& inputs) const {
    Scope scope;
    scope.state = &state_;
    scope.self = &plan_.templates[template_id];
    scope.inputs = &inputs;
    scope.name_parent = invocation.name_parent;
    scope.suffix = invocation.suffix;
    scope.has_name = true;
    scope.caller = &plan_.calls[invocation.call];
    return scope;
}

const Inputs& Transition::inputs_at(std::uint32_t stored) const {
    static const Inputs kNoInputs;
    return stored == kNoId ? kNoInputs : state_.inputs[stored];
}

Scope Transition::scope_of_node(NodeId id) const {
    return own_scope(state_, id);
}

/// What the node keeps of its call.
void Transition::set_origin(NodeId id, const Invocation& invocation, std::uint32_t stored) {
    Node& node = state_.nodes[id];
    node.inputs = stored;
    node.hooked = invocation.hooked;
    node.on_exit = invocation.on_exit;
    node.retried = invocation.owner.kind == Owner::Kind::kAttempt;
    node.item = invocation.item;
}

CallResult Transition::call(const Invocation& invocation, Arguments&& arguments) {
    const Call& called = plan_.calls[invocation.call];
    if (invocation.depth >= limits::kTemplateDepth) {
        // Not an error of the caller: siblings go on (T17).
        CallResult result = call_failed(invocation, kTooDeep, kNoId);
        state_.nodes[result.node].owner = invocation.owner;
        state_.agenda.push_back({Work::Kind::kNodeDone, kNoId, kNoId, result.node});
        result.kind = CallResult::Kind::kStarted;
        return result;
    }
    if (called.template_id == kNoId) {
        const TemplateReference& reference = called.reference;
        const std::string& name =
            reference.resource.empty() ? reference.name : reference.resource_template;
        return call_failed(invocation, "template " + name + " not found", kNoId);
    }
    const Template& callee = plan_.templates[called.template_id];
    Inputs inputs;
    const Scope scope = scope_of_template(invocation, called.template_id, inputs);
    std::string error = process_args(callee, std::move(arguments), scope, inputs);
    if (error.empty()) error = callee.unreadable;
    if (!error.empty()) return call_failed(invocation, error, called.template_id);
    if (!callee.display_name.empty() &&
        !is_display_name(resolve(callee.display_name, scope, Strictness::kLenient).text)) {
        // Argo looks at it when the node is there.
        CallResult failed = call_failed(invocation, kBadDisplayName, called.template_id);
        if (is_made_as_pod(callee.kind)) state_.nodes[failed.node].type = NodeType::kPod;
        return failed;
    }
    take_kept_inputs(invocation, callee, inputs);
    if (is_blocked(invocation)) return {CallResult::Kind::kBlocked, kNoId, ""};
    std::uint32_t stored = kNoId;
    if (!inputs.parameters.empty() || !inputs.artifacts.empty()) {
        stored = static_cast<std::uint32_t>(state_.inputs.size());
        state_.inputs.push_back(std::move(inputs));
    }
    return admit(invocation, called.template_id, stored);
}

void Transition::set_memoization(NodeId node, const Memoization& memoization) {
    state_.memoizations[node] = memoization;
    state_.nodes[node].memoized = true;
}

CallResult Transition::start_body(const Invocation& invocation, TemplateId template_id,
                                  std::uint32_t stored, std::uint32_t attempt,
                                  const std::optional<Memoization>& memoization) {
    const Template& callee = plan_.templates[template_id];
    Scope scope = scope_of_template(invocation, template_id, inputs_at(stored));
    if (attempt != kNoId) {
        scope.attempt = &state_.attempts[attempt];
        if (stored != kNoId && mentions_tags(*scope.inputs)) {
            Inputs substituted = *scope.inputs;
            substitute_inputs(scope, substituted);
            stored = static_cast<std::uint32_t>(state_.inputs.size());
            state_.inputs.push_back(std::move(substituted));
            scope.inputs = &state_.inputs[stored];
        }
    }
    const bool is_steps = callee.kind == TemplateKind::kSteps;
    if (callee.kind == TemplateKind::kSuspend) return start_suspend(invocation, scope, stored);
    if (!is_steps && callee.kind != TemplateKind::kDag) {
        CallResult result = start_task(invocation, scope, stored);
        if (memoization) set_memoization(result.node, *memoization);
        return result;
    }
    std::uint32_t shape = kNoId;
    const std::string error = is_steps ? "" : find_targets(callee, scope, shape);
    if (!error.empty()) return call_failed(invocation, error, template_id);
    const NodeId node = create(new_node(invocation, is_steps ? NodeType::kSteps : NodeType::kDag,
                                        Phase::kRunning, template_id));
    const auto index = static_cast<std::uint32_t>(state_.frames.size());
    Frame& frame = state_.frames.emplace_back();
    frame.node = node;
    frame.template_id = template_id;
    frame.depth = invocation.depth;
    frame.on_exit = invocation.on_exit;
    frame.attempt = attempt;
    frame.shape = shape;
    state_.nodes[node].body = index;
    set_origin(node, invocation, stored);
    if (memoization) set_memoization(node, *memoization);
    if (is_steps) {
        start_steps(index);
    } else {
        start_dag(index);
    }
    return {CallResult::Kind::kStarted, node, ""};
}

/// Whether the template around has ended, or fails as soon as what runs in it has ended.
bool Transition::starts_nothing(NodeId boundary) const {
    const std::uint32_t index = frame_of(boundary);
    return index != kNoId && (state_.frames[index].closed || state_.frames[index].failing_fast);
}

/// Once the run is to end, only its handlers may begin anything, and only if it was not terminated.
bool Transition::is_stopped(const Invocation& invocation) const {
    if (state_.shutdown == Shutdown::kNone) return false;
    return state_.shutdown == Shutdown::kTerminate || !invocation.on_exit;
}

CallResult Transition::start_task(const Invocation& invocation, const Scope& scope,
                                  std::uint32_t stored) {
    const auto template_id = static_cast<TemplateId>(scope.self - plan_.templates.data());
    SpecOrError made = make_task_spec(scope);
    const bool is_http = scope.self->kind == TemplateKind::kHttp;
    const NodeType type = is_http ? NodeType::kHttp : NodeType::kPod;
    if (made.error.empty()) made.error = scope.self->unmakable;
    if (made.error.empty()) made.error = timeout_error(scope);
    // Argo: createWorkflowPod comes after the node.
    if (!made.error.empty()) {
        CallResult failed = call_failed(invocation, made.error, template_id);
        state_.nodes[failed.node].type = type;
        set_origin(failed.node, invocation, stored);
        return failed;
    }
    // What had begun before the run was taken up again is ended as a whole.
    const bool is_too_late =
        is_stopped(invocation) && kept_of(invocation.name_parent, invocation.suffix) == nullptr;
    // Argo: markNodeFailedOnShutdown in workflow/controller/workflowpod.go.
    const std::string message =
        "workflow shutdown with strategy: " + std::string(shutdown_name(state_.shutdown));
    NewNode blank =
        new_node(invocation, type, is_too_late ? Phase::kFailed : Phase::kPending, template_id);
    if (is_too_late) blank.message = message;
    const NodeId node = create(blank);
    set_origin(node, invocation, stored);
    if (has_kept_end(node)) {
        if (scope.self->kind == TemplateKind::kContainerSet) make_process_nodes(node);
        restore_kept(node);
        return {CallResult::Kind::kStarted, node, ""};
    }
    if (is_too_late) return {CallResult::Kind::kStarted, node, ""};
    made.spec->node_id = node_id(state_, node);
    made.spec->display_name = display_name(state_, node);
    if (made.spec->pod) fill_manifest(invocation, *made.spec->pod);
    if (scope.self->kind == TemplateKind::kContainerSet) make_process_nodes(node);
    if (invocation.reused == kNoId) start_timers(node, *scope.self, scope);
    if (!is_fulfilled(state_.nodes[node].phase)) {
        actions_.emplace_back(StartTask{node, std::move(made.spec)});
    }
    return {CallResult::Kind::kStarted, node, ""};
}

/// Argo: getDeadline in workflow/controller/workflowpod.go.
void Transition::fill_manifest(const Invocation& invocation, PodManifest& manifest) const {
    manifest.on_exit = invocation.on_exit;
    const std::uint32_t frame = frame_of(invocation.boundary);
    if (frame != kNoId) {
        const Template& around = plan_.templates[state_.frames[frame].template_id];
        const Scope scope = scope_of_node(state_.frames[frame].node);
        manifest.boundary_json = resolve_json(around.manifest, scope, Strictness::kLenient).text;
    }
    if (plan_.active_deadline_seconds && !invocation.on_exit) {
        manifest.run_deadline_ms = state_.started_ms + *plan_.active_deadline_seconds * 1000;
        manifest.deadline_ms = manifest.run_deadline_ms;
    }
    if (invocation.owner.kind != Owner::Kind::kAttempt) return;
    const std::int64_t limit_ms = state_.retries[invocation.owner.frame].deadline_ms;
    for (const NodeId child : children_of(state_, state_.retries[invocation.owner.frame].node)) {
        const auto place = state_.places.find(child);
        const bool failed = is_failed(state_.nodes[child].phase) && place != state_.places.end();
        if (failed) manifest.failed_hosts.push_back(place->second.host);
    }
    const bool is_sooner = manifest.deadline_ms == 0 || limit_ms < manifest.deadline_ms;
    if (limit_ms != 0 && is_sooner) manifest.deadline_ms = limit_ms;
}

void Transition::make_process_nodes(NodeId pod) {
    std::vector<ContainerSpec> containers =
        plan_.templates[state_.nodes[pod].template_id].containers;
    std::erase_if(containers, [](const ContainerSpec& container) {
        return container.role != ProcessRole::kMain;
    });
    const auto first = static_cast<NodeId>(state_.nodes.size());
    for (const ContainerSpec& container : containers) {
        const std::string suffix = "." + container.name;
        NewNode blank;
        blank.name_parent = pod;
        blank.suffix = suffix;
        blank.type = NodeType::kContainer;
        blank.call = state_.nodes[pod].call;
        blank.template_id = state_.nodes[pod].template_id;
        blank.boundary = pod;
        const NodeId made = create(blank);
        state_.nodes[made].retried = state_.nodes[pod].retried;
        state_.nodes[made].hooked = state_.nodes[pod].hooked;
    }
    for (std::uint32_t i = 0; i < containers.size(); ++i) {
        if (containers[i].dependencies.empty()) add_child(pod, first + i);
        for (const std::uint32_t dependency : containers[i].dependencies) {
            add_child(first + dependency, first + i);
        }
    }
}

void Transition::start_timers(NodeId node, const Template& called, const Scope& scope) {
    if (state_.deadline_passed && !state_.nodes[node].on_exit) {
        set_phase(node, Phase::kFailed, "Step exceeded its deadline");
        return;
    }
    for (const Text* limit : {&called.timeout, &called.pending_timeout}) {
        if (const auto end_ms = end_of_time(node, *limit, scope)) {
            actions_.emplace_back(SetTimer{TimerKind::kTimeout, node, *end_ms});
        }
    }
}

/// Argo: getTimeoutAsDeadline in workflow/controller/operator.go.
std::string Transition::timeout_error(const Scope& scope) const {
    for (const Text* limit : {&scope.self->timeout, &scope.self->pending_timeout}) {
        const std::string text = resolve(*limit, scope, Strictness::kLenient).text;
        if (text.empty() || parse_duration_ms(text)) continue;
        return "invalid timeout format " + duration_error(text);
    }
    return "";
}

/// When the node has lasted as long as `limit` says.
std::optional<std::int64_t> Transition::end_of_time(NodeId node, const Text& limit,
                                                    const Scope& scope) const {
    if (limit.empty()) return std::nullopt;
    const auto longest = parse_duration_ms(resolve(limit, scope, Strictness::kLenient).text);
    if (!longest) return std::nullopt;
    return state_.nodes[node].started_ms + *longest;
}

CallResult Transition::start_suspend(const Invocation& invocation, const Scope& scope,
                                     std::uint32_t stored) {
    const auto template_id = static_cast<TemplateId>(scope.self - plan_.templates.data());
    const Resolved text = resolve(scope.self->suspend_duration, scope, Strictness::kLenient);
    const auto duration = parse_duration_ms(text.text);
    if (!text.text.empty() && !duration) {
        CallResult failed = call_failed(invocation, duration_error(text.text), template_id);
        state_.nodes[failed.node].type = NodeType::kSuspend;
        set_origin(failed.node, invocation, stored);
        return failed;
    }
    const NodeId node =
        create(new_node(invocation, NodeType::kSuspend, Phase::kRunning, template_id));
    set_origin(node, invocation, stored);
    Outputs outputs;
    for (const OutputParameter& parameter : scope.self->output_parameters) {
        if (parameter.supplied) outputs.parameters.push_back({parameter.name, {}, ""});
    }
    if (!outputs.parameters.empty()) {
        state_.nodes[node].outputs = static_cast<std::uint32_t>(state_.outputs.size());
        state_.outputs.push_back(std::move(outputs));
    }
    if (restore_kept(node)) return {CallResult::Kind::kStarted, node, ""};
    if (is_stopped(invocation) && kept_of(node) == nullptr) {
        const std::string strategy(shutdown_name(state_.shutdown));
        set_phase(node, Phase::kFailed, "Stopped with strategy '" + strategy + "'");
    } else if (duration) {
        actions_.emplace_back(
            SetTimer{TimerKind::kSuspend, node, state_.nodes[node].started_ms + *duration});
    }
    return {CallResult::Kind::kStarted, node, ""};
}

} // namespace tiphys::run
