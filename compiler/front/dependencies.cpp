// What the tasks of a DAG wait for.
#include "compiler/front/dependencies.h"

#include "compiler/expr/depends.h"

namespace tiphys::front {

std::vector<Dependency> scan_depends(const ir::Scalar& depends) {
    std::vector<Dependency> found;
    const std::string_view text = depends.text;
    if (has_tag(text)) return found;
    for (const expr::DependsReference& reference : expr::find_depends_references(text)) {
        const std::size_t begin = reference.range.begin;
        const bool is_result = !found.empty() && found.back().result.empty() && begin > 0 &&
                               text[begin - 1] == '.' &&
                               begin - 1 == found.back().task_begin + found.back().task.size();
        // Argo's pattern takes the second word of `a.failed` for another task, since results begin
        // with a capital letter. Here it is a result, so that the finding names what was meant.
        Dependency& at = is_result ? found.back() : found.emplace_back();
        const std::string_view result_text =
            text.substr(reference.result_range.begin,
                        reference.result_range.end - reference.result_range.begin);
        if (is_result) {
            at.result = text.substr(begin, reference.range.end - begin);
            at.result_begin = begin;
            continue;
        }
        at.scalar = &depends;
        at.task_begin = begin;
        at.task = text.substr(begin, reference.task.size());
        at.result = result_text;
        at.result_begin = reference.result_range.begin;
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
