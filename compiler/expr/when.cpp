// `when`, and govaluate's evaluator behind it. govaluate: evaluationStage.go.
#include "compiler/expr/when.h"

#include <cmath>
#include <utility>

#include "compiler/expr/govaluate.h"
#include "compiler/expr/regex.h"

namespace tiphys::expr {
namespace {

bool is_number(const Value& value) {
    return value.kind() == ValueKind::kFloat;
}

bool is_bool(const Value& value, bool wanted) {
    return value.kind() == ValueKind::kBool && value.as_bool() == wanted;
}

/// Go's conversion on amd64: what does not fit becomes the least number.
std::int64_t to_int64(double number) {
    if (!(number >= -9223372036854775808.0 && number < 9223372036854775808.0)) {
        return std::int64_t{1} << 63;
    }
    return static_cast<std::int64_t>(number);
}

std::uint64_t to_uint64(double number) {
    if (number >= 9223372036854775808.0 && number < 18446744073709551616.0) {
        return static_cast<std::uint64_t>(number);
    }
    return static_cast<std::uint64_t>(to_int64(number));
}

/// Go shows values in messages like this.
std::string quoted(const Value& value) {
    return "`" + go_text(value) + "`";
}

class GovaluateEvaluator {
public:
    GovaluateEvaluator(const Tree& tree, const Value& variables)
        : tree_(tree), variables_(variables) {}

    Value evaluate(ExprId id) {
        const Expr& expr = tree_.node(id);
        switch (expr.kind) {
        case ExprKind::kAbsent:
        case ExprKind::kNil:
            return {};
        case ExprKind::kBool:
            return Value::boolean(expr.integer != 0);
        case ExprKind::kFloat:
            return Value::number(expr.number);
        case ExprKind::kString:
            return Value::string(tree_.text(id));
        case ExprKind::kName:
            return variable(id);
        case ExprKind::kUnary:
            return unary(id);
        case ExprKind::kBinary:
            return binary(id);
        case ExprKind::kCall:
            return evaluate(tree_.child(id, 0));
        case ExprKind::kInt:
        case ExprKind::kBytes:
        case ExprKind::kPointer:
        case ExprKind::kChain:
        case ExprKind::kMember:
        case ExprKind::kSlice:
        case ExprKind::kBuiltin:
        case ExprKind::kPredicate:
        case ExprKind::kConditional:
        case ExprKind::kLet:
        case ExprKind::kSequence:
        case ExprKind::kList:
        case ExprKind::kMap:
        case ExprKind::kPair:
            break;
        }
        return fail(expr.range, "this is no expression of govaluate", "");
    }

    std::optional<ParseError> take_error() { return std::move(error_); }

private:
    Value fail(Range range, std::string message, std::string help, std::string original = {}) {
        if (!error_) {
            error_ = ParseError{range, std::move(message), std::move(help), std::move(original)};
        }
        return {};
    }

    /// What govaluate says about an operand of the wrong type.
    static std::string misfit_in_go(Operator op, const Value& value) {
        std::string_view kind = "modifier";
        std::string_view wanted = "number";
        if (op == Operator::kThen) {
            kind = "ternary operator";
            wanted = "bool";
        } else if (op == Operator::kAnd || op == Operator::kOr) {
            kind = "logical operator";
            wanted = "bool";
        } else if (op == Operator::kIn || op == Operator::kMatches || op == Operator::kNotMatches ||
                   op == Operator::kLess || op == Operator::kLessEqual ||
                   op == Operator::kGreater || op == Operator::kGreaterEqual) {
            kind = "comparator";
        }
        return "Value '" + go_text(value) + "' cannot be used with the " + std::string(kind) +
               " '" + std::string(spelling(op)) + "', it is not a " + std::string(wanted);
    }

    /// Whole numbers of Go become floats.
    Value variable(ExprId id) {
        const std::string& name = tree_.text(id);
        const Range range = tree_.node(id).range;
        const bool is_accessor = tree_.node(id).flag;
        const std::string head = is_accessor ? name.substr(0, name.find('.')) : name;
        const Value* value =
            variables_.kind() == ValueKind::kMap ? variables_.as_map().find(head) : nullptr;
        if (value == nullptr) {
            return fail(range, "there is no variable `" + head + "`", "put text in quotes",
                        "No parameter '" + head + "' found.");
        }
        if (is_accessor) {
            return fail(range, "`" + head + "` has no fields",
                        "put text that holds dots in quotes");
        }
        if (value->kind() != ValueKind::kInt) return *value;
        return Value::number(static_cast<double>(value->as_int().value));
    }

