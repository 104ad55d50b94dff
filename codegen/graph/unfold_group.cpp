// The tasks of a DAG, the steps of a sequence, the containers of a set.
#include <algorithm>
#include <map>

#include "codegen/graph/unfold.h"
#include "codegen/graph/words.h"
#include "compiler/expr/depends.h"

namespace tiphys::graph {
namespace {

/// Names and results in `depends`, or the names of `dependencies`.
std::vector<Reference> references_of(const wf::DAGTask& task) {
    std::vector<Reference> references;
    if (task.depends() != nullptr) {
        for (const auto& found : expr::find_depends_references(task.depends()->text)) {
            references.emplace_back(found.task, found.result);
        }
        return references;
    }
    for (const ir::Scalar* name : task.dependencies())
        references.emplace_back(std::string(name->text), "");
    return references;
}

std::string condition_of(const wf::DAGTask& task) {
    if (task.depends() != nullptr) return one_line(task.depends()->text);
    std::string condition;
    for (const ir::Scalar* name : task.dependencies())
        condition += (condition.empty() ? "" : " && ") + one_line(name->text);
    return condition;
}

/// One dot between two groups of several steps keeps the lines apart.
void connect_stages(Group& group, const std::vector<std::size_t>& before,
                    const std::vector<std::size_t>& after) {
    if (before.size() < 2 || after.size() < 2) {
        for (const std::size_t to : after) {
            for (const std::size_t from : before)
                group.edges.push_back({from, to, EdgeKind::kAfter, ""});
        }
        return;
    }
    Node join;
    join.kind = NodeKind::kJoin;
    group.nodes.push_back(std::move(join));
    const std::size_t middle = group.nodes.size() - 1;
    for (const std::size_t from : before)
        group.edges.push_back({from, middle, EdgeKind::kAfter, ""});
    for (const std::size_t to : after)
        group.edges.push_back({middle, to, EdgeKind::kAfter, ""});
}

/// Of each name the results that are asked for, in the order of the condition.
using ResultsByName = std::vector<std::pair<std::string, std::vector<std::string>>>;

ResultsByName results_by_name(const std::vector<Reference>& references) {
    ResultsByName by_name;
    std::map<std::string_view, std::size_t> index_of;
    for (const auto& [name, result] : references) {
        const std::size_t index = index_of.emplace(name, by_name.size()).first->second;
        if (index == by_name.size()) by_name.emplace_back(name, std::vector<std::string>{});
        std::vector<std::string>& results = by_name[index].second;
        const std::string words = result == "Succeeded" ? "" : result;
        if (std::find(results.begin(), results.end(), words) == results.end()) {
            results.push_back(words);
        }
    }
    return by_name;
}

std::string result_words(const std::vector<std::string>& results) {
    if (results.size() == 1) return results[0];
    std::string words;
    for (const std::string& result : results) {
        words += (words.empty() ? "" : " or ") + (result.empty() ? "Succeeded" : result);
    }
    return words;
}

} // namespace

Conditions::Conditions(Group& group) : group_(group) {
    for (std::size_t i = 0; i < group.nodes.size(); ++i)
        index_of_.emplace(group.nodes[i].name, i);
}

void Conditions::add(std::size_t to, std::string_view condition,
                     const std::vector<Reference>& references) {
    const auto by_name = results_by_name(references);
    const bool is_choice = condition.find("||") != condition.npos && by_name.size() > 1;
    bool says_all = !is_choice && condition.find('!') == condition.npos;
    for (const auto& [name, results] : by_name) {
        const auto from = index_of_.find(name);
        if (from == index_of_.end() || from->second == to) {
            says_all = false;
        } else {
            group_.edges.push_back({from->second, to, EdgeKind::kAfter, result_words(results)});
        }
    }
    if (!says_all) group_.nodes[to].depends = condition;
}

Node Unfolder::task_node(const wf::DAGTask& task, const front::WorkflowPlace& place) {
    Node node = call_node(one_line(ir::text_of(task.name())), front::call_of(task), place);
    node.loop = loop_words(task.with_items(), task.with_param(), task.with_sequence());
    node.when = one_line(ir::text_of(task.when()));
    return node;
}

Node Unfolder::step_node(const wf::WorkflowStep& step, const front::WorkflowPlace& place) {
    Node node = call_node(one_line(ir::text_of(step.name())), front::call_of(step), place);
    node.loop = loop_words(step.with_items(), step.with_param(), step.with_sequence());
    node.when = one_line(ir::text_of(step.when()));
    return node;
}

Group Unfolder::dag_group(const wf::DAGTemplate& dag, const front::WorkflowPlace& place) {
    Group group;
    group.kind = GroupKind::kDag;
    for (const wf::DAGTask* task : dag.tasks())
        group.nodes.push_back(task_node(*task, place));
    Conditions conditions(group);
    std::size_t index = 0;
    for (const wf::DAGTask* task : dag.tasks())
        conditions.add(index++, condition_of(*task), references_of(*task));
    index = 0;
    for (const wf::DAGTask* task : dag.tasks())
        add_hooks(group, index++, task->on_exit(), task->hooks(), place);
    settle_edges(group);
    return group;
}

Group Unfolder::steps_group(const wf::Template& target, const front::WorkflowPlace& place) {
    Group group;
    group.kind = GroupKind::kSteps;
    std::vector<std::size_t> before;
    for (const auto stage : target.steps()) {
        std::vector<std::size_t> current;
        for (const wf::WorkflowStep* step : stage) {
            current.push_back(group.nodes.size());
            group.nodes.push_back(step_node(*step, place));
            add_hooks(group, current.back(), step->on_exit(), step->hooks(), place);
        }
        if (current.empty()) continue;
        connect_stages(group, before, current);
        before = std::move(current);
    }
    settle_edges(group);
    return group;
}

Group Unfolder::container_group(const wf::ContainerSetTemplate& set) {
    Group group;
    group.kind = GroupKind::kContainerSet;
    for (const wf::ContainerNode* container : set.containers()) {
        Node node;
        node.name = one_line(ir::text_of(container->name()));
        const std::string image = one_line(ir::text_of(container->image()));
        node.detail = image.substr(image.rfind('/') + 1);
        group.nodes.push_back(std::move(node));
    }
    Conditions conditions(group);
    std::size_t index = 0;
    for (const wf::ContainerNode* container : set.containers()) {
        std::vector<Reference> references;
        std::string condition;
        for (const ir::Scalar* name : container->dependencies()) {
            references.emplace_back(std::string(name->text), "");
            condition += (condition.empty() ? "" : " && ") + one_line(name->text);
        }
        conditions.add(index++, condition, references);
    }
    settle_edges(group);
    return group;
}

namespace {

/// Visits nodes in depth-first order and marks the edges that lead back to one being visited.
class BackEdges {
public:
    explicit BackEdges(Group& group)
        : group_(group), leaving_(group.nodes.size()), state_(group.nodes.size(), State::kNew) {
        for (std::size_t i = 0; i < group.edges.size(); ++i)
            leaving_[group.edges[i].from].push_back(i);
    }

