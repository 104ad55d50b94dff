// The rewriting that expr-lang does before it evaluates.
#include "compiler/expr/optimize.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <utility>

#include "compiler/expr/operators.h"

namespace tiphys::expr {
namespace {

/// Builds a tree anew from its leaves; a pass may put something else in the place of each node.
class Rewriter {
public:
    Rewriter(const Program& from, ExprId (Rewriter::*visit)(ExprId)) : from_(from), visit_(visit) {
        done_.assign(from.tree.size(), kNoExpr);
    }

    OptimizeResult run() {
        OptimizeResult result;
        to_.root = copy(from_.root);
        result.program = std::move(to_);
        result.error = std::move(error_);
        return result;
    }

    [[nodiscard]] bool has_changed() const { return has_changed_; }

    // The passes. Each gets a node of the new tree.
    ExprId find_sets(ExprId id);
    ExprId fold(ExprId id);
    ExprId find_ranges(ExprId id);
    ExprId join_filter_and_map(ExprId id);
    ExprId shorten_filters(ExprId id);
    ExprId combine_predicates(ExprId id);
    ExprId shorten_sums(ExprId id);
    ExprId shorten_counts(ExprId id);

private:
    ExprId copy(ExprId id) {
        if (id == kNoExpr) return kNoExpr;
        if (done_[id] != kNoExpr) return done_[id];
        std::vector<ExprId> children;
        for (const ExprId child : from_.tree.children(id))
            children.push_back(copy(child));
        const ExprId made =
            add(from_.tree.node(id), children, from_.tree.text(id), from_.types[id]);
        done_[id] = (this->*visit_)(made);
        return done_[id];
    }

    ExprId add(Expr expr, std::span<const ExprId> children, std::string_view text, Type type) {
        expr.text = 0;
        expr.height = 1;
        const ExprId id = to_.tree.add(expr, children, text);
        to_.types.push_back(std::move(type));
        return id;
    }

    /// A node in the place of `old`.
    ExprId replace(ExprId old, ExprKind kind, std::span<const ExprId> children,
                   std::string_view text, Type type, std::int64_t integer = 0) {
        has_changed_ = true;
        const Expr& place = node(old);
        const Expr expr{
            .kind = kind, .range = place.range, .anchor = place.anchor, .integer = integer};
        return add(expr, children, text, std::move(type));
    }

    ExprId replace_int(ExprId old, std::int64_t value) {
        return replace(old, ExprKind::kInt, {}, {}, int_type(), value);
    }

    ExprId replace_bool(ExprId old, bool value) {
        return replace(old, ExprKind::kBool, {}, {}, simple_type(TypeKind::kBool), value ? 1 : 0);
    }

    ExprId replace_binary(ExprId old, Operator op, ExprId left, ExprId right) {
        has_changed_ = true;
        const Expr expr{.kind = ExprKind::kBinary,
                        .op = op,
                        .range = node(old).range,
                        .anchor = node(old).anchor};
        return add(expr, std::array{left, right}, {}, type(old));
    }

    ExprId replace_builtin(ExprId old, std::string_view name, std::span<const ExprId> children,
                           std::int64_t integer = 0) {
        return replace(old, ExprKind::kBuiltin,
                       std::vector<ExprId>(children.begin(), children.end()), name, type(old),
                       integer);
    }

    [[nodiscard]] const Expr& node(ExprId id) const { return to_.tree.node(id); }
    [[nodiscard]] ExprKind kind(ExprId id) const { return to_.tree.node(id).kind; }
    [[nodiscard]] ExprId child(ExprId id, std::uint32_t index) const {
        return to_.tree.child(id, index);
    }
    [[nodiscard]] Type type(ExprId id) const { return to_.types[id]; }

    [[nodiscard]] bool is_builtin(ExprId id, std::string_view name,
                                  std::uint32_t n_children) const {
        return kind(id) == ExprKind::kBuiltin && to_.tree.text(id) == name &&
               node(id).n_children == n_children;
    }

    [[nodiscard]] bool is_pointer(ExprId id, std::string_view name) const {
        return kind(id) == ExprKind::kPointer && to_.tree.text(id) == name;
    }

    [[nodiscard]] bool is_binary(ExprId id, Operator op) const {
        return kind(id) == ExprKind::kBinary && node(id).op == op;
    }

    [[nodiscard]] bool mentions_index(ExprId id) const {
        if (id == kNoExpr) return false;
        if (is_pointer(id, "index")) return true;
        const std::span<const ExprId> children = to_.tree.children(id);
        return std::any_of(children.begin(), children.end(),
                           [this](ExprId child_id) { return mentions_index(child_id); });
    }

    [[nodiscard]] bool all_elements_are(ExprId list, ExprKind wanted) const {
        const std::span<const ExprId> elements = to_.tree.children(list);
        return std::all_of(elements.begin(), elements.end(),
                           [&](ExprId id) { return kind(id) == wanted; });
    }

