// The checker of expr-lang: operators.
#include <array>

#include "compiler/expr/checker.h"
#include "compiler/expr/regex.h"

namespace tiphys::expr {
namespace {

bool is_time(const Type& type) {
    return type.kind == TypeKind::kTime;
}

bool is_string(const Type& type) {
    return type.kind == TypeKind::kString;
}

bool is_bool(const Type& type) {
    return type.kind == TypeKind::kBool;
}

/// Whether one side is unknown and the other one may be what the operator takes.
template <class Fits>
bool may_fit(const Type& left, const Type& right, Fits fits) {
    if (left.is_unknown() && right.is_unknown()) return true;
    return (left.is_unknown() && fits(right)) || (right.is_unknown() && fits(left));
}

bool is_ordered(const Type& type) {
    return type.is_number() || is_string(type) || is_time(type) || type.is_duration();
}

bool is_comparable(const Type& left, const Type& right) {
    return left.is_unknown() || right.is_unknown() || left.is_nil() || right.is_nil() ||
           (left.is_number() && right.is_number()) || (left.is_duration() && right.is_duration()) ||
           (is_time(left) && is_time(right)) || (left.is_list() && right.is_list()) ||
           is_assignable(left, right);
}

Type promoted(const Type& left, const Type& right) {
    const bool is_float = left.kind == TypeKind::kFloat || right.kind == TypeKind::kFloat;
    return is_float ? simple_type(TypeKind::kFloat) : int_type();
}

Type duration() {
    return int_type(IntType::kDuration);
}

/// The outcome of `+ - *` on times and durations; nothing where the operands are others.
std::optional<Type> time_arithmetic(Operator op, const Type& left, const Type& right) {
    const bool both_durations = left.is_duration() && right.is_duration();
    if (op == Operator::kMultiply) {
        const bool scales =
            (left.is_number() && right.is_duration()) || (left.is_duration() && right.is_number());
        if (scales || both_durations) return duration();
        return std::nullopt;
    }
    if (both_durations) return duration();
    if (is_time(left) && right.is_duration()) return simple_type(TypeKind::kTime);
    if (op == Operator::kAdd && left.is_duration() && is_time(right)) {
        return simple_type(TypeKind::kTime);
    }
    if (op == Operator::kSubtract && is_time(left) && is_time(right)) return duration();
    return std::nullopt;
}

} // namespace

std::string type_in_go(const Type& type) {
    if (type.is_unknown()) return "unknown";
    if (type.kind == TypeKind::kMap) return "map[string]interface {}";
    if (type.kind == TypeKind::kList) return "[]interface {}";
    return type.is_nil() ? "nil" : go_type(zero_value(type));
}

Type Checker::check_unary(ExprId id) {
    const Expr& expr = tree_.node(id);
    const Type operand = visit(tree_.child(id, 0));
    if (expr.op == Operator::kNot) {
        if (is_bool(operand) || operand.is_unknown()) return simple_type(TypeKind::kBool);
        return report(FindingKind::kWrongOperand, id,
                      std::string(expr.flag ? "`not`" : "`!`") + " needs a bool, not " +
                          describe(operand));
    }
    if (operand.is_number()) return operand;
    if (operand.is_unknown()) return {};
    return report(FindingKind::kWrongOperand, id,
                  "`" + std::string(spelling(expr.op)) + "` needs a number, not " +
                      describe(operand));
}

Type Checker::report_operands(ExprId id, const Type& left, const Type& right) {
    const Expr& expr = tree_.node(id);
    std::string help;
    const bool mixes_text =
        (is_string(left) && right.is_number()) || (left.is_number() && is_string(right));
    if (mixes_text) {
        help = expr.op == Operator::kAdd
                   ? "turn the number into text with `string(…)`"
                   : "turn the string into a number with `int(…)` or `float(…)`";
    } else if (left.is_nil() || right.is_nil()) {
        help = "give a value for nil with `?? …`";
    }
    const std::string name(spelling(expr.op));
    Finding finding = make_finding(FindingKind::kWrongOperand, id,
                                   "`" + name + "` is not defined for " + describe(left) + " and " +
                                       describe(right),
                                   std::move(help), "");
    finding.original = "invalid operation: " + name + " (mismatched types " + type_in_go(left) +
                       " and " + type_in_go(right) + ")";
    return report(std::move(finding));
}

Type Checker::check_binary(ExprId id) {
    const Expr& expr = tree_.node(id);
    if (expr.op == Operator::kSubtract && report_hyphen(id)) {
        visit_quietly(tree_.child(id, 0));
        return {};
    }
    const Type left = visit(tree_.child(id, 0));
    const Type right = visit(tree_.child(id, 1));
    const Type boolean = simple_type(TypeKind::kBool);
    switch (expr.op) {
    case Operator::kEqual:
    case Operator::kNotEqual:
        return is_comparable(left, right) ? boolean : report_operands(id, left, right);
    case Operator::kAnd:
    case Operator::kOr:
        if (is_bool(left) && is_bool(right)) return boolean;
        return may_fit(left, right, is_bool) ? boolean : report_operands(id, left, right);
    case Operator::kLess:
    case Operator::kLessEqual:
    case Operator::kGreater:
    case Operator::kGreaterEqual: {
        const bool fits =
            (left.is_number() && right.is_number()) || (is_string(left) && is_string(right)) ||
            (is_time(left) && is_time(right)) || (left.is_duration() && right.is_duration());
        return fits || may_fit(left, right, is_ordered) ? boolean
                                                        : report_operands(id, left, right);
    }
    case Operator::kIn:
        return check_in(id, left, right);
    case Operator::kMatches:
        return check_matches(id, left, right);
    case Operator::kContains:
    case Operator::kStartsWith:
    case Operator::kEndsWith:
        if (is_string(left) && is_string(right)) return boolean;
        return may_fit(left, right, is_string) ? boolean : report_operands(id, left, right);
    case Operator::kRange: {
        const auto is_int = [](const Type& type) { return type.is_plain_int(); };
        const bool fits = (is_int(left) && is_int(right)) || may_fit(left, right, is_int);
        return fits ? list_of(int_type()) : report_operands(id, left, right);
    }
    case Operator::kCoalesce:
        return check_coalesce(left, right);
    case Operator::kAdd:
    case Operator::kSubtract:
    case Operator::kMultiply:
    case Operator::kDivide:
    case Operator::kModulo:
    case Operator::kPower:
        return check_arithmetic(id, left, right);
    case Operator::kNone:
    case Operator::kNot:
    case Operator::kMinus:
    case Operator::kPlus:
    case Operator::kBitNot:
    case Operator::kNotMatches:
    case Operator::kBitAnd:
    case Operator::kBitOr:
    case Operator::kBitXor:
    case Operator::kShiftLeft:
    case Operator::kShiftRight:
    case Operator::kThen:
    case Operator::kOtherwise:
    case Operator::kComma:
        break;
    }
    return report_operands(id, left, right);
}

Type Checker::check_arithmetic(ExprId id, const Type& left, const Type& right) {
    const Operator op = tree_.node(id).op;
    const auto is_number = [](const Type& type) { return type.is_number(); };
    const bool are_numbers = left.is_number() && right.is_number();
    if (op == Operator::kDivide || op == Operator::kPower) {
        const bool fits = are_numbers || may_fit(left, right, is_number);
        return fits ? simple_type(TypeKind::kFloat) : report_operands(id, left, right);
    }
    if (op == Operator::kModulo) {
        const auto is_int = [](const Type& type) { return type.is_plain_int(); };
        const bool fits = (is_int(left) && is_int(right)) || may_fit(left, right, is_int);
        return fits ? int_type() : report_operands(id, left, right);
    }
    if (are_numbers) return promoted(left, right);
    const bool adds = op == Operator::kAdd;
    if (adds && is_string(left) && is_string(right)) return simple_type(TypeKind::kString);
    if (const std::optional<Type> type = time_arithmetic(op, left, right)) return *type;
    const auto fits = [&](const Type& type) {
        return type.is_number() || type.is_duration() ||
               (is_time(type) && op != Operator::kMultiply) || (is_string(type) && adds);
    };
    return may_fit(left, right, fits) ? Type() : report_operands(id, left, right);
}

Type Checker::check_in(ExprId id, const Type& left, const Type& right) {
    const Type boolean = simple_type(TypeKind::kBool);
    if ((is_string(left) || left.is_unknown()) && right.kind == TypeKind::kObject) return boolean;
    if (right.kind == TypeKind::kMap) {
        if (left.is_unknown() || is_assignable(left, key_of(right))) return boolean;
        return report(FindingKind::kWrongOperand, id,
                      "keys of the map are strings, not " + describe(left));
    }
    if (right.is_list()) {
        if (is_comparable(left, element_of(right))) return boolean;
        return report(FindingKind::kWrongOperand, id,
                      describe(left) + " cannot be in " + describe(right));
    }
    if (left.is_unknown() && is_string(right)) return boolean;
    if (right.is_unknown()) return boolean;
    if (is_string(left) && is_string(right)) {
        return report(FindingKind::kWrongOperand, id, "`in` looks into lists and maps, not strings",
                      "write `" + std::string("contains") + "` with the sides swapped");
    }
    return report_operands(id, left, right);
}

Type Checker::check_matches(ExprId id, const Type& left, const Type& right) {
    const ExprId pattern = tree_.child(id, 1);
    if (tree_.node(pattern).kind == ExprKind::kString) {
        std::string reason;
        if (!Regex::compile(tree_.text(pattern), &reason)) {
            return report(FindingKind::kPattern, pattern,
                          "`" + tree_.text(pattern) + "` is not a regular expression: " + reason);
        }
    }
    const bool fits = ((is_string(left) || left.kind == TypeKind::kBytes) && is_string(right)) ||
                      may_fit(left, right, is_string);
    return fits ? simple_type(TypeKind::kBool) : report_operands(id, left, right);
}

Type Checker::check_coalesce(const Type& left, const Type& right) {
    if (left.is_nil()) return right;
    if (right.is_nil()) return left;
    return is_assignable(right, left) ? left : Type();
}

} // namespace tiphys::expr
