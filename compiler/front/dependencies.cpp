// What the tasks of a DAG wait for.
#include "compiler/front/dependencies.h"

namespace tiphys::front {
namespace {

bool is_name_start(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}
bool is_name_part(char c) {
    return is_name_start(c) || c == '-';
}

std::size_t end_of_name(std::string_view text, std::size_t at) {
    while (at < text.size() && is_name_part(text[at]))
        ++at;
    return at;
}

} // namespace

std::vector<Dependency> scan_depends(const ir::Scalar& depends) {
    std::vector<Dependency> found;
    const std::string_view text = depends.text;
    if (has_tag(text)) return found;
    for (std::size_t at = 0; at < text.size();) {
        if (!is_name_start(text[at])) {
            ++at;
            continue;
        }
        Dependency& dependency = found.emplace_back();
        dependency.scalar = &depends;
        dependency.task_begin = at;
        at = end_of_name(text, at);
        dependency.task = text.substr(dependency.task_begin, at - dependency.task_begin);
        if (at + 1 < text.size() && text[at] == '.' && is_name_start(text[at + 1])) {
            dependency.result_begin = at + 1;
            at = end_of_name(text, at + 1);
            dependency.result = text.substr(dependency.result_begin, at - dependency.result_begin);
        }
    }
    return found;
}

DagGraph::DagGraph(const FlowTemplate& dag)
    : dag_(dag), dependencies_(dag.nodes.size()), ancestors_(dag.nodes.size()) {
    for (const FlowNode& task : dag.nodes) {
        std::vector<Dependency>& of_task = dependencies_[task.index];
        // Argo reads `dependencies` only where there is no `depends`.
        if (task.depends != nullptr && !task.depends->text.empty()) {
            of_task = scan_depends(*task.depends);
        } else if (task.dependencies != nullptr) {
            for (const ir::Value* item : task.dependencies->items) {
                const ir::Scalar* name = ir::scalar_as(item);
                if (name == nullptr || has_tag(name->text)) continue;
                of_task.push_back({.task = name->text, .scalar = name});
            }
        }
        for (Dependency& dependency : of_task)
            dependency.node = dag.find_node(dependency.task);
    }
    for (std::uint32_t i = 0; i < dag.nodes.size(); ++i)
        collect_ancestors(i);
}

void DagGraph::collect_ancestors(std::uint32_t task) {
    std::vector<bool>& ancestors = ancestors_[task];
    ancestors.resize(dag_.nodes.size());
    std::vector<std::uint32_t> open{task};
    while (!open.empty()) {
        const std::uint32_t at = open.back();
        open.pop_back();
        for (const Dependency& dependency : dependencies_[at]) {
            if (dependency.node == nullptr || ancestors[dependency.node->index]) continue;
            ancestors[dependency.node->index] = true;
            open.push_back(dependency.node->index);
        }
    }
}

bool DagGraph::is_ancestor(const FlowNode& ancestor, const FlowNode& task) const {
    return ancestors_[task.index][ancestor.index];
}

} // namespace tiphys::front