    Value unary(ExprId id) {
        const Expr& expr = tree_.node(id);
        const Value operand = evaluate(tree_.child(id, 0));
        if (error_) return {};
        const bool wants_bool = expr.op == Operator::kNot;
        const bool fits = wants_bool ? operand.kind() == ValueKind::kBool : is_number(operand);
        if (!fits) {
            return fail(expr.range,
                        "`" + std::string(spelling(expr.op)) + "` needs a " +
                            (wants_bool ? "bool" : "number") + ", not " + quoted(operand),
                        "",
                        "Value '" + go_text(operand) + "' cannot be used with the prefix '" +
                            std::string(spelling(expr.op)) + "'");
        }
        if (wants_bool) return Value::boolean(!operand.as_bool());
        if (expr.op == Operator::kMinus) return Value::number(-operand.as_float());
        return Value::number(static_cast<double>(~to_int64(operand.as_float())));
    }

    Value binary(ExprId id) {
        const Expr& expr = tree_.node(id);
        const Value left = evaluate(tree_.child(id, 0));
        if (error_) return {};
        if (expr.op == Operator::kAnd && is_bool(left, false)) return left;
        if (expr.op == Operator::kOr && is_bool(left, true)) return left;
        if (expr.op == Operator::kThen && is_bool(left, false)) return {};
        const bool takes_left = expr.op == Operator::kCoalesce || expr.op == Operator::kOtherwise;
        if (takes_left && !left.is_nil()) return left;
        const Value right = evaluate(tree_.child(id, 1));
        if (error_) return {};
        return apply(expr, left, right);
    }

    Value apply(const Expr& expr, const Value& left, const Value& right) {
        switch (expr.op) {
        case Operator::kEqual:
            return Value::boolean(is_same(left, right));
        case Operator::kNotEqual:
            return Value::boolean(!is_same(left, right));
        case Operator::kComma:
            return append(left, right);
        case Operator::kOtherwise:
        case Operator::kCoalesce:
            return right;
        case Operator::kThen:
            if (left.kind() == ValueKind::kBool) return right;
            return misfit(expr, left, "bool");
        case Operator::kAnd:
        case Operator::kOr:
            if (left.kind() != ValueKind::kBool) return misfit(expr, left, "bool");
            if (right.kind() != ValueKind::kBool) return misfit(expr, right, "bool");
            return right; // the left side has decided nothing
        case Operator::kIn:
            return contains(expr, left, right);
        case Operator::kMatches:
        case Operator::kNotMatches:
            return match(expr, left, right);
        case Operator::kLess:
        case Operator::kLessEqual:
        case Operator::kGreater:
        case Operator::kGreaterEqual:
            return compare(expr, left, right);
        case Operator::kAdd:
            if (left.is_string() || right.is_string()) {
                return Value::string(go_text(left) + go_text(right));
            }
            return calculate(expr, left, right);
        case Operator::kSubtract:
        case Operator::kMultiply:
        case Operator::kDivide:
        case Operator::kModulo:
        case Operator::kPower:
        case Operator::kBitAnd:
        case Operator::kBitOr:
        case Operator::kBitXor:
        case Operator::kShiftLeft:
        case Operator::kShiftRight:
            return calculate(expr, left, right);
        case Operator::kNone:
        case Operator::kNot:
        case Operator::kMinus:
        case Operator::kPlus:
        case Operator::kBitNot:
        case Operator::kContains:
        case Operator::kStartsWith:
        case Operator::kEndsWith:
        case Operator::kRange:
            break;
        }
        return fail(expr.range, "this is no operator of govaluate", "");
    }

    Value misfit(const Expr& expr, const Value& value, std::string_view wanted) {
        const bool is_text_arithmetic = expr.op == Operator::kSubtract && value.is_string();
        return fail(expr.range,
                    quoted(value) + " cannot be used with `" + std::string(spelling(expr.op)) +
                        "`, which needs a " + std::string(wanted),
                    is_text_arithmetic ? "put text that holds `-` in quotes" : "",
                    misfit_in_go(expr.op, value));
    }

    static Value append(const Value& left, const Value& right) {
        // A list in parentheses on the left is gone on with: `(1, 2), 3` has three elements.
        std::vector<Value> values;
        if (left.kind() == ValueKind::kList) {
            values = left.as_list().values;
        } else {
            values.push_back(left);
        }
        values.push_back(right);
        return Value::list(std::move(values));
    }

    Value contains(const Expr& expr, const Value& left, const Value& right) {
        if (right.kind() != ValueKind::kList) {
            return fail(expr.range, "`in` needs a list on its right, not " + quoted(right),
                        "a list has at least two elements: `x in ('a', 'b')`",
                        misfit_in_go(expr.op, right));
        }
        for (const Value& element : right.as_list().values) {
            if (left.kind() == ValueKind::kList && element.kind() == ValueKind::kList) {
                return fail(expr.range, "lists cannot be compared", "");
            }
            if (is_same(left, element)) return Value::boolean(true);
        }
        return Value::boolean(false);
    }

