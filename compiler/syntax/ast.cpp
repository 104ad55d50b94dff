// How operators and words of the tree are written.
#include "compiler/syntax/ast.h"

namespace tiphys::ast {

std::string_view spelling(BinaryOperator op) {
    switch (op) {
    case BinaryOperator::kMultiply:
        return "*";
    case BinaryOperator::kDivide:
        return "/";
    case BinaryOperator::kRemainder:
        return "%";
    case BinaryOperator::kAdd:
        return "+";
    case BinaryOperator::kSubtract:
        return "-";
    case BinaryOperator::kRange:
        return "..";
    case BinaryOperator::kEqual:
        return "==";
    case BinaryOperator::kNotEqual:
        return "!=";
    case BinaryOperator::kLess:
        return "<";
    case BinaryOperator::kLessEqual:
        return "<=";
    case BinaryOperator::kGreater:
        return ">";
    case BinaryOperator::kGreaterEqual:
        return ">=";
    case BinaryOperator::kMatch:
        return "=~";
    case BinaryOperator::kIn:
        return "in";
    case BinaryOperator::kAnd:
        return "&&";
    case BinaryOperator::kOr:
        return "||";
    case BinaryOperator::kCoalesce:
        return "??";
    }
    return {};
}

std::string_view spelling(TemplateKind kind) {
    switch (kind) {
    case TemplateKind::kWorkflow:
        return "workflow";
    case TemplateKind::kTask:
        return "task";
    case TemplateKind::kDag:
        return "dag";
    case TemplateKind::kSteps:
        return "steps";
    }
    return {};
}

} // namespace tiphys::ast
