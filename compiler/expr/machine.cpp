// Evaluation of expr-lang: operators, members, calls. expr-lang: compiler/compiler.go, vm/vm.go.
#include "compiler/expr/machine.h"

#include <algorithm>
#include <utility>

#include "compiler/expr/builtin_names.h"
#include "compiler/expr/call.h"
#include "compiler/expr/limits.h"
#include "compiler/expr/regex.h"

namespace tiphys::expr {

Machine::Machine(const Program& program, const Value& variables, const Environment& environment)
    : program_(program), tree_(program.tree), variables_(variables), environment_(environment) {}

Evaluation Machine::run() {
    Evaluation evaluation;
    evaluation.value = evaluate(program_.root);
    evaluation.error = std::move(error_);
    if (evaluation.error) evaluation.value = Value();
    return evaluation;
}

Value Machine::fail(ExprId id, Fault fault, std::string help) {
    if (!error_) {
        const Expr& expr = tree_.node(id);
        error_ = EvaluationError{false,           expr.range,
                                 expr.anchor,     std::move(fault.message),
                                 std::move(help), std::move(fault.original)};
    }
    return {};
}

Value Machine::fail(ExprId id, std::string message, std::string help) {
    return fail(id, Fault{std::move(message)}, std::move(help));
}

bool Machine::grow(ExprId id, std::size_t n_elements) {
    made_ += n_elements;
    if (made_ < limits::kMemoryBudget) return true;
    fail(id, "the evaluation makes too many values");
    return false;
}

Value Machine::evaluate(ExprId id) {
    if (failed()) return {};
    if (++n_steps_ > limits::kEvaluationSteps) return fail(id, "the evaluation takes too long");
    return evaluate_kind(id);
}

Value Machine::evaluate_kind(ExprId id) {
    switch (tree_.node(id).kind) {
    case ExprKind::kAbsent:
    case ExprKind::kNil:
        return {};
    case ExprKind::kBool:
    case ExprKind::kInt:
    case ExprKind::kFloat:
    case ExprKind::kString:
    case ExprKind::kBytes:
        return evaluate_literal(id);
    case ExprKind::kName:
        return evaluate_name(id);
    case ExprKind::kPointer:
        return evaluate_pointer(id);
    case ExprKind::kUnary:
        return evaluate_unary(id);
    case ExprKind::kBinary:
        return evaluate_binary(id);
    case ExprKind::kChain:
        return evaluate_chain(id);
    case ExprKind::kMember:
        return evaluate_member(id);
    case ExprKind::kSlice:
        return evaluate_slice(id);
    case ExprKind::kCall:
        return evaluate_call(id);
    case ExprKind::kBuiltin:
        return evaluate_builtin(id);
    case ExprKind::kPredicate:
        return evaluate(child(id, 0));
    case ExprKind::kConditional:
        return evaluate_conditional(id);
    case ExprKind::kLet:
        return evaluate_let(id);
    case ExprKind::kList:
        return evaluate_list(id);
    case ExprKind::kMap:
        return evaluate_map(id);
    case ExprKind::kSequence: {
        Value last;
        for (const ExprId part : tree_.children(id))
            last = evaluate(part);
        return last;
    }
    case ExprKind::kPair:
        break; // the map evaluates its pairs
    }
    return {};
}

Value Machine::evaluate_literal(ExprId id) const {
    const Expr& expr = tree_.node(id);
    if (expr.kind == ExprKind::kBool) return Value::boolean(expr.integer != 0);
    if (expr.kind == ExprKind::kFloat) return Value::number(expr.number);
    if (expr.kind == ExprKind::kString) return Value::string(tree_.text(id));
    if (expr.kind == ExprKind::kBytes) return Value::bytes(tree_.text(id));
    const Type& type = program_.types[id];
    if (type.kind == TypeKind::kFloat) return Value::number(static_cast<double>(expr.integer));
    return Value::integer(expr.integer, type.int_type);
}

Value Machine::evaluate_name(ExprId id) {
    const std::string& name = tree_.text(id);
    for (auto variable = let_.rbegin(); variable != let_.rend(); ++variable) {
        if (variable->name == name) return variable->value;
    }
    if (name == "$env") return variables_;
    const Value* value =
        variables_.kind() == ValueKind::kMap ? variables_.as_map().find(name) : nullptr;
    return value == nullptr ? Value() : *value;
}

Value Machine::evaluate_pointer(ExprId id) {
    const std::string& name = tree_.text(id);
    if (name == "index") return Value::integer(static_cast<std::int64_t>(walks_.back().index));
    if (name == "acc") return walks_.back().accumulator;
    return item(id);
}

std::optional<bool> Machine::as_bool(ExprId at, const Value& value) {
    if (failed()) return std::nullopt;
    if (value.kind() == ValueKind::kBool) return value.as_bool();
    const std::string type = value.is_nil() ? "nil" : go_type(value);
    fail(at,
         Fault{"a bool is needed, not " + describe(type_of(value)),
               "interface conversion: interface {} is " + type + ", not bool"},
         "compare it with something");
    return std::nullopt;
}

Value Machine::evaluate_unary(ExprId id) {
    const Value operand = evaluate(child(id, 0));
    const Operator op = tree_.node(id).op;
    if (failed()) return {};
    if (op == Operator::kNot) {
        const std::optional<bool> value = as_bool(id, operand);
        return value ? Value::boolean(!*value) : Value();
    }
    if (op == Operator::kPlus) return operand;
    Fault fault;
    Value value = negate(operand, fault);
    return fault.empty() ? value : fail(id, std::move(fault));
}

Value Machine::evaluate_logic(ExprId id) {
    const std::optional<bool> left = as_bool(id, evaluate(child(id, 0)));
    if (!left) return {};
    const bool decided = *left != (tree_.node(id).op == Operator::kAnd);
    // expr-lang does not look at the type of the right side.
    return decided ? Value::boolean(*left) : evaluate(child(id, 1));
}

Value Machine::evaluate_binary(ExprId id) {
    const Expr& expr = tree_.node(id);
    if (expr.op == Operator::kAnd || expr.op == Operator::kOr) return evaluate_logic(id);
    const Value left = evaluate(child(id, 0));
    if (failed()) return {};
    if (expr.op == Operator::kCoalesce) return is_nil_like(left) ? evaluate(child(id, 1)) : left;
    const Value right = evaluate(child(id, 1));
    if (failed()) return {};
    Fault fault;
    Value value;
    switch (expr.op) {
    case Operator::kEqual:
    case Operator::kNotEqual:
        return evaluate_equality(id, left, right);
    case Operator::kIn:
        return evaluate_in(id, left, right);
    case Operator::kMatches:
    case Operator::kContains:
    case Operator::kStartsWith:
    case Operator::kEndsWith:
        return evaluate_text_test(id, left, right);
    case Operator::kRange:
        return evaluate_range(id, left, right);
    case Operator::kLess:
    case Operator::kLessEqual:
    case Operator::kGreater:
    case Operator::kGreaterEqual:
        value = Value::boolean(compare_values(expr.op, left, right, fault));
        break;
    case Operator::kAdd:
        if (left.is_string() && right.is_string() &&
            left.as_string().size() + right.as_string().size() > limits::kTextBytes) {
            return fail(id, "the text is too long");
        }
        value = calculate(expr.op, left, right, fault);
        break;
    case Operator::kSubtract:
    case Operator::kMultiply:
    case Operator::kDivide:
    case Operator::kModulo:
    case Operator::kPower:
        value = calculate(expr.op, left, right, fault);
        break;
    case Operator::kAnd:
    case Operator::kOr:
    case Operator::kCoalesce:
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
        return fail(id, "this operator does not exist in expr-lang");
    }
    return fault.empty() ? value : fail(id, std::move(fault));
}

Value Machine::evaluate_equality(ExprId id, const Value& left, const Value& right) {
    // Where both types are known to be int, or string, expr-lang compares without looking; a nil
    // that is there all the same (`find(1..3, # > 5) == 1`) is an error.
    const Type& left_type = program_.types[child(id, 0)];
    const Type& right_type = program_.types[child(id, 1)];
    const auto is_int = [](const Type& type) {
        return type.kind == TypeKind::kInt && type.int_type == IntType::kInt;
    };
    const auto fits = [&](const Value& value) {
        if (is_int(left_type)) {
            return value.kind() == ValueKind::kInt && value.as_int().type == IntType::kInt;
        }
        return value.is_string();
    };
    const bool are_ints = is_int(left_type) && is_int(right_type);
    const bool are_strings =
        left_type.kind == TypeKind::kString && right_type.kind == TypeKind::kString;
    if ((are_ints || are_strings) && !(fits(left) && fits(right))) {
        return fail(id, "a value that was taken for " + describe(left_type) + " is " +
                            describe(type_of(fits(left) ? right : left)));
    }
    const bool is_equal = equal(left, right);
    return Value::boolean(tree_.node(id).op == Operator::kEqual ? is_equal : !is_equal);
}

Value Machine::evaluate_text_test(ExprId id, const Value& left, const Value& right) {
    if (is_nil_like(left) || is_nil_like(right)) return Value::boolean(false);
    const Operator op = tree_.node(id).op;
    const bool takes_bytes = op == Operator::kMatches && left.kind() == ValueKind::kBytes;
    if (!right.is_string() || (!left.is_string() && !takes_bytes)) {
        const Value& wrong = right.is_string() ? left : right;
        const std::string type = wrong.is_nil() ? "nil" : go_type(wrong);
        return fail(id, Fault{"`" + std::string(spelling(op)) + "` needs strings, not " +
                                  describe(type_of(wrong)),
                              "interface conversion: interface {} is " + type + ", not string"});
    }
    const std::string& text = takes_bytes ? left.as_bytes() : left.as_string();
    const std::string& part = right.as_string();
    if (op == Operator::kContains) return Value::boolean(text.find(part) != text.npos);
    if (op == Operator::kStartsWith) return Value::boolean(text.compare(0, part.size(), part) == 0);
    if (op == Operator::kEndsWith) {
        return Value::boolean(text.size() >= part.size() &&
                              text.compare(text.size() - part.size(), part.size(), part) == 0);
    }
    std::string reason;
    const std::optional<Regex> regex = Regex::compile(part, &reason);
    if (regex) return Value::boolean(regex->matches(text));
    return fail(id, "`" + part + "` is not a regular expression: " + reason);
}

Value Machine::evaluate_in(ExprId id, const Value& left, const Value& right) {
    Fault fault;
    const auto rewrite = static_cast<Rewrite>(tree_.node(id).integer);
    if (rewrite == Rewrite::kStringSet || rewrite == Rewrite::kIntSet) {
        // The list has become the keys of a map; nil is looked up as the zero value.
        const bool strings = rewrite == Rewrite::kStringSet;
        const Value zero = strings ? Value::string("") : Value::integer(0);
        const Value& needle = left.is_nil() ? zero : left;
        if (strings && !needle.is_string()) {
            return fail(id, "the list holds strings, and " + describe(type_of(left)) +
                                " cannot be in it");
        }
        return Value::boolean(contains(needle, right, fault));
    }
    const bool found = contains(left, right, fault);
    return fault.empty() ? Value::boolean(found) : fail(id, std::move(fault));
}

Value Machine::evaluate_range(ExprId id, const Value& from, const Value& to) {
    Fault fault;
    const std::int64_t first = to_int(from, fault);
    const std::int64_t last = fault.empty() ? to_int(to, fault) : 0;
    if (!fault.empty()) return fail(id, std::move(fault));
    std::vector<Value> values;
    if (first > last) return Value::list({}, ListType::kInt);
    const std::uint64_t size = static_cast<std::uint64_t>(last) - static_cast<std::uint64_t>(first);
    if (size >= limits::kMemoryBudget || !grow(id, size + 1)) {
        return fail(id, "the evaluation makes too many values");
    }
    for (std::uint64_t i = 0; i <= size; ++i)
        values.push_back(Value::integer(first + static_cast<std::int64_t>(i)));
    return Value::list(std::move(values), ListType::kInt);
}

Value Machine::evaluate_chain(ExprId id) {
    const bool before = std::exchange(chain_broken_, false);
    Value value = evaluate(child(id, 0));
    chain_broken_ = before;
    return is_nil_like(value) ? Value() : value;
}

Value Machine::evaluate_member(ExprId id) {
    const Value object = evaluate(child(id, 0));
    if (failed() || chain_broken_) return {};
    if (tree_.node(id).flag && is_nil_like(object)) {
        chain_broken_ = true;
        return {};
    }
    const Value key = evaluate(child(id, 1));
    if (failed()) return {};
    Fault fault;
    Value value = fetch(object, key, fault);
    if (fault.empty()) return value;
    return fail(id, std::move(fault),
                object.is_nil() ? "protect it with `?.`, or give a value with `??`" : "");
}

Value Machine::evaluate_slice(ExprId id) {
    const Value object = evaluate(child(id, 0));
    if (failed() || chain_broken_) return {};
    const ExprId from_id = child(id, 1);
    const ExprId to_id = child(id, 2);
    Value to;
    if (to_id != kNoExpr) {
        to = evaluate(to_id);
    } else if (object.is_string() || is_list_like(object)) {
        const std::size_t size = object.is_string() ? object.as_string().size() : list_size(object);
        to = Value::integer(static_cast<std::int64_t>(size));
    }
    const Value from = from_id == kNoExpr ? Value::integer(0) : evaluate(from_id);
    if (failed()) return {};
    Fault fault;
    Value value = slice(object, from, to, fault);
    return fault.empty() ? value : fail(id, std::move(fault));
}

Value Machine::evaluate_call(ExprId id) {
    // expr-lang evaluates the arguments before the function.
    const std::span<const ExprId> children = tree_.children(id);
    std::vector<Value> arguments;
    for (const ExprId argument : children.subspan(1))
        arguments.push_back(evaluate(argument));
    if (failed()) return {};
    const Value callee = evaluate(children.front());
    if (failed() || chain_broken_) return {};
    const ExprId callee_id = children.front();
    std::string name = "the function";
    if (tree_.node(callee_id).kind == ExprKind::kName) name = "`" + tree_.text(callee_id) + "`";
    if (tree_.node(callee_id).kind == ExprKind::kMember) {
        name = "`" + tree_.text(child(callee_id, 1)) + "`";
    }
    if (callee.is_nil()) {
        return fail(id, Fault{name + " does not exist and cannot be called",
                              "invalid operation: cannot call nil"});
    }
    if (callee.kind() != ValueKind::kFunction) {
        return fail(id, name + " is " + describe(type_of(callee)) + " and cannot be called");
    }
    Fault fault;
    Value value = call_function(callee.as_function(), arguments, environment_, made_, fault);
    return fault.empty() ? value : fail(id, std::move(fault));
}

Value Machine::evaluate_builtin(ExprId id) {
    const std::string& name = tree_.text(id);
    if (find_predicate_builtin(name) != nullptr) return evaluate_walk(id);
    std::vector<Value> arguments;
    for (const ExprId argument : tree_.children(id))
        arguments.push_back(evaluate(argument));
    if (failed()) return {};
    Call call(environment_, arguments, {}, made_);
    Value value = run_builtin(name, call);
    return call.failed() ? fail(id, call.fault()) : value;
}

Value Machine::evaluate_let(ExprId id) {
    Value value = evaluate(child(id, 0));
    let_.push_back({tree_.text(id), std::move(value)});
    Value body = evaluate(child(id, 1));
    let_.pop_back();
    return body;
}

Value Machine::evaluate_conditional(ExprId id) {
    const std::optional<bool> condition = as_bool(id, evaluate(child(id, 0)));
    if (!condition) return {};
    return evaluate(child(id, *condition ? 1 : 2));
}

Value Machine::evaluate_list(ExprId id) {
    std::vector<Value> values;
    for (const ExprId element : tree_.children(id))
        values.push_back(evaluate(element));
    if (failed() || !grow(id, values.size())) return {};
    return Value::list(std::move(values));
}

Value Machine::evaluate_map(ExprId id) {
    std::vector<std::pair<Value, Value>> entries;
    for (const ExprId pair : tree_.children(id)) {
        Value key = evaluate(child(pair, 0));
        Value value = evaluate(child(pair, 1));
        if (failed()) return {};
        entries.emplace_back(std::move(key), std::move(value));
    }
    if (!grow(id, entries.size())) return {};
    // Of equal keys expr-lang keeps the first: it fills the map from its end.
    std::reverse(entries.begin(), entries.end());
    for (const auto& [key, value] : entries) {
        if (!key.is_string()) {
            return fail(id, "keys of a map are strings, not " + describe(type_of(key)));
        }
    }
    return Value::map(std::move(entries));
}

} // namespace tiphys::expr