    Value match(const Expr& expr, const Value& left, const Value& right) {
        if (!left.is_string()) return misfit(expr, left, "string");
        if (!right.is_string()) return misfit(expr, right, "regular expression");
        std::string reason;
        const std::optional<Regex> regex = Regex::compile(right.as_string(), &reason);
        if (!regex) {
            return fail(expr.range, quoted(right) + " is not a regular expression: " + reason, "");
        }
        const bool matches = regex->matches(left.as_string());
        return Value::boolean(expr.op == Operator::kMatches ? matches : !matches);
    }

    template <class T>
    static bool holds(Operator op, const T& a, const T& b) {
        if (op == Operator::kLess) return a < b;
        if (op == Operator::kLessEqual) return a <= b;
        if (op == Operator::kGreater) return a > b;
        return a >= b;
    }

    Value compare(const Expr& expr, const Value& left, const Value& right) {
        if (is_number(left) && is_number(right)) {
            return Value::boolean(holds(expr.op, left.as_float(), right.as_float()));
        }
        if (left.is_string() && right.is_string()) {
            return Value::boolean(holds(expr.op, left.as_string(), right.as_string()));
        }
        return fail(expr.range,
                    "`" + std::string(spelling(expr.op)) +
                        "` compares two numbers or two strings, not " + quoted(left) + " and " +
                        quoted(right),
                    "put both or neither in quotes", misfit_in_go(expr.op, left));
    }

    Value calculate(const Expr& expr, const Value& left, const Value& right) {
        // govaluate looks at both sides of a sum together, and always names the left one.
        const bool names_left = !is_number(left);
        if (names_left || !is_number(right)) {
            misfit(expr, names_left ? left : right, "number");
            if (expr.op == Operator::kAdd) error_->original = misfit_in_go(expr.op, left);
            return {};
        }
        return Value::number(calculate(expr.op, left.as_float(), right.as_float()));
    }

    static double calculate(Operator op, double a, double b) {
        if (op == Operator::kAdd) return a + b;
        if (op == Operator::kSubtract) return a - b;
        if (op == Operator::kMultiply) return a * b;
        if (op == Operator::kDivide) return a / b;
        if (op == Operator::kModulo) return std::fmod(a, b);
        if (op == Operator::kPower) return std::pow(a, b);
        if (op == Operator::kBitAnd) return static_cast<double>(to_int64(a) & to_int64(b));
        if (op == Operator::kBitOr) return static_cast<double>(to_int64(a) | to_int64(b));
        if (op == Operator::kBitXor) return static_cast<double>(to_int64(a) ^ to_int64(b));
        const std::uint64_t distance = to_uint64(b);
        if (distance >= 64) return 0;
        const bool left = op == Operator::kShiftLeft;
        return static_cast<double>(left ? to_uint64(a) << distance : to_uint64(a) >> distance);
    }

    const Tree& tree_;
    const Value& variables_;
    std::optional<ParseError> error_;
};

struct ParsedWhen {
    ParseResult parsed;
    WhenStage stage = WhenStage::kParse;
};

ParsedWhen parse_in_stages(std::string_view text) {
    ParsedWhen when;
    WordList list = lex_govaluate(text);
    if (!list.error) list.error = find_patterns(list.words);
    if (!list.error) when.parsed = parse_words(list.words);
    if (list.error) when.parsed.error = std::move(list.error);
    if (!when.parsed.ok()) return when;
    when.stage = WhenStage::kReparse;
    make_variables_strings(list.words);
    list.error = check_word_order(list.words);
    if (!list.error) list.error = find_patterns(list.words);
    if (!list.error) when.parsed = parse_words(list.words);
    if (list.error) when.parsed.error = std::move(list.error);
    return when;
}

} // namespace

ParseResult parse_when(std::string_view text) {
    return parse_in_stages(text).parsed;
}

GovaluateResult evaluate_govaluate(const ParseResult& parsed, const Value& variables) {
    GovaluateResult result;
    if (!parsed.ok()) {
        result.error = parsed.error;
        return result;
    }
    GovaluateEvaluator evaluator(parsed.tree, variables);
    result.value = evaluator.evaluate(parsed.root);
    result.error = evaluator.take_error();
    return result;
}

WhenResult evaluate_when(std::string_view text) {
    WhenResult result;
    if (text.empty()) {
        result.value = true;
        return result;
    }
    const ParsedWhen when = parse_in_stages(text);
    if (!when.parsed.ok()) {
        result.stage = when.stage;
        result.error = *when.parsed.error;
        return result;
    }
    GovaluateResult outcome = evaluate_govaluate(when.parsed, Value());
    if (outcome.error) {
        result.stage = WhenStage::kEvaluate;
        result.error = std::move(*outcome.error);
        return result;
    }
    if (outcome.value.kind() == ValueKind::kBool) {
        result.value = outcome.value.as_bool();
        return result;
    }
    result.stage = WhenStage::kNotBool;
    result.got = outcome.value;
    result.error = {when.parsed.tree.node(when.parsed.root).range,
                    "the outcome is `" + go_text(outcome.value) + "`, not true or false",
                    "compare it with something"};
    return result;
}

} // namespace tiphys::expr
