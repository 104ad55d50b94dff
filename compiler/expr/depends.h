#pragma once
// `depends` of DAG tasks: which tasks it names, what it means, and when it holds.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/expr/evaluate.h"
#include "compiler/expr/parse.h"

namespace tiphys::expr {

/// A task's name in `depends`, with the result that is asked for, or none (`A && B.Failed`).
struct DependsReference {
    std::string task;
    std::string result;
    Range range;        ///< both
    Range result_range; ///< empty where there is no result
};

/// The names in a text, in its order. Argo finds them by a pattern and knows neither strings nor
/// comments. Argo: workflow/common/ancestry.go taskNameRegex.
[[nodiscard]] std::vector<DependsReference> find_depends_references(std::string_view text);

/// Whether `result` is one of Succeeded, Failed, Errored, Skipped, Omitted, Daemoned,
/// AnySucceeded, AllFailed.
[[nodiscard]] bool is_task_result(std::string_view result);

/// What a task's `continueOn` allows; a bare name then holds after these, too.
struct ContinueOn {
    bool error = false;
    bool failed = false;
};
using ContinueOnOf = std::function<ContinueOn(std::string_view task)>;

struct DependsLogic {
    std::vector<DependsReference> references;
    /// Bare names written out: `(A.Succeeded || A.Skipped || A.Daemoned)`.
    std::string text;
    /// The tree of that; ranges are those of the text before. Names have `_` for `-`.
    ParseResult parsed;
};

[[nodiscard]] DependsLogic parse_depends_logic(std::string_view text,
                                               const ContinueOnOf& continue_on);

/// `dependencies: [a, b]` as `depends` would be written, already expanded.
[[nodiscard]] std::string dependencies_logic(const std::vector<std::string>& dependencies,
                                             const ContinueOnOf& continue_on);

/// What became of a task, as `depends` asks for it.
struct TaskResults {
    bool succeeded = false;
    bool failed = false;
    bool errored = false;
    bool skipped = false;
    bool omitted = false;
    bool daemoned = false;
    bool any_succeeded = false;
    bool all_failed = false;
};
/// Nothing where there is no such task.
using TaskResultsOf = std::function<std::optional<TaskResults>(std::string_view task)>;

/// Whether `depends` holds; a name for which there is no task is an error.
/// Argo: workflow/controller/dag.go evaluateDependsLogic.
[[nodiscard]] Evaluation evaluate_depends(const DependsLogic& logic, const TaskResultsOf& results);

} // namespace tiphys::expr