    void mark() {
        for (std::size_t i = 0; i < group_.nodes.size(); ++i) {
            if (state_[i] == State::kNew) visit(i);
        }
    }

private:
    enum class State : std::uint8_t { kNew, kVisiting, kDone };

    void visit(std::size_t root) {
        // A node and the number of its edges that were followed.
        std::vector<std::pair<std::size_t, std::size_t>> stack{{root, 0}};
        state_[root] = State::kVisiting;
        while (!stack.empty()) {
            auto& [node, n_followed] = stack.back();
            if (n_followed == leaving_[node].size()) {
                state_[node] = State::kDone;
                stack.pop_back();
                continue;
            }
            Edge& edge = group_.edges[leaving_[node][n_followed++]];
            if (state_[edge.to] == State::kVisiting) {
                edge.kind = EdgeKind::kBack;
            } else if (state_[edge.to] == State::kNew) {
                state_[edge.to] = State::kVisiting;
                stack.emplace_back(edge.to, 0);
            }
        }
    }

    Group& group_;
    std::vector<std::vector<std::size_t>> leaving_;
    std::vector<State> state_;
};

} // namespace

void settle_edges(Group& group) {
    std::stable_sort(group.edges.begin(), group.edges.end(),
                     [](const Edge& a, const Edge& b) { return a.to < b.to; });
    BackEdges(group).mark();
}

} // namespace tiphys::graph
