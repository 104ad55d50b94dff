// Tables that follow from the tasks of a dag, and the evaluation of their conditions.

#include "runtime/plan/plan.h"

#include <algorithm>

#include "compiler/base/assert.h"
#include "compiler/expr/quantity.h"

namespace tiphys::run {
namespace {

using Tasks = std::vector<CallId>;

std::vector<std::uint32_t> find_targets(const Plan& plan, const Tasks& tasks,
                                        const std::vector<std::string>& names) {
    std::vector<std::uint32_t> targets;
    const auto n_tasks = static_cast<std::uint32_t>(tasks.size());
    if (!names.empty()) {
        for (const std::string& name : names) {
            for (std::uint32_t i = 0; i < n_tasks; ++i) {
                if (plan.calls[tasks[i]].name == name) targets.push_back(i);
            }
        }
        return targets;
    }
    std::vector<bool> is_leaf(tasks.size(), true);
    for (const CallId task : tasks) {
        for (const std::uint32_t dependency : plan.calls[task].dependencies) {
            is_leaf[dependency] = false;
        }
    }
    for (std::uint32_t i = 0; i < n_tasks; ++i) {
        if (is_leaf[i]) targets.push_back(i);
    }
    std::sort(targets.begin(), targets.end(), [&](std::uint32_t a, std::uint32_t b) {
        return plan.calls[tasks[a]].name < plan.calls[tasks[b]].name;
    });
    return targets;
}

/// Dependencies first, from each target upwards. An explicit stack: a chain may be long.
std::vector<std::uint32_t> walk_order(const Plan& plan, const Tasks& tasks,
                                      const std::vector<std::uint32_t>& targets) {
    struct Visit {
        std::uint32_t task;
        std::size_t next_dependency;
    };
    std::vector<std::uint32_t> order;
    std::vector<bool> visited(tasks.size(), false);
    std::vector<Visit> stack;
    for (const std::uint32_t target : targets) {
        if (visited[target]) continue;
        visited[target] = true;
        stack.push_back({target, 0});
        while (!stack.empty()) {
            const auto& dependencies = plan.calls[tasks[stack.back().task]].dependencies;
            if (stack.back().next_dependency == dependencies.size()) {
                order.push_back(stack.back().task);
                stack.pop_back();
                continue;
            }
            const std::uint32_t dependency = dependencies[stack.back().next_dependency++];
            if (visited[dependency]) continue;
            visited[dependency] = true;
            stack.push_back({dependency, 0});
        }
    }
    return order;
}

} // namespace

void set_request(Resources& requests, std::string_view resource, std::string_view quantity) {
    const auto parsed = expr::parse_quantity(quantity);
    if (!parsed || parsed->negative) return;
    if (resource == "cpu") requests.cpu_millis = expr::scaled_value(*parsed, -3);
    if (resource == "memory") requests.memory_bytes = expr::scaled_value(*parsed, 0);
}

std::vector<std::string> split_targets(std::string_view target) {
    std::vector<std::string> names;
    if (target.empty()) return names;
    for (std::size_t at = 0; at <= target.size();) {
        const std::size_t end = std::min(target.find(' ', at), target.size());
        names.emplace_back(target.substr(at, end - at));
        at = end + 1;
    }
    return names;
}

std::string unknown_target(const Plan& plan, const Tasks& tasks,
                           const std::vector<std::string>& targets) {
    for (const std::string& name : targets) {
        const bool is_known = std::any_of(
            tasks.begin(), tasks.end(), [&](CallId task) { return plan.calls[task].name == name; });
        if (!is_known) return name;
    }
    return "";
}

DagShape shape_dag(const Plan& plan, const Tasks& tasks, const std::vector<std::string>& targets) {
    DagShape shape;
    shape.targets = find_targets(plan, tasks, targets);
    shape.order = walk_order(plan, tasks, shape.targets);
    shape.dependants.resize(tasks.size());
    shape.ancestors.resize(tasks.size());
    for (const std::uint32_t task : shape.order) {
        std::vector<std::uint32_t>& ancestors = shape.ancestors[task];
        for (const std::uint32_t dependency : plan.calls[tasks[task]].dependencies) {
            shape.dependants[dependency].push_back(task);
            ancestors.push_back(dependency);
            const auto& inherited = shape.ancestors[dependency];
            ancestors.insert(ancestors.end(), inherited.begin(), inherited.end());
        }
        std::sort(ancestors.begin(), ancestors.end());
        ancestors.erase(std::unique(ancestors.begin(), ancestors.end()), ancestors.end());
    }
    return shape;
}

bool evaluate(const Depends& program, const std::function<bool(std::uint32_t, TaskResult)>& ask) {
    if (program.empty()) return true;
    std::vector<bool> stack;
    const auto pop = [&] {
        TIPHYS_ASSERT(!stack.empty(), "operand of depends");
        const bool value = stack.back();
        stack.pop_back();
        return value;
    };
    for (const DependsStep& step : program) {
        switch (step.kind) {
        case DependsStep::Kind::kAsk:
            stack.push_back(ask(step.task, step.result));
            break;
        case DependsStep::Kind::kTrue:
            stack.push_back(true);
            break;
        case DependsStep::Kind::kFalse:
            stack.push_back(false);
            break;
        case DependsStep::Kind::kNot:
            stack.push_back(!pop());
            break;
        case DependsStep::Kind::kAnd: {
            const bool right = pop();
            const bool left = pop();
            stack.push_back(left && right);
            break;
        }
        case DependsStep::Kind::kOr: {
            const bool right = pop();
            const bool left = pop();
            stack.push_back(left || right);
            break;
        }
        }
    }
    return pop();
}

} // namespace tiphys::run
