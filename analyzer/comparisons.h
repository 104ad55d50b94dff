#pragma once
// Comparisons of a variable with a constant, in expr-lang and in govaluate, and what follows from
// the values that the variable can have.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/sites.h"

namespace tiphys::analyze {

/// `variable == 'constant'` or `!=`.
struct Comparison {
    expr::ExprId id = expr::kNoExpr;
    std::string variable; ///< as in a simple tag: `steps.a.status`
    std::string constant;
    bool is_equal = true;       ///< `==`, not `!=`
    expr::Range range;          ///< in the text of the expression or condition
    expr::Range constant_range; ///< without quotes
    bool is_text = true;        ///< the constant is a string
};

[[nodiscard]] std::vector<Comparison> comparisons(const Expression& expression);
[[nodiscard]] std::vector<Comparison> comparisons(const ConditionUse& condition);

/// A part of a condition that always comes to the same.
struct Contradiction {
    Comparison first;
    Comparison second;
    bool value = false;
};

/// `x == 'a' && x == 'b'`, which never holds, and `x != 'a' || x != 'b'`, which always does.
[[nodiscard]] std::vector<Contradiction> contradictions(const expr::Tree& tree,
                                                        const std::vector<Comparison>& found);

/// The parameter that a variable names, as the site's template or workflow declares it; null for
/// other variables.
[[nodiscard]] const wf::Parameter* find_parameter(std::string_view variable,
                                                  const front::Site& site);

/// All values that a variable can have; nothing where they are not known: phases, and parameters
/// with an `enum`.
[[nodiscard]] std::optional<std::vector<std::string_view>>
possible_values(std::string_view variable, const front::Site& site);

} // namespace tiphys::analyze
