#pragma once
// Evaluation of expr-lang: text and variables to a value, with the types and errors of Argo.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "compiler/expr/check.h"
#include "compiler/expr/environment.h"
#include "compiler/expr/optimize.h"
#include "compiler/expr/value.h"

namespace tiphys::expr {

/// Why there is no value.
struct EvaluationError {
    /// Whether it was found before evaluation, as by expr.Compile.
    bool is_compile_error = false;
    Range range;
    Range anchor; ///< the token that expr-lang points at
    std::string message;
    std::string help;
    /// What expr-lang says, for messages of runs; empty: not known.
    std::string original = {};
};

struct Evaluation {
    Value value;
    std::optional<EvaluationError> error;

    [[nodiscard]] bool ok() const { return !error.has_value(); }
};

struct Compilation {
    Program program;
    std::optional<EvaluationError> error;

    [[nodiscard]] bool ok() const { return !error.has_value(); }
};

/// Parses and checks `text` for variables of type `type` (of_type(variables), or more that is
/// known of them).
[[nodiscard]] Compilation compile(std::string_view text, const Type& type);

/// Checks what has been parsed.
[[nodiscard]] Compilation compile(const ParseResult& parsed, const Type& type);

/// Runs a compiled program. `variables` is a map with string keys; those that it lacks are nil.
[[nodiscard]] Evaluation run(const Program& program, const Value& variables,
                             const Environment& environment);

/// The type of a map of variables as expr-lang sees it: the names at its top are known, what is
/// below them is not.
[[nodiscard]] Type type_of_variables(const Value& variables);

/// compile() and run().
[[nodiscard]] Evaluation evaluate(std::string_view text, const Value& variables,
                                  const Environment& environment);

/// run() whose outcome must be a bool.
[[nodiscard]] Evaluation run_bool(const Program& program, const Value& variables,
                                  const Environment& environment);

/// evaluate() whose outcome must be a bool. Argo: util/expr/argoexpr/eval.go.
[[nodiscard]] Evaluation evaluate_bool(std::string_view text, const Value& variables,
                                       const Environment& environment);

/// The names that hide builtin functions, for parse().
[[nodiscard]] std::vector<std::string_view> shadowing_names(const Type& variables);

} // namespace tiphys::expr
