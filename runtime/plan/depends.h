#pragma once
// The condition of a dag task on the results of others, as a short postfix program.

#include <cstdint>
#include <functional>
#include <vector>

namespace tiphys::run {

/// What `depends` can ask about a task. Argo: TaskResults in workflow/controller/dag.go.
enum class TaskResult : std::uint8_t {
    kSucceeded,
    kFailed,
    kErrored,
    kSkipped,
    kOmitted,
    kDaemoned,
    kAnySucceeded,
    kAllFailed
};

/// One step of the program: a question pushes its answer, an operator takes its operands away.
struct DependsStep {
    enum class Kind : std::uint8_t { kAsk, kTrue, kFalse, kNot, kAnd, kOr };
    Kind kind = Kind::kAsk;
    TaskResult result = TaskResult::kSucceeded;
    /// Position of the task in its dag.
    std::uint32_t task = 0;
};

using Depends = std::vector<DependsStep>;

/// `ask(task, result)` answers a question. An empty program is true.
[[nodiscard]] bool evaluate(const Depends& program,
                            const std::function<bool(std::uint32_t, TaskResult)>& ask);

} // namespace tiphys::run
