// Operators, choices and slices: on constants at once, on other values as expr-lang.
#include <algorithm>
#include <charconv>

#include "compiler/front/language/check_operands.h"
#include "compiler/front/language/declare.h"

namespace tiphys::front {
namespace {

using ast::BinaryOperator;

/// How tight expr-lang binds it; both sides the same.
int binding_of(BinaryOperator op) {
    switch (op) {
    case BinaryOperator::kOr:
        return 10;
    case BinaryOperator::kAnd:
        return 15;
    case BinaryOperator::kEqual:
    case BinaryOperator::kNotEqual:
    case BinaryOperator::kLess:
    case BinaryOperator::kLessEqual:
    case BinaryOperator::kGreater:
    case BinaryOperator::kGreaterEqual:
    case BinaryOperator::kMatch:
    case BinaryOperator::kIn:
        return 20;
    case BinaryOperator::kRange:
        return 25;
    case BinaryOperator::kAdd:
    case BinaryOperator::kSubtract:
        return 30;
    case BinaryOperator::kMultiply:
    case BinaryOperator::kDivide:
    case BinaryOperator::kRemainder:
        return 60;
    // expr-lang binds it tighter than anything else, so it always gets parentheses.
    case BinaryOperator::kCoalesce:
        return 2;
    }
    return 0;
}

bool is_equality(BinaryOperator op) {
    return op == BinaryOperator::kEqual || op == BinaryOperator::kNotEqual;
}

bool compares_order(BinaryOperator op) {
    return op == BinaryOperator::kLess || op == BinaryOperator::kLessEqual ||
           op == BinaryOperator::kGreater || op == BinaryOperator::kGreaterEqual;
}

bool calculates(BinaryOperator op) {
    return op == BinaryOperator::kAdd || op == BinaryOperator::kSubtract ||
           op == BinaryOperator::kMultiply || op == BinaryOperator::kDivide ||
           op == BinaryOperator::kRemainder;
}

bool is_number(const Draft& draft) {
    return draft.type == ScalarType::kInt || draft.type == ScalarType::kFloat;
}

double number_of(const Draft& draft) {
    double number = 0;
    std::from_chars(draft.text.data(), draft.text.data() + draft.text.size(), number);
    return number;
}

double calculate(BinaryOperator op, double a, double b) {
    if (op == BinaryOperator::kAdd) return a + b;
    if (op == BinaryOperator::kSubtract) return a - b;
    if (op == BinaryOperator::kMultiply) return a * b;
    return a / b;
}

bool order_holds(BinaryOperator op, double a, double b) {
    if (op == BinaryOperator::kLess) return a < b;
    if (op == BinaryOperator::kLessEqual) return a <= b;
    if (op == BinaryOperator::kGreater) return a > b;
    return a >= b;
}

bool is_word(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_';
    });
}

/// Whether govaluate can compare the value without quotes, whatever it turns out to be.
bool is_closed(const Value& value) {
    if (!value.is_tag || value.may_be_absent) return false;
    if (value.type.kind == ValueType::Kind::kInt || value.type.kind == ValueType::Kind::kBool) {
        return true;
    }
    return !value.type.literals.empty() &&
           std::all_of(value.type.literals.begin(), value.type.literals.end(), is_word);
}

std::string whole_text(double number) {
    char buffer[32];
    const auto end = std::to_chars(std::begin(buffer), std::end(buffer), number);
    return {buffer, end.ptr};
}

} // namespace

Value Evaluator::fold(const ast::BinaryExpr& binary, const Value& left, const Value& right,
                      Span span) {
    const Draft& a = *left.constant;
    const Draft& b = *right.constant;
    const bool are_numbers = is_number(a) && is_number(b);
    if (compares_order(binary.op) && are_numbers) {
        return constant(drafts_.boolean(order_holds(binary.op, number_of(a), number_of(b)), span));
    }
    if (calculates(binary.op) && are_numbers && binary.op != BinaryOperator::kRemainder) {
        const double result = calculate(binary.op, number_of(a), number_of(b));
        const bool is_whole = a.type == ScalarType::kInt && b.type == ScalarType::kInt &&
                              binary.op != BinaryOperator::kDivide;
        return constant(drafts_.scalar(drafts_.keep(whole_text(result)),
                                       is_whole ? ScalarType::kInt : ScalarType::kFloat, span));
    }
    if (binary.op == BinaryOperator::kAdd && a.is_list() && b.is_list()) {
        Draft* list = drafts_.copy(a);
        list->items.insert(list->items.end(), b.items.begin(), b.items.end());
        return constant(list);
    }
    if (binary.op == BinaryOperator::kAdd) {
        return constant(drafts_.text(std::string(a.text) + std::string(b.text), span));
    }
    if (is_equality(binary.op)) {
        const bool is_equal = literal(a) == literal(b);
        return constant(drafts_.boolean(is_equal == (binary.op == BinaryOperator::kEqual), span));
    }
    if (binary.op == BinaryOperator::kAnd || binary.op == BinaryOperator::kOr) {
        const bool x = a.text == "true";
        const bool y = b.text == "true";
        return constant(drafts_.boolean(binary.op == BinaryOperator::kAnd ? x && y : x || y, span));
    }
    if (binary.op == BinaryOperator::kCoalesce) return a.is_null() ? right : left;
    if (binary.op == BinaryOperator::kIn && b.is_list()) {
        const bool found = std::any_of(b.items.begin(), b.items.end(), [&](const Draft* item) {
            return literal(*item) == literal(a);
        });
        return constant(drafts_.boolean(found, span));
    }
    return expression(literal(a) + " " + std::string(ast::spelling(binary.op)) + " " + literal(b),
                      binding_of(binary.op), span, {&left, &right});
}

