// Reading the state of a run.

#include "runtime/core/state.h"

#include <algorithm>

#include "runtime/core/resolve.h"
#include "runtime/core/scope.h"

namespace tiphys::run {

std::string_view shutdown_name(Shutdown shutdown) {
    switch (shutdown) {
    case Shutdown::kNone:
        return "";
    case Shutdown::kStop:
        return "Stop";
    case Shutdown::kTerminate:
        return "Terminate";
    }
    return "";
}

std::string_view type_name(NodeType type) {
    switch (type) {
    case NodeType::kPod:
        return "Pod";
    case NodeType::kContainer:
        return "Container";
    case NodeType::kSteps:
        return "Steps";
    case NodeType::kStepGroup:
        return "StepGroup";
    case NodeType::kDag:
        return "DAG";
    case NodeType::kTaskGroup:
        return "TaskGroup";
    case NodeType::kRetry:
        return "Retry";
    case NodeType::kSkipped:
        return "Skipped";
    case NodeType::kSuspend:
        return "Suspend";
    case NodeType::kHttp:
        return "HTTP";
    }
    return "";
}

std::string_view phase_name(Phase phase) {
    switch (phase) {
    case Phase::kPending:
        return "Pending";
    case Phase::kRunning:
        return "Running";
    case Phase::kSucceeded:
        return "Succeeded";
    case Phase::kSkipped:
        return "Skipped";
    case Phase::kFailed:
        return "Failed";
    case Phase::kError:
        return "Error";
    case Phase::kOmitted:
        return "Omitted";
    }
    return "";
}

std::string_view run_phase_name(RunPhase phase) {
    switch (phase) {
    case RunPhase::kPending:
        return "Pending";
    case RunPhase::kRunning:
        return "Running";
    case RunPhase::kSucceeded:
        return "Succeeded";
    case RunPhase::kFailed:
        return "Failed";
    case RunPhase::kError:
        return "Error";
    }
    return "";
}

std::uint32_t TextTable::add(std::string_view text) {
    if (text.empty()) return 0;
    texts_.push_back(arena_.copy(text));
    return static_cast<std::uint32_t>(texts_.size() - 1);
}

std::uint32_t TextTable::intern(std::string_view text) {
    if (text.empty()) return 0;
    const auto known = interned_.find(text);
    if (known != interned_.end()) return known->second;
    const std::uint32_t number = add(text);
    interned_.emplace(texts_[number], number);
    return number;
}

std::uint32_t fnv1a(std::string_view text, std::uint32_t state) {
    for (const char c : text) {
        state = (state ^ static_cast<unsigned char>(c)) * 0x01000193U;
    }
    return state;
}

std::string node_name(const State& state, NodeId node) {
    std::vector<std::string_view> parts;
    for (; node != kNoId; node = state.nodes[node].name_parent) {
        parts.push_back(state.texts.get(state.nodes[node].suffix));
    }
    std::string name;
    for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
        name += *part;
    }
    return name;
}

std::string node_id(const State& state, NodeId node) {
    if (node == state.root) return state.plan->workflow_name;
    return state.plan->workflow_name + "-" + std::to_string(state.nodes[node].id_hash);
}

namespace {

/// As the template's annotation says, or nothing. Argo: setNodeDisplayName in
/// workflow/controller/operator.go.
std::string annotated_name(const State& state, NodeId id) {
    const Node& node = state.nodes[id];
    const bool was_called = node.type != NodeType::kSkipped && node.type != NodeType::kTaskGroup &&
                            node.type != NodeType::kContainer &&
                            (node.type == NodeType::kRetry || !node.retried);
    if (node.template_id == kNoId || !was_called) return "";
    const Template& called = state.plan->templates[node.template_id];
    if (called.display_name.empty()) return "";
    return resolve(called.display_name, own_scope(state, id), Strictness::kLenient).text;
}

} // namespace

std::string display_name(const State& state, NodeId node) {
    std::string annotated = annotated_name(state, node);
    if (!annotated.empty()) return annotated;
    const NodeId boundary = state.nodes[node].boundary;
    std::string name = node_name(state, node);
    if (boundary == kNoId) return name;
    name.erase(0, node_name(state, boundary).size());
    // Argo drops `[0].` and `.` in front. Argo: stepsOrDagSeparator.
    std::size_t at = 0;
    if (!name.empty() && name.front() == '[') {
        const std::size_t close = name.find(']');
        if (close != name.npos) at = close + 1;
    }
    if (at < name.size() && name[at] == '.') name.erase(0, at + 1);
    return name;
}

std::string pod_name(const Plan& plan, std::string_view node_name, std::string_view template_name,
                     std::uint32_t name_hash) {
    constexpr std::size_t kLongestPrefix = 253 - 10 - 1;
    if (node_name == plan.workflow_name) return plan.workflow_name;
    std::string name = plan.workflow_name;
    if (!template_name.empty()) name.append("-").append(template_name);
    if (name.size() > kLongestPrefix) name.resize(kLongestPrefix);
    return name + "-" + std::to_string(name_hash);
}

std::string pod_name(const State& state, NodeId node) {
    const Node& record = state.nodes[node];
    const Plan& plan = *state.plan;
    std::string_view template_name;
    if (record.call != kNoId) {
        const TemplateReference& reference = plan.calls[record.call].reference;
        template_name = reference.resource.empty() ? reference.name : reference.resource_template;
    }
    return pod_name(plan, node == state.root ? plan.workflow_name : node_name(state, node),
                    template_name, record.id_hash);
}

std::vector<NodeId> children_of(const State& state, NodeId node) {
    std::vector<NodeId> children;
    for (std::uint32_t link = state.nodes[node].first_child; link != kNoId;
         link = state.child_links[link].next) {
        children.push_back(state.child_links[link].node);
    }
    return children;
}

} // namespace tiphys::run
