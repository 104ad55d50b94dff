#pragma once
// The rewriting that expr-lang does before it evaluates. It can be seen: `first(filter(…))` stops
// at the first match, `x && false` does not look at `x`. expr-lang: optimizer.

#include <optional>
#include <vector>

#include "compiler/expr/check.h"
#include "compiler/expr/parse.h"
#include "compiler/expr/tree.h"
#include "compiler/expr/types.h"

namespace tiphys::expr {

/// What Expr::integer says of a builtin or an operator `in` after rewriting.
enum class Rewrite : std::int64_t {
    kNone,
    kStringSet, ///< `in`: the list is a set of strings
    kIntSet,    ///< `in`: the list is a set of ints
    kThrows,    ///< `find`, `findLast`: no match is an error
};

/// A tree that is ready for evaluation.
struct Program {
    Tree tree;
    ExprId root = kNoExpr;
    std::vector<Type> types; ///< of each node
};

struct OptimizeResult {
    Program program;
    std::optional<Finding> error; ///< a division by zero between constants
};

/// After rewriting, `filter` may have a third child: what becomes of each match. `count` holds in
/// Expr::integer the number of matches after which it may stop, or 0.
[[nodiscard]] OptimizeResult optimize(const Tree& tree, ExprId root,
                                      const std::vector<Type>& types);

} // namespace tiphys::expr