Value Evaluator::evaluate_binary(const ast::BinaryExpr& binary, const ast::Expr& expr,
                                 const LanguageScope& scope) {
    const Value left = evaluate(*binary.left, scope);
    const Value right = evaluate(*binary.right, scope);
    if (left.is_error || right.is_error) return error(expr.span);
    if (const auto problem = check_operands(binary.op, left, right)) {
        problems_.report(kLanguageType, problem->is_left ? binary.left->span : binary.right->span,
                         problem->message, problem->help);
        return error(expr.span);
    }
    if (left.is_constant() && right.is_constant()) return fold(binary, left, right, expr.span);
    if (left.is_artifact || right.is_artifact) {
        problems_.report(kLanguageType, left.is_artifact ? binary.left->span : binary.right->span,
                         "an artifact cannot be calculated with",
                         "return what is needed from it as an output");
        return error(expr.span);
    }
    const int binding = binding_of(binary.op);
    const auto is_numeric = [](const Value& value) {
        return (value.is_constant() && is_number(*value.constant)) ||
               value.type.kind == ValueType::Kind::kInt ||
               value.type.kind == ValueType::Kind::kFloat;
    };
    const bool as_number = compares_order(binary.op) || calculates(binary.op) ||
                           (is_equality(binary.op) && (is_numeric(left) && is_numeric(right)));
    const bool is_coalesce = binary.op == BinaryOperator::kCoalesce;
    std::string_view sign = ast::spelling(binary.op);
    if (binary.op == BinaryOperator::kMatch) sign = "matches";
    const int side = is_coalesce ? 90 : binding;
    const bool is_logical = binary.op == BinaryOperator::kAnd || binary.op == BinaryOperator::kOr;
    const auto is_flag = [](const Value& value) {
        return value.is_tag && value.type.kind == ValueType::Kind::kBool;
    };
    // Parameters are texts: `flag == true` compares with 'true'.
    const bool is_flag_test = is_equality(binary.op) && is_flag(left) && right.is_constant();
    const std::string left_text = is_flag_test ? left.expr : operand(left, side, as_number);
    const std::string right_text = is_flag_test
                                       ? "'" + std::string(right.constant->text) + "'"
                                       : operand(right, is_logical ? side : side + 1, as_number);
    Value value = expression(left_text + " " + std::string(sign) + " " + right_text, binding,
                             expr.span, {&left, &right});
    if (!calculates(binary.op) && !is_coalesce) value.type.kind = ValueType::Kind::kBool;
    if (calculates(binary.op)) value.type = as_number && is_numeric(left) ? left.type : right.type;
    if (is_equality(binary.op) && is_closed(left) && right.is_constant() &&
        is_word(right.constant->text)) {
        value.simple_condition =
            left.text + " " + std::string(sign) + " " + std::string(right.constant->text);
    }
    const bool is_outside_union =
        is_equality(binary.op) && !left.type.literals.empty() && right.is_constant() &&
        std::find(left.type.literals.begin(), left.type.literals.end(), right.constant->text) ==
            left.type.literals.end();
    if (is_outside_union) {
        problems_.report(kLanguageType, binary.right->span,
                         "the value on the left is never `" + std::string(right.constant->text) +
                             "`",
                         Problems::suggestion(right.constant->text, left.type.literals));
    }
    return value;
}

Value Evaluator::evaluate_unary(const ast::UnaryExpr& unary, const ast::Expr& expr,
                                const LanguageScope& scope) {
    Value operand_value = evaluate(*unary.operand, scope);
    if (operand_value.is_error) return operand_value;
    if (const auto problem = check_operand(unary.op, operand_value)) {
        problems_.report(kLanguageType, unary.operand->span, problem->message, problem->help);
        return error(expr.span);
    }
    operand_value.span = expr.span;
    if (unary.op == ast::UnaryOperator::kNot) return negate(operand_value);
    if (operand_value.is_constant()) {
        const Draft& draft = *operand_value.constant;
        return constant(
            drafts_.scalar(drafts_.keep("-" + std::string(draft.text)), draft.type, expr.span));
    }
    return expression("-" + operand(operand_value, 90, true), 90, expr.span, {&operand_value});
}

