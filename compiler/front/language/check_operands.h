#pragma once
// Whether an operator can do anything with its operands. Argo would notice when the workflow runs,
// or never.

#include <optional>
#include <string>

#include "compiler/front/language/value.h"

namespace tiphys::front {

/// The operand that is responsible, and what to do.
struct OperandProblem {
    bool is_left = false;
    std::string message;
    std::string help;
};

/// Nothing where the operands fit, or where nobody can know before the workflow runs.
[[nodiscard]] std::optional<OperandProblem> check_operands(ast::BinaryOperator op,
                                                           const Value& left, const Value& right);

/// The same for the one operand of `!` and `-`; `is_left` says nothing.
[[nodiscard]] std::optional<OperandProblem> check_operand(ast::UnaryOperator op,
                                                          const Value& operand);

} // namespace tiphys::front
