#pragma once
// The evaluator of expressions as the core sees it: names and texts in, texts out.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tiphys::expr {
struct DependsLogic;
} // namespace tiphys::expr

namespace tiphys::run {

/// A variable by its full name (`steps.a.outputs.result`).
struct Variable {
    /// kJson: `text` holds a JSON value. kTime: it holds a time (RFC 3339).
    enum class Kind : std::uint8_t { kText, kNil, kArtifact, kJson, kTime };
    std::string name;
    Kind kind = Kind::kText;
    std::string text;
    /// kArtifact: a number of the caller's, given back where the value is this artifact.
    std::size_t artifact = 0;
};

/// What an evaluation may know of the world; the same world gives the same value.
struct World {
    std::int64_t now_ms = 0;
    std::uint64_t seed = 0;
    std::function<std::optional<std::string>(std::string_view)> zone_file;
};

/// A value, or why there is none.
struct Evaluated {
    enum class Kind : std::uint8_t { kNil, kBool, kArtifact, kOther };
    Kind kind = Kind::kNil;
    bool truth = false;
    bool is_string = false;
    std::size_t artifact = 0;
    /// As Go's %v shows it.
    std::string plain;
    /// As it is put into text in place of a tag: strings as they are, anything else as JSON.
    std::string in_text;
    /// Go's %s of it in messages.
    std::string in_message;
    /// Why it has no place in text (functions, NaN).
    std::string text_error;
    /// Empty: there is a value. Otherwise message, place, line and caret in Go's layout.
    std::string error;
    bool is_compile_error = false;
};

/// Evaluates expr-lang with Argo's functions.
[[nodiscard]] Evaluated evaluate_expression(std::string_view source,
                                            const std::vector<Variable>& variables,
                                            const World& world);

/// The value of the last of several expressions, each of which sees the value of the one before
/// under the name of `first`. Values stay as they are in between: JSON could not hold all of them.
[[nodiscard]] Evaluated evaluate_chain(const std::vector<std::string>& sources,
                                       const Variable& first, const World& world);

/// The variables that `source` needs and that are not among `variables`; nothing where the text is
/// no expression. Argo: missingVarsInEnv in util/template/expression_template.go.
[[nodiscard]] std::optional<std::vector<std::string>>
missing_names(std::string_view source, const std::vector<Variable>& variables);

/// An answer, or why there is none.
struct Truth {
    bool value = false;
    std::string error;
};

/// What Argo says of a `depends` when it comes to the task; empty where it can be evaluated.
/// Argo: evaluateDependsLogic in workflow/controller/dag.go.
[[nodiscard]] std::string depends_error(const expr::DependsLogic& logic);

/// A `when` after substitution. Argo: shouldExecute in workflow/controller/steps.go.
[[nodiscard]] Truth evaluate_when(std::string_view condition);

} // namespace tiphys::run