Value Evaluator::evaluate_conditional(const ast::ConditionalExpr& conditional,
                                      const ast::Expr& expr, const LanguageScope& scope) {
    const Value condition = evaluate(*conditional.condition, scope);
    if (condition.is_error) return condition;
    if (condition.is_constant()) {
        const bool holds = condition.constant->text == "true";
        return evaluate(holds ? *conditional.then : *conditional.otherwise, scope);
    }
    const Value then = evaluate(*conditional.then, scope);
    const Value otherwise = evaluate(*conditional.otherwise, scope);
    Value value = expression(operand(condition, 2, false) + " ? " + operand(then, 2, true) + " : " +
                                 operand(otherwise, 1, true),
                             1, expr.span, {&condition, &then, &otherwise});
    value.type = then.type;
    return value;
}

Value Evaluator::evaluate_lambda(const ast::LambdaExpr& lambda, const ast::Expr& expr,
                                 const LanguageScope& scope) {
    LanguageScope inner{&scope, {}, {}, {}, nullptr};
    Symbol element{.kind = Symbol::Kind::kReference, .span = lambda.parameter.span, .tag = "#"};
    element.type.kind = ValueType::Kind::kAny;
    declare_variable(inner, lambda.parameter, element, problems_);
    const Value body = evaluate(*lambda.body, inner);
    if (body.is_error) return body;
    return expression("{" + operand(body, 0, true) + "}", 100, expr.span, {&body});
}

Value Evaluator::evaluate_index(const ast::IndexExpr& index, const ast::Expr& expr,
                                const LanguageScope& scope) {
    Value object = evaluate(*index.object, scope);
    const Value key = evaluate(*index.index, scope);
    if (object.is_error || key.is_error) return error(expr.span);
    if (object.is_constant() && key.is_constant()) {
        if (object.constant->is_map()) {
            const Draft* found = object.constant->find(key.constant->text);
            if (found != nullptr) return constant(found);
        } else if (object.constant->is_list() && is_number(*key.constant)) {
            const auto at = static_cast<std::size_t>(number_of(*key.constant));
            if (at < object.constant->items.size()) return constant(object.constant->items[at]);
        }
        problems_.report(kLanguageName, index.index->span,
                         "this value has nothing at `" + std::string(key.constant->text) + "`");
        return error(expr.span);
    }
    if (object.phase == ValuePhase::kEvent && key.is_constant()) {
        object.event_path += "." + std::string(key.constant->text);
        object.event_template = ".Input." + object.event_path;
        object.span = expr.span;
        return object;
    }
    const bool is_metadata = object.is_tag && (object.text == "{{workflow.labels}}" ||
                                               object.text == "{{workflow.annotations}}");
    if (is_metadata && key.is_constant()) {
        const std::string tag = object.text.substr(2, object.text.size() - 4);
        return reference(tag + "." + std::string(key.constant->text), {}, ValuePhase::kSubmit,
                         expr.span);
    }
    const bool is_list =
        object.type.kind == ValueType::Kind::kList || object.type.kind == ValueType::Kind::kJson;
    // Lists travel as JSON text.
    const std::string base =
        is_list && object.is_tag ? "fromJSON(" + object.expr + ")" : operand(object, 100, false);
    return expression(base + "[" + operand(key, 0, true) + "]", 100, expr.span, {&object, &key});
}

Value Evaluator::evaluate_slice(const ast::SliceExpr& slice, const ast::Expr& expr,
                                const LanguageScope& scope) {
    Value object = evaluate(*slice.object, scope);
    if (object.is_error) return object;
    const auto bound = [&](const ast::Expr* end) {
        return end == nullptr ? std::string{} : to_text(evaluate(*end, scope));
    };
    const std::string from = bound(slice.from);
    const std::string to = bound(slice.to);
    if (object.phase == ValuePhase::kEvent) {
        object.event_template = object.event_template + " | substr " + (from.empty() ? "0" : from) +
                                " " + (to.empty() ? "-1" : to);
        object.event_path.clear();
        object.span = expr.span;
        return object;
    }
    if (object.is_constant() && object.constant->type == ScalarType::kString) {
        const std::string_view text = object.constant->text;
        const auto number = [&](const std::string& digits, std::size_t otherwise) {
            std::size_t value = otherwise;
            std::from_chars(digits.data(), digits.data() + digits.size(), value);
            return std::min(value, text.size());
        };
        const std::size_t begin = number(from, 0);
        const std::size_t end = std::max(begin, number(to, text.size()));
        return constant(drafts_.text(text.substr(begin, end - begin), expr.span));
    }
    return expression(operand(object, 100, false) + "[" + from + ":" + to + "]", 100, expr.span,
                      {&object});
}

} // namespace tiphys::front
