// Operators and the kinds of their operands.
#include "compiler/front/language/check_operands.h"

#include <algorithm>

#include "compiler/front/language/check_value.h"

namespace tiphys::front {
namespace {

using ast::BinaryOperator;
using Kind = ValueType::Kind;

/// What an operator sees of a value.
enum class OperandKind : std::uint8_t { kUnknown, kText, kNumber, kFlag, kList, kMap };

OperandKind kind_of_scalar(ScalarType type) {
    switch (type) {
    case ScalarType::kNull:
        return OperandKind::kUnknown;
    case ScalarType::kBool:
        return OperandKind::kFlag;
    case ScalarType::kInt:
    case ScalarType::kFloat:
        return OperandKind::kNumber;
    case ScalarType::kString:
        return OperandKind::kText;
    }
    return OperandKind::kUnknown;
}

OperandKind kind_of(const Value& value) {
    if (value.is_error || value.is_artifact || value.phase == ValuePhase::kEvent) {
        return OperandKind::kUnknown;
    }
    if (value.is_constant()) {
        if (value.constant->is_list()) return OperandKind::kList;
        if (value.constant->is_map()) return OperandKind::kMap;
        // Argo fills tags that were written by hand.
        if (value.constant->text.find("{{") != std::string_view::npos) return OperandKind::kUnknown;
        return kind_of_scalar(value.constant->type);
    }
    switch (value.type.kind) {
    case Kind::kString:
        return OperandKind::kText;
    case Kind::kInt:
    case Kind::kFloat:
        return OperandKind::kNumber;
    case Kind::kBool:
        return OperandKind::kFlag;
    case Kind::kList:
        return OperandKind::kList;
    case Kind::kAny:
    case Kind::kJson:
    case Kind::kFile:
    case Kind::kNode:
        return OperandKind::kUnknown;
    }
    return OperandKind::kUnknown;
}

std::string words_for(OperandKind kind) {
    switch (kind) {
    case OperandKind::kText:
        return "a text";
    case OperandKind::kNumber:
        return "a number";
    case OperandKind::kFlag:
        return "a `bool`";
    case OperandKind::kList:
        return "a list";
    case OperandKind::kMap:
        return "a map";
    case OperandKind::kUnknown:
        break;
    }
    return "a value";
}

bool is_known(OperandKind kind) {
    return kind != OperandKind::kUnknown;
}

std::string in_code(BinaryOperator op) {
    return "`" + std::string(ast::spelling(op)) + "`";
}

/// How a text becomes a number.
std::string number_help(const Value& value, OperandKind kind) {
    if (kind != OperandKind::kText) return {};
    if (!value.is_constant()) return "declare it as `int` or `float`";
    const bool is_number = misfit({Kind::kFloat, {}}, value).empty();
    return is_number ? "write the number without quotes" : "";
}

std::optional<OperandProblem> unless_number(const std::string& op, const Value& value,
                                            bool is_left) {
    const OperandKind kind = kind_of(value);
    if (!is_known(kind) || kind == OperandKind::kNumber) return std::nullopt;
    return OperandProblem{is_left, op + " calculates with numbers, and this is " + words_for(kind),
                          number_help(value, kind)};
}

std::optional<OperandProblem> unless_flag(const std::string& op, const Value& value, bool is_left) {
    const OperandKind kind = kind_of(value);
    if (!is_known(kind) || kind == OperandKind::kFlag) return std::nullopt;
    const bool is_open_text = kind == OperandKind::kText && !value.is_constant();
    return OperandProblem{is_left, op + " needs conditions, and this is " + words_for(kind),
                          is_open_text ? "declare it as `bool`, or compare it with a text"
                                       : "compare it with something"};
}

std::optional<OperandProblem> check_sum(const Value& left, const Value& right) {
    const OperandKind a = kind_of(left);
    const OperandKind b = kind_of(right);
    for (const bool is_left : {true, false}) {
        const OperandKind kind = is_left ? a : b;
        if (kind == OperandKind::kFlag || kind == OperandKind::kMap) {
            return OperandProblem{is_left, "`+` cannot do anything with " + words_for(kind), ""};
        }
    }
    if (!is_known(a) || !is_known(b) || a == b) return std::nullopt;
    const bool has_list = a == OperandKind::kList || b == OperandKind::kList;
    if (has_list) {
        const bool is_left = b == OperandKind::kList;
        return OperandProblem{is_left,
                              "`+` joins two lists, and this is " + words_for(is_left ? a : b),
                              "a list of it alone stands between `[` and `]`"};
    }
    const bool is_left = a == OperandKind::kText;
    return OperandProblem{is_left, "`+` adds two numbers or joins two texts, and this is a text",
                          "`\"${a}${b}\"` is a text of both; a sum needs two numbers"};
}

std::optional<OperandProblem> check_order(BinaryOperator op, const Value& left,
                                          const Value& right) {
    const OperandKind a = kind_of(left);
    const OperandKind b = kind_of(right);
    for (const bool is_left : {true, false}) {
        const OperandKind kind = is_left ? a : b;
        const bool has_order =
            !is_known(kind) || kind == OperandKind::kNumber || kind == OperandKind::kText;
        if (!has_order) {
            return OperandProblem{
                is_left, in_code(op) + " compares numbers or texts, and this is " + words_for(kind),
                ""};
        }
    }
    if (!is_known(a) || !is_known(b) || a == b) return std::nullopt;
    const bool is_left = a == OperandKind::kText;
    return OperandProblem{is_left,
                          in_code(op) + " has a number on its other side, and this is a "
                                        "text",
                          number_help(is_left ? left : right, OperandKind::kText)};
}

/// Parameters are texts that say what their type can hold, so that texts are compared with it.
std::optional<OperandProblem> check_equality(const Value& left, const Value& right) {
    const OperandKind a = kind_of(left);
    const OperandKind b = kind_of(right);
    if (!is_known(a) || !is_known(b) || a == b) return std::nullopt;
    for (const bool is_left : {false, true}) {
        const Value& given = is_left ? left : right;
        const Value& other = is_left ? right : left;
        if (!given.is_constant() || other.is_constant()) continue;
        if (other.type.kind == Kind::kString) break;
        const std::string words = misfit(other.type, given);
        if (words.empty()) return std::nullopt;
        return OperandProblem{is_left, "the value on the other side " + words, ""};
    }
    const bool is_left = left.is_constant() && !right.is_constant();
    const OperandKind kind = is_left ? a : b;
    const OperandKind other = is_left ? b : a;
    const bool wants_quotes = other == OperandKind::kText &&
                              (is_left ? left : right).is_constant() &&
                              (kind == OperandKind::kNumber || kind == OperandKind::kFlag);
    const bool is_open = other == OperandKind::kText && !(is_left ? right : left).is_constant();
    std::string help;
    if (wants_quotes) help = "put it into quotes";
    if (wants_quotes && is_open) {
        help += kind == OperandKind::kFlag ? ", or declare the other side as `bool`"
                                           : ", or declare the other side as `int`";
    }
    return OperandProblem{
        is_left, "this is " + words_for(kind) + ", which is never equal to " + words_for(other),
        help};
}

} // namespace

std::optional<OperandProblem> check_operands(BinaryOperator op, const Value& left,
                                             const Value& right) {
    switch (op) {
    case BinaryOperator::kOr:
    case BinaryOperator::kAnd: {
        auto problem = unless_flag(in_code(op), left, true);
        return problem ? problem : unless_flag(in_code(op), right, false);
    }
    case BinaryOperator::kEqual:
    case BinaryOperator::kNotEqual:
        return check_equality(left, right);
    case BinaryOperator::kLess:
    case BinaryOperator::kLessEqual:
    case BinaryOperator::kGreater:
    case BinaryOperator::kGreaterEqual:
        return check_order(op, left, right);
    case BinaryOperator::kAdd:
        return check_sum(left, right);
    case BinaryOperator::kSubtract:
    case BinaryOperator::kMultiply:
    case BinaryOperator::kDivide:
    case BinaryOperator::kRemainder: {
        auto problem = unless_number(in_code(op), left, true);
        return problem ? problem : unless_number(in_code(op), right, false);
    }
    case BinaryOperator::kIn: {
        const OperandKind kind = kind_of(right);
        if (!is_known(kind) || kind == OperandKind::kList || kind == OperandKind::kMap) {
            return std::nullopt;
        }
        return OperandProblem{false, "`in` looks into a list, and this is " + words_for(kind), ""};
    }
    case BinaryOperator::kMatch:
    case BinaryOperator::kRange:
    case BinaryOperator::kCoalesce:
        break;
    }
    return std::nullopt;
}

std::optional<OperandProblem> check_operand(ast::UnaryOperator op, const Value& operand) {
    if (op == ast::UnaryOperator::kNot) return unless_flag("`!`", operand, false);
    return unless_number("`-`", operand, false);
}

} // namespace tiphys::front
