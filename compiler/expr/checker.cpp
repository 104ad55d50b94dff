// The checker of expr-lang: names, members, and what holds other nodes together.
#include "compiler/expr/checker.h"

#include <algorithm>
#include <utility>

#include "compiler/base/nearest.h"
#include "compiler/expr/builtin_names.h"

namespace tiphys::expr {
namespace {

std::vector<std::string_view> names_of(const Type& environment) {
    std::vector<std::string_view> names;
    if (!environment.fields) return names;
    for (const auto& [name, type] : environment.fields->types)
        names.push_back(name);
    return names;
}

std::string suggestion(std::string_view written, const std::vector<std::string_view>& names) {
    const std::string_view nearest = nearest_name(written, names);
    return nearest.empty() ? "" : "did you mean `" + std::string(nearest) + "`?";
}

} // namespace

Checker::Checker(const Tree& tree, const Type& environment)
    : tree_(tree), environment_(environment) {
    result_.types.resize(tree.size());
    visited_.resize(tree.size());
}

CheckResult Checker::run(ExprId root) {
    result_.type = visit(root);
    return std::move(result_);
}

Type Checker::visit(ExprId id) {
    // Nodes with two parents, and arguments that several overloads are tried on, count once.
    if (visited_[id]) return result_.types[id];
    visited_[id] = true;
    Type type = visit_kind(id);
    result_.types[id] = type;
    return type;
}

Type Checker::visit_kind(ExprId id) {
    switch (tree_.node(id).kind) {
    case ExprKind::kAbsent:
    case ExprKind::kNil:
        return simple_type(TypeKind::kNil);
    case ExprKind::kBool:
        return simple_type(TypeKind::kBool);
    case ExprKind::kInt:
        return int_type();
    case ExprKind::kFloat:
        return simple_type(TypeKind::kFloat);
    case ExprKind::kString:
        return simple_type(TypeKind::kString);
    case ExprKind::kBytes:
        return simple_type(TypeKind::kBytes);
    case ExprKind::kName:
        return check_name(id);
    case ExprKind::kPointer:
        return check_pointer(id);
    case ExprKind::kUnary:
        return check_unary(id);
    case ExprKind::kBinary:
        return check_binary(id);
    case ExprKind::kChain:
        return visit(tree_.child(id, 0));
    case ExprKind::kMember:
        return check_member(id);
    case ExprKind::kSlice:
        return check_slice(id);
    case ExprKind::kCall:
        return check_call(id);
    case ExprKind::kBuiltin:
        return check_builtin(id);
    case ExprKind::kPredicate:
        return check_predicate(id);
    case ExprKind::kConditional:
        return check_conditional(id);
    case ExprKind::kLet:
        return check_let(id);
    case ExprKind::kList:
        return check_list(id);
    case ExprKind::kSequence: {
        Type last;
        for (const ExprId part : tree_.children(id))
            last = visit(part);
        return last;
    }
    case ExprKind::kMap:
        for (const ExprId pair : tree_.children(id))
            visit(pair);
        return map_type();
    case ExprKind::kPair:
        visit(tree_.child(id, 0));
        visit(tree_.child(id, 1));
        return simple_type(TypeKind::kNil);
    }
    return {};
}

Finding Checker::make_finding(FindingKind kind, ExprId at, std::string message, std::string help,
                              std::string_view name) const {
    const Expr& expr = tree_.node(at);
    return {kind,
            expr.range,
            expr.anchor,
            std::move(message),
            std::move(help),
            std::string(name),
            n_quiet_ == 0};
}

Type Checker::report(Finding finding) {
    result_.findings.push_back(std::move(finding));
    return {};
}

Type Checker::report(FindingKind kind, ExprId at, std::string message, std::string help,
                     std::string name) {
    return report(make_finding(kind, at, std::move(message), std::move(help), name));
}

void Checker::visit_quietly(ExprId id) {
    ++n_quiet_;
    visit(id);
    --n_quiet_;
}

std::optional<Type> Checker::find_name(std::string_view name) const {
    if (!environment_.fields) return std::nullopt;
    const auto found = environment_.fields->types.find(name);
    if (found == environment_.fields->types.end()) return std::nullopt;
    return found->second;
}

Type Checker::check_name(ExprId id) {
    const std::string& name = tree_.text(id);
    for (auto variable = variables_.rbegin(); variable != variables_.rend(); ++variable) {
        if (variable->name == name) return variable->type;
    }
    if (name == "$env") return {};
    if (const std::optional<Type> type = find_name(name)) return *type;
    if (is_builtin(name)) {
        const std::span<const std::string_view> types = builtin_types(name);
        return parse_go_type(types.empty() ? "func(...interface {}) (interface {}, error)"
                                           : types.front());
    }
    return report_unknown_name(id, name);
}

Type Checker::report_unknown_name(ExprId id, std::string_view name) {
    const bool closed = environment_.fields && environment_.fields->closed;
    if (!closed) return {};
    std::string help = suggestion(name, names_of(environment_));
    if (help.empty()) help = "text must stand in quotes";
    const std::string text(name);
    Finding finding = make_finding(FindingKind::kUnknownName, id,
                                   "there is no variable `" + text + "`", std::move(help), name);
    finding.original = "unknown name " + text;
    return report(std::move(finding));
}

Type Checker::check_pointer(ExprId id) {
    const std::string& name = tree_.text(id);
    if (predicates_.empty()) {
        return report(FindingKind::kPredicate, id, "`#` stands outside of a predicate");
    }
    const PredicateScope& scope = predicates_.back();
    if (name.empty()) {
        if (scope.collection.is_unknown()) return {};
        return element_of(scope.collection);
    }
    if (name == "index" && scope.has_index) return int_type();
    if (name == "acc" && scope.has_accumulator) return {};
    const bool is_known = name == "index" || name == "acc";
    return report(FindingKind::kPredicate, id,
                  is_known ? "`#" + name + "` does not exist in this function"
                           : "there is no `#" + name + "`",
                  is_known ? "`#index` exists in `map` and `reduce`, `#acc` in `reduce`"
                           : "only `#`, `#index` and `#acc` exist",
                  "#" + name);
}

Type Checker::check_let(ExprId id) {
    const std::string& name = tree_.text(id);
    const auto is_taken = [&](const Variable& variable) { return variable.name == name; };
    const bool taken = find_name(name).has_value() || is_builtin(name) ||
                       std::any_of(variables_.begin(), variables_.end(), is_taken);
    if (taken) {
        Finding finding =
            make_finding(FindingKind::kRedeclared, id, "`" + name + "` exists already",
                         "choose another name", name);
        finding.range = finding.anchor;
        return report(std::move(finding));
    }
    Type value = visit(tree_.child(id, 0));
    variables_.push_back({name, std::move(value)});
    Type body = visit(tree_.child(id, 1));
    variables_.pop_back();
    return body;
}

Type Checker::check_conditional(ExprId id) {
    const ExprId condition = tree_.child(id, 0);
    const Type type = visit(condition);
    if (type.kind != TypeKind::kBool && !type.is_unknown()) {
        return report(FindingKind::kWrongOperand, condition,
                      "the condition is " + describe(type) + ", not a bool",
                      "compare it with something");
    }
    check_constant(condition);
    const Type then = visit(tree_.child(id, 1));
    const Type otherwise = visit(tree_.child(id, 2));
    if (then.is_nil()) return otherwise;
    if (otherwise.is_nil()) return then;
    if (!is_assignable(then, otherwise)) return {};
    if (then.is_list() && otherwise.is_list()) {
        const Type a = element_of(then);
        const Type b = element_of(otherwise);
        if (!is_assignable(a, b) || !is_assignable(b, a)) return list_type(ListType::kAny);
    }
    return then;
}

void Checker::check_constant(ExprId condition) {
    const Expr& expr = tree_.node(condition);
    if (expr.kind != ExprKind::kBool) return;
    ++n_quiet_;
    report(FindingKind::kConstant, condition,
           std::string("the condition is always ") + (expr.integer != 0 ? "true" : "false"));
    --n_quiet_;
}

Type Checker::check_list(ExprId id) {
    Type previous;
    bool is_uniform = true;
    bool is_first = true;
    for (const ExprId element : tree_.children(id)) {
        Type current = visit(element);
        // expr-lang compares kinds only, and takes the last element's type for all.
        if (!is_first &&
            (current.kind != previous.kind ||
             (current.kind == TypeKind::kInt && current.int_type != previous.int_type))) {
            is_uniform = false;
        }
        is_first = false;
        previous = std::move(current);
    }
    return is_uniform ? list_of(std::move(previous)) : list_type(ListType::kAny);
}

Type Checker::check_slice(ExprId id) {
    const Type base = visit(tree_.child(id, 0));
    if (base.is_unknown()) {
        for (const std::uint32_t bound : {1U, 2U}) {
            if (tree_.child(id, bound) != kNoExpr) visit_quietly(tree_.child(id, bound));
        }
        return {};
    }
    if (!base.is_list() && base.kind != TypeKind::kString) {
        return report(FindingKind::kWrongOperand, id, "cannot take a part of " + describe(base));
    }
    for (const std::uint32_t bound : {1U, 2U}) {
        const ExprId child = tree_.child(id, bound);
        if (child == kNoExpr) continue;
        const Type type = visit(child);
        if (!type.is_plain_int() && !type.is_unknown()) {
            return report(FindingKind::kWrongOperand, child,
                          "a bound of a part is an int, not " + describe(type));
        }
    }
    return base;
}

Type Checker::check_member(ExprId id) {
    const ExprId object = tree_.child(id, 0);
    const ExprId key = tree_.child(id, 1);
    const bool is_environment =
        tree_.node(object).kind == ExprKind::kName && tree_.text(object) == "$env";
    if (is_environment) return check_environment_member(id);
    const Type base = visit(object);
    const Type property = visit(key);
    if (base.is_unknown()) return {};
    const bool is_named = tree_.node(key).kind == ExprKind::kString;
    if (is_named && base.is_nil()) return report_no_field(id, base);
    if (is_named) {
        if (const Signature* method = find_method_signature(base, tree_.text(key))) {
            Type type = simple_type(TypeKind::kFunction);
            type.signature = std::make_shared<const Signature>(*method);
            type.name = "method";
            return type;
        }
    }
    if (base.kind == TypeKind::kMap) return check_map_member(id, base, property);
    if (base.is_list()) {
        if (property.is_plain_int() || property.is_unknown()) return element_of(base);
        return report(FindingKind::kWrongOperand, key,
                      "elements of a list are taken by an int, not by " + describe(property),
                      "for example `[0]`");
    }
    if (base.kind == TypeKind::kObject && is_named && base.fields) {
        const auto field = base.fields->types.find(tree_.text(key));
        if (field != base.fields->types.end()) return field->second;
    }
    return report_no_field(id, base);
}

Type Checker::check_environment_member(ExprId id) {
    const ExprId key = tree_.child(id, 1);
    visit(tree_.child(id, 0));
    if (tree_.node(key).kind != ExprKind::kString) {
        // expr-lang does not look at the key.
        visit_quietly(key);
        return {};
    }
    result_.types[key] = simple_type(TypeKind::kString);
    if (const std::optional<Type> type = find_name(tree_.text(key))) return *type;
    if (tree_.node(id).flag) return {};
    return report_unknown_name(key, tree_.text(key));
}

Type Checker::check_map_member(ExprId id, const Type& base, const Type& key) {
    const ExprId key_id = tree_.child(id, 1);
    if (!is_assignable(key, key_of(base)) && !key.is_unknown()) {
        return report(FindingKind::kWrongOperand, key_id,
                      "keys of the map are strings, not " + describe(key));
    }
    if (tree_.node(key_id).kind == ExprKind::kString && base.fields) {
        const auto field = base.fields->types.find(tree_.text(key_id));
        if (field != base.fields->types.end()) return field->second;
        if (base.fields->closed) {
            const std::string& name = tree_.text(key_id);
            return report(FindingKind::kUnknownField, key_id, "there is no `" + name + "` here",
                          suggestion(name, names_of(base)), name);
        }
    }
    return element_of(base);
}

Type Checker::report_no_field(ExprId id, const Type& base) {
    const ExprId key = tree_.child(id, 1);
    const bool is_named = tree_.node(key).kind == ExprKind::kString;
    if (!is_named) {
        return report(FindingKind::kWrongOperand, id, describe(base) + " has no elements");
    }
    return report(FindingKind::kUnknownField, key,
                  describe(base) + " has no `" + text_of(key) + "`",
                  suggestion(text_of(key), names_of(base)), text_of(key));
}

bool Checker::report_hyphen(ExprId id) {
    const ExprId left = tree_.child(id, 0);
    ExprId right = tree_.child(id, 1);
    const Range left_range = range_of(left);
    const Range sign = tree_.node(id).anchor;
    const ExprKind left_kind = tree_.node(left).kind;
    const bool follows_name = left_kind == ExprKind::kName || left_kind == ExprKind::kMember;
    // `a - b` with blanks is meant as a subtraction.
    if (!follows_name || left_range.end != sign.begin || range_of(right).begin != sign.end) {
        return false;
    }
    while (tree_.node(right).kind == ExprKind::kMember)
        right = tree_.child(right, 0);
    if (tree_.node(right).kind != ExprKind::kName) return false;
    const auto is_it = [&](const Variable& variable) { return variable.name == tree_.text(right); };
    const bool is_known = find_name(tree_.text(right)) || is_builtin(tree_.text(right)) ||
                          std::any_of(variables_.begin(), variables_.end(), is_it);
    if (is_known || !environment_.fields || !environment_.fields->closed) return false;
    const bool is_member = left_kind == ExprKind::kMember &&
                           tree_.node(tree_.child(left, 1)).kind == ExprKind::kString;
    const std::string head = is_member ? text_of(tree_.child(left, 1)) : text_of(left);
    const std::string name = head + "-" + text_of(right);
    const Range head_range = is_member ? range_of(tree_.child(left, 1)) : left_range;
    Finding finding =
        make_finding(FindingKind::kHyphen, right,
                     "`" + name + "` reads as `" + head + "` minus `" + text_of(right) + "`",
                     is_member ? "write `['" + name + "']`"
                               : "names with `-` are taken as `$env['" + name + "']`",
                     name);
    finding.range.begin = head_range.begin;
    report(std::move(finding));
    return true;
}

const Finding* CheckResult::first_error() const {
    for (const Finding& finding : findings) {
        if (finding.is_error) return &finding;
    }
    return nullptr;
}

CheckResult check(const Tree& tree, ExprId root, const Type& environment) {
    return Checker(tree, environment).run(root);
}

} // namespace tiphys::expr