    /// The two ends of a range of literals.
    [[nodiscard]] std::optional<std::pair<std::int64_t, std::int64_t>>
    literal_range(ExprId id) const {
        if (!is_binary(id, Operator::kRange)) return std::nullopt;
        const ExprId from = child(id, 0);
        const ExprId to = child(id, 1);
        if (kind(from) != ExprKind::kInt || kind(to) != ExprKind::kInt) return std::nullopt;
        return std::pair(node(from).integer, node(to).integer);
    }

    ExprId fold_unary(ExprId id);
    ExprId fold_binary(ExprId id);
    ExprId fold_logic(ExprId id);
    [[nodiscard]] Value literal(ExprId id) const;
    [[nodiscard]] std::optional<std::int64_t> sum_of_range(ExprId id) const;
    [[nodiscard]] ExprId sum_of_list(ExprId old, std::span<const ExprId> elements);

    const Program& from_;
    ExprId (Rewriter::*visit_)(ExprId);
    std::vector<ExprId> done_;
    Program to_;
    bool has_changed_ = false;
    std::optional<Finding> error_;
};

ExprId Rewriter::find_sets(ExprId id) {
    if (!is_binary(id, Operator::kIn)) return id;
    const ExprId list = child(id, 1);
    if (kind(list) != ExprKind::kList || node(list).n_children == 0) return id;
    Rewrite rewrite = Rewrite::kNone;
    const Type left = type(child(id, 0));
    const bool is_int = left.kind == TypeKind::kInt && left.int_type == IntType::kInt;
    if (is_int && all_elements_are(list, ExprKind::kInt)) {
        rewrite = Rewrite::kIntSet;
    } else if (all_elements_are(list, ExprKind::kString)) {
        rewrite = Rewrite::kStringSet;
    }
    if (rewrite == Rewrite::kNone) return id;
    Expr expr = node(id);
    expr.integer = static_cast<std::int64_t>(rewrite);
    return add(expr, std::array{child(id, 0), list}, {}, type(id));
}

ExprId Rewriter::fold(ExprId id) {
    if (kind(id) == ExprKind::kUnary) return fold_unary(id);
    if (kind(id) == ExprKind::kBinary) return fold_binary(id);
    if (!is_builtin(id, "filter", 2)) return id;
    const ExprId inner = child(id, 0);
    if (!is_builtin(inner, "filter", 2)) return id;
    const ExprId first = child(child(inner, 1), 0);
    const ExprId second = child(child(id, 1), 0);
    const ExprId both = replace_binary(child(id, 1), Operator::kAnd, first, second);
    const ExprId predicate =
        replace(child(id, 1), ExprKind::kPredicate, std::array{both}, {}, type(child(id, 1)));
    return replace_builtin(id, "filter", std::array{child(inner, 0), predicate});
}

ExprId Rewriter::fold_unary(ExprId id) {
    const ExprId operand = child(id, 0);
    const Expr& value = node(operand);
    if (node(id).op == Operator::kNot) {
        return value.kind == ExprKind::kBool ? replace_bool(id, value.integer == 0) : id;
    }
    const bool is_minus = node(id).op == Operator::kMinus;
    if (value.kind == ExprKind::kInt) {
        const auto bits = static_cast<std::uint64_t>(value.integer);
        return replace_int(id, static_cast<std::int64_t>(is_minus ? 0 - bits : bits));
    }
    if (value.kind != ExprKind::kFloat) return id;
    const ExprId folded = replace(id, ExprKind::kFloat, {}, {}, simple_type(TypeKind::kFloat));
    Expr expr = node(folded);
    expr.number = is_minus ? -node(operand).number : node(operand).number;
    return add(expr, {}, {}, simple_type(TypeKind::kFloat));
}

Value Rewriter::literal(ExprId id) const {
    const Expr& expr = node(id);
    if (expr.kind == ExprKind::kInt) return Value::integer(expr.integer);
    if (expr.kind == ExprKind::kFloat) return Value::number(expr.number);
    if (expr.kind == ExprKind::kString) return Value::string(to_.tree.text(id));
    if (expr.kind == ExprKind::kBool) return Value::boolean(expr.integer != 0);
    return {};
}

ExprId Rewriter::fold_binary(ExprId id) {
    const Operator op = node(id).op;
    if (op == Operator::kAnd || op == Operator::kOr) return fold_logic(id);
    const Value left = literal(child(id, 0));
    const Value right = literal(child(id, 1));
    if (left.is_nil() || right.is_nil()) return id;
    if (op == Operator::kEqual) {
        const bool folds = left.kind() == right.kind() && left.kind() != ValueKind::kFloat;
        return folds ? replace_bool(id, is_same(left, right)) : id;
    }
    const bool is_arithmetic = op == Operator::kAdd || op == Operator::kSubtract ||
                               op == Operator::kMultiply || op == Operator::kDivide ||
                               op == Operator::kModulo || op == Operator::kPower;
    if (!is_arithmetic) return id;
    Fault fault;
    const Value value = calculate(op, left, right, fault);
    if (fault.message == "division by zero" && !error_) {
        error_ = Finding{FindingKind::kDivisionByZero,
                         node(id).range,
                         node(id).anchor,
                         "the divisor of `%` is always 0",
                         "",
                         ""};
    }
    if (!fault.empty()) return id;
    if (value.kind() == ValueKind::kInt) return replace_int(id, value.as_int().value);
    if (value.is_string()) {
        return replace(id, ExprKind::kString, {}, value.as_string(),
                       simple_type(TypeKind::kString));
    }
    has_changed_ = true;
    const Expr expr{.kind = ExprKind::kFloat,
                    .range = node(id).range,
                    .anchor = node(id).anchor,
                    .number = value.as_float()};
    return add(expr, {}, {}, simple_type(TypeKind::kFloat));
}

ExprId Rewriter::fold_logic(ExprId id) {
    const bool is_and = node(id).op == Operator::kAnd;
    const auto is_literal = [&](ExprId side, bool value) {
        return kind(side) == ExprKind::kBool && (node(side).integer != 0) == value;
    };
    const ExprId left = child(id, 0);
    const ExprId right = child(id, 1);
    // `true && x` is `x`, `x && false` is false; the other way round for `||`.
    if (is_literal(left, is_and)) {
        has_changed_ = true;
        return right;
    }
    if (is_literal(right, is_and)) {
        has_changed_ = true;
        return left;
    }
    const bool decided = is_literal(left, !is_and) || is_literal(right, !is_and);
    return decided ? replace_bool(id, !is_and) : id;
}

ExprId Rewriter::find_ranges(ExprId id) {
    if (!is_binary(id, Operator::kIn)) return id;
    const ExprId left = child(id, 0);
    const Type left_type = type(left);
    if (left_type.kind != TypeKind::kInt || left_type.int_type != IntType::kInt) return id;
    const ExprId range = child(id, 1);
    if (!literal_range(range)) return id;
    const ExprId above = replace_binary(id, Operator::kGreaterEqual, left, child(range, 0));
    const ExprId below = replace_binary(id, Operator::kLessEqual, left, child(range, 1));
    return replace_binary(id, Operator::kAnd, above, below);
}

ExprId Rewriter::join_filter_and_map(ExprId id) {
    if (!is_builtin(id, "map", 2) || mentions_index(child(id, 1))) return id;
    const ExprId filter = child(id, 0);
    if (!is_builtin(filter, "filter", 2)) return id;
    return replace_builtin(id, "filter",
                           std::array{child(filter, 0), child(filter, 1), child(child(id, 1), 0)});
}

ExprId Rewriter::shorten_filters(ExprId id) {
    const auto filter_in = [&](ExprId of) {
        const ExprId inner = child(of, 0);
        return is_builtin(inner, "filter", 2) || is_builtin(inner, "filter", 3) ? inner : kNoExpr;
    };
    if (is_builtin(id, "len", 1)) {
        const ExprId filter = filter_in(id);
        if (filter == kNoExpr) return id;
        return replace_builtin(id, "count", std::array{child(filter, 0), child(filter, 1)});
    }
    const bool is_index =
        kind(id) == ExprKind::kMember && !node(id).flag && kind(child(id, 1)) == ExprKind::kInt;
    const bool first = is_builtin(id, "first", 1) || (is_index && node(child(id, 1)).integer == 0);
    const bool last = is_builtin(id, "last", 1) || (is_index && node(child(id, 1)).integer == -1);
    if (!first && !last) return id;
    const ExprId filter = filter_in(id);
    if (filter == kNoExpr) return id;
    const Rewrite rewrite = is_index ? Rewrite::kThrows : Rewrite::kNone;
    return replace_builtin(id, first ? "find" : "findLast", to_.tree.children(filter),
                           static_cast<std::int64_t>(rewrite));
}

ExprId Rewriter::combine_predicates(ExprId id) {
    if (kind(id) != ExprKind::kBinary) return id;
    const ExprId left = child(id, 0);
    const ExprId right = child(id, 1);
    const Operator op = node(id).op;
    const auto are = [&](std::string_view name, Operator wanted) {
        return op == wanted && is_builtin(left, name, 2) && is_builtin(right, name, 2);
    };
    const bool all = are("all", Operator::kAnd);
    const bool none = are("none", Operator::kAnd);
    if (!all && !none && !are("any", Operator::kOr)) return id;
    const bool same_list =
        to_s_expression(to_.tree, child(left, 0)) == to_s_expression(to_.tree, child(right, 0)) &&
        is_same_type(type(child(left, 0)), type(child(right, 0)));
    if (!same_list) return id;
    ExprId both = replace_binary(child(left, 1), all ? Operator::kAnd : Operator::kOr,
                                 child(child(left, 1), 0), child(child(right, 1), 0));
    both = combine_predicates(both);
    const ExprId predicate =
        replace(child(left, 1), ExprKind::kPredicate, std::array{both}, {}, type(child(left, 1)));
    const std::string name = to_.tree.text(left);
    return replace_builtin(id, name, std::array{child(left, 0), predicate});
}

std::optional<std::int64_t> Rewriter::sum_of_range(ExprId id) const {
    const auto range = literal_range(id);
    if (!range || range->second < range->first) return std::nullopt;
    const auto from = static_cast<std::uint64_t>(range->first);
    const auto to = static_cast<std::uint64_t>(range->second);
    return static_cast<std::int64_t>((to - from + 1) * (from + to)) / 2;
}

ExprId Rewriter::sum_of_list(ExprId old, std::span<const ExprId> elements) {
    if (elements.size() == 1) return elements.front();
    const std::vector<ExprId> rest(elements.begin() + 1, elements.end());
    const ExprId first = elements.front();
    return replace_binary(old, Operator::kAdd, first, sum_of_list(old, rest));
}

ExprId Rewriter::shorten_sums(ExprId id) {
    const bool is_sum = is_builtin(id, "sum", 1);
    if (is_sum) {
        const ExprId of = child(id, 0);
        if (const std::optional<std::int64_t> sum = sum_of_range(of)) return replace_int(id, *sum);
        // Lists of literals are constants by now, and are summed up as they are.
        const auto is_literal = [&](ExprId element) { return !literal(element).is_nil(); };
        const std::span<const ExprId> elements = to_.tree.children(of);
        const bool is_constant = std::all_of(elements.begin(), elements.end(), is_literal);
        constexpr std::size_t kMostTerms = 200; // the sum nests as deep
        if (kind(of) == ExprKind::kList && elements.size() >= 2 && !is_constant &&
            elements.size() <= kMostTerms) {
            return sum_of_list(id, std::vector<ExprId>(elements.begin(), elements.end()));
        }
        if (is_builtin(of, "map", 2)) {
            return replace_builtin(id, "sum", std::array{child(of, 0), child(of, 1)});
        }
    }
    return id;
}

ExprId Rewriter::shorten_counts(ExprId id) {
    if (kind(id) != ExprKind::kBinary) return id;
    const ExprId count = child(id, 0);
    const ExprId limit = child(id, 1);
    if (!is_builtin(count, "count", 2) || kind(limit) != ExprKind::kInt) return id;
    const Operator op = node(id).op;
    const std::int64_t bound = node(limit).integer;
    if ((op == Operator::kGreater && bound == 0) || (op == Operator::kGreaterEqual && bound == 1)) {
        return replace_builtin(id, "any", std::array{child(count, 0), child(count, 1)});
    }
    const bool is_strict = op == Operator::kGreater || op == Operator::kLessEqual;
    const bool compares = is_strict || op == Operator::kGreaterEqual || op == Operator::kLess;
    if (!compares || bound < 0 || bound > 1'000'000'000) return id;
    const std::int64_t threshold = is_strict ? bound + 1 : bound;
    if (threshold <= 1) return id;
    const ExprId counting =
        replace_builtin(count, "count", std::array{child(count, 0), child(count, 1)}, threshold);
    return replace_binary(id, op, counting, limit);
}

} // namespace

OptimizeResult optimize(const Tree& tree, ExprId root, const std::vector<Type>& types) {
    OptimizeResult result;
    result.program = {tree, root, types};
    const auto pass = [&](ExprId (Rewriter::*visit)(ExprId)) {
        Rewriter rewriter(result.program, visit);
        OptimizeResult next = rewriter.run();
        result = std::move(next);
        return rewriter.has_changed() && !result.error;
    };
    pass(&Rewriter::find_sets);
    constexpr int kMostFolds = 1'000;
    for (int i = 0; i < kMostFolds && pass(&Rewriter::fold); ++i) {
    }
    if (result.error) return result;
    pass(&Rewriter::find_ranges);
    const Tree& now = result.program.tree;
    bool has_builtins = false;
    for (ExprId id = 0; id < now.size() && !has_builtins; ++id)
        has_builtins = now.node(id).kind == ExprKind::kBuiltin;
    if (!has_builtins) return result;
    pass(&Rewriter::join_filter_and_map);
    pass(&Rewriter::shorten_filters);
    pass(&Rewriter::combine_predicates);
    pass(&Rewriter::shorten_sums);
    pass(&Rewriter::shorten_counts);
    return result;
}

} // namespace tiphys::expr
