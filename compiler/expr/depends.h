#pragma once
// `depends` of DAG tasks: which tasks it names, what it means, and when it holds.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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

} // namespace tiphys::expr
