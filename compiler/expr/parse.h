#pragma once
// From text to tree: expr-lang, govaluate (`when`), and `depends`.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/expr/tree.h"

namespace tiphys::expr {

enum class Dialect : std::uint8_t {
    kExpr,      ///< expr-lang 1.17: `{{=…}}`, hooks, retryStrategy, valueFrom.expression
    kGovaluate, ///< Knetic/govaluate: `when`, Argo Events' filters
    kDepends,   ///< a DAG task's `depends`: expr-lang with task names that hold hyphens
};

/// What is wrong with a text, in words for its author: lower case, no full stop.
struct ParseError {
    Range range;
    std::string message;
    std::string help; ///< what to write instead; may be empty
    /// What the library behind Argo says, for messages of runs; empty: not known.
    std::string original = {};
};

struct ParseResult {
    Tree tree;
    ExprId root = kNoExpr; ///< kNoExpr when there is an error
    std::optional<ParseError> error;

    [[nodiscard]] bool ok() const { return !error.has_value(); }
};

/// Parses all of `text`. The grammars stop at their first error, and so does this.
/// `shadowed` are variables: in expr-lang a variable called like a builtin function hides it,
/// already for the grammar (`filter(l, # > 1)` is an error beside a variable `filter`).
[[nodiscard]] ParseResult parse(std::string_view text, Dialect dialect,
                                std::span<const std::string_view> shadowed = {});

} // namespace tiphys::expr
