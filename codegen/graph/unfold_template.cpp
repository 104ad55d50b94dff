// Calls, and what a template does.
#include <algorithm>

#include "codegen/graph/unfold.h"
#include "codegen/graph/words.h"

namespace tiphys::graph {
namespace {

/// Nodes of one drawing; what comes after is folded.
constexpr std::size_t kMostNodes = 3'000;

std::string label_of(const front::Call& call) {
    if (call.inline_template != nullptr) return "inline";
    if (call.reference == nullptr) return one_line(ir::text_of(call.name));
    return one_line(ir::text_of(call.reference->name())) + "/" +
           one_line(ir::text_of(call.reference->template_()));
}

std::string count_words(std::size_t count, const char* one, const char* many) {
    return std::to_string(count) + " " + (count == 1 ? one : many);
}

/// What a group would show if it were unfolded.
std::string folded_words(const wf::Template& target) {
    if (const auto* dag = target.dag()) {
        return "dag, " + count_words(dag->tasks().size(), "task", "tasks");
    }
    if (const auto* set = target.container_set()) {
        return "containerSet, " + count_words(set->containers().size(), "container", "containers");
    }
    std::size_t count = 0;
    for (const auto group : target.steps())
        count += group.size();
    return "steps, " + count_words(count, "step", "steps");
}

const char* group_word(const wf::Template& target) {
    return target.dag() != nullptr             ? "dag"
           : target.container_set() != nullptr ? "containerSet"
                                               : "steps";
}

} // namespace

Node Unfolder::template_node(const wf::Template& target, const front::WorkflowPlace& place) {
    Node node;
    node.name = one_line(ir::text_of(target.name()));
    fill(node, "", target, place);
    return node;
}

Node Unfolder::entry_node(std::string_view name, const front::WorkflowPlace& place) {
    Node node;
    node.name = name.empty() ? "entrypoint" : one_line(name);
    const front::Callee callee = name.empty()
                                     ? front::Callee{front::Resolution::kUnknownObject, {}, {}}
                                     : front::resolve_name(project_, place, name);
    if (callee.target != nullptr) {
        fill(node, "", *callee.target, callee.place);
        return node;
    }
    const auto* reference = place.spec->workflow_template_ref();
    node.kind = NodeKind::kUnknown;
    if (callee.resolution == front::Resolution::kUnknownObject && reference != nullptr) {
        node.kind = NodeKind::kExternal;
        node.detail = "of " + one_line(ir::text_of(reference->name()));
    } else {
        node.detail = callee.resolution == front::Resolution::kDynamic ? "known at run time"
                                                                       : "no such template";
    }
    ++n_nodes_;
    return node;
}

Node Unfolder::call_node(std::string name, const front::Call& call,
                         const front::WorkflowPlace& place) {
    Node node;
    std::string label = label_of(call);
    node.name = name.empty() ? label : std::move(name);
    if (label == node.name) label.clear();
    const front::Callee callee = front::resolve_call(project_, place, call);
    switch (callee.resolution) {
    case front::Resolution::kFound:
        fill(node, label, *callee.target, callee.place);
        return node;
    case front::Resolution::kUnknownObject:
        node.kind = NodeKind::kExternal;
        node.detail = label;
        break;
    case front::Resolution::kDynamic:
        node.kind = NodeKind::kUnknown;
        node.detail = joined(label, "known at run time");
        break;
    case front::Resolution::kUnknownTemplate:
        node.kind = NodeKind::kUnknown;
        node.detail = joined(label, "no such template");
        break;
    case front::Resolution::kNone:
        node.kind = NodeKind::kUnknown;
        node.detail = "calls nothing";
        break;
    }
    ++n_nodes_;
    return node;
}

bool Unfolder::is_foldable(const wf::Template& target) const {
    return target.dag() != nullptr || target.steps() || target.container_set() != nullptr;
}

void Unfolder::fill(Node& node, std::string_view label, const wf::Template& target,
                    const front::WorkflowPlace& place) {
    ++n_nodes_;
    if (!is_foldable(target)) {
        Work work = work_of(target);
        node.kind = work.kind;
        node.detail = joined(label, work.words);
        return;
    }
    if (std::find(around_.begin(), around_.end(), &target) != around_.end()) {
        node.kind = NodeKind::kRecursion;
        node.detail = joined(label, "recursion");
        return;
    }
    if (static_cast<int>(around_.size()) > depth_ || n_nodes_ > kMostNodes) {
        node.kind = NodeKind::kFolded;
        node.detail = joined(label, folded_words(target));
        return;
    }
    node.kind = NodeKind::kGroup;
    node.detail = joined(label, group_word(target));
    around_.push_back(&target);
    if (target.dag() != nullptr) {
        node.inner.push_back(dag_group(*target.dag(), place));
    } else if (target.container_set() != nullptr) {
        node.inner.push_back(container_group(*target.container_set()));
    } else {
        node.inner.push_back(steps_group(target, place));
    }
    around_.pop_back();
}

void Unfolder::add_hook(Group& group, std::size_t owner, std::string label, const front::Call& call,
                        const front::WorkflowPlace& place) {
    group.nodes.push_back(call_node("", call, place));
    group.edges.push_back({owner, group.nodes.size() - 1, EdgeKind::kHook, std::move(label)});
}

void Unfolder::add_hooks(Group& group, std::size_t owner, const ir::Scalar* on_exit,
                         const ir::MapOf<wf::LifecycleHook>& hooks,
                         const front::WorkflowPlace& place) {
    // Argo: `onExit` wins over `hooks.exit` (GetExitHook in workflow_types.go).
    const bool has_on_exit = !ir::text_of(on_exit).empty();
    if (has_on_exit) add_hook(group, owner, "on exit", {on_exit, nullptr, nullptr, nullptr}, place);
    for (const ir::Entry& entry : hooks.entries()) {
        const wf::LifecycleHook* hook = hooks.view(entry);
        const bool is_exit = entry.key == "exit";
        if (hook == nullptr || (is_exit && has_on_exit)) continue;
        const std::string name = is_exit ? "on exit" : one_line(entry.key);
        add_hook(group, owner, joined(name, one_line(ir::text_of(hook->expression()))),
                 front::call_of(*hook), place);
    }
}

void Unfolder::add_workflow_hooks(Group& group, const front::WorkflowPlace& place) {
    add_hooks(group, 0, place.spec->on_exit(), place.spec->hooks(), place);
    settle_edges(group);
}

} // namespace tiphys::graph
