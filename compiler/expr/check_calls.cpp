// The checker of expr-lang: calls of functions, builtin ones and others.
#include <algorithm>
#include <array>
#include <utility>

#include "compiler/base/nearest.h"
#include "compiler/expr/builtin_names.h"
#include "compiler/expr/checker.h"

namespace tiphys::expr {
namespace {

struct BuiltinTypes {
    std::string_view name;
    std::array<std::string_view, 8> types;
};

constexpr std::string_view kText = "func(string) string";
constexpr std::string_view kTextWithText = "func(string, string) string";

/// Overloads in the order in which expr-lang tries them; the last one's error is reported.
constexpr std::array<BuiltinTypes, 30> kBuiltinTypes{{
    {"type", {"func(interface {}) string"}},
    {"string", {"func(interface {}) string"}},
    {"trim", {kText, kTextWithText}},
    {"trimPrefix", {kTextWithText, kText}},
    {"trimSuffix", {kTextWithText, kText}},
    {"upper", {kText}},
    {"lower", {kText}},
    {"split", {"func(string, string) []string", "func(string, string, int) []string"}},
    {"splitAfter", {"func(string, string) []string", "func(string, string, int) []string"}},
    {"replace",
     {"func(string, string, string, int) string", "func(string, string, string) string"}},
    {"repeat", {"func(string, int) string"}},
    {"join",
     {"func([]string, string) string", "func([]interface {}, string) string",
      "func([]interface {}) string", "func([]string, string) string", "func([]string) string"}},
    {"indexOf", {"func(string, string) int"}},
    {"lastIndexOf", {"func(string, string) int"}},
    {"hasPrefix", {"func(string, string) bool"}},
    {"hasSuffix", {"func(string, string) bool"}},
    {"toJSON", {"func(interface {}) string"}},
    {"fromJSON", {"func(string) interface {}"}},
    {"toBase64", {kText}},
    {"fromBase64", {kText}},
    {"duration", {"func(string) (time.Duration, error)"}},
    {"timezone", {"func(string) (*time.Location, error)"}},
    {"sort",
     {"func([]interface {}, string) []interface {}", "func([]int, string) []interface {}",
      "func([]float64, string) []interface {}", "func([]string, string) []interface {}",
      "func([]interface {}) []interface {}", "func([]float64) []interface {}",
      "func([]string) []interface {}", "func([]int) []interface {}"}},
    {"bitand", {"func(int, int) int"}},
    {"bitor", {"func(int, int) int"}},
    {"bitxor", {"func(int, int) int"}},
    {"bitnand", {"func(int, int) int"}},
    {"bitshl", {"func(int, int) int"}},
    {"bitshr", {"func(int, int) int"}},
    {"bitushr", {"func(int, int) int"}},
}};
constexpr std::array<std::string_view, 1> kBitnotTypes{"func(int) int"};

bool is_aggregate(std::string_view name) {
    return name == "max" || name == "min" || name == "mean" || name == "median";
}

std::string counted(std::size_t count) {
    return std::to_string(count) + (count == 1 ? " argument" : " arguments");
}

/// What a builtin without declared types takes: how many arguments, of which kind, and the type
/// of its outcome.
struct Validation {
    std::size_t least = 1;
    std::size_t most = 1;
    bool (*takes)(const Type& type, std::size_t index) = nullptr;
    Type (*outcome)(const std::vector<Type>& arguments) = nullptr;
    std::string_view wanted;
};

bool takes_number(const Type& type, std::size_t) {
    return type.kind == TypeKind::kInt || type.kind == TypeKind::kFloat;
}

bool takes_number_or_text(const Type& type, std::size_t) {
    return takes_number(type, 0) || type.kind == TypeKind::kString;
}

bool takes_list(const Type& type, std::size_t) {
    return type.is_list();
}

bool takes_map(const Type& type, std::size_t) {
    return type.kind == TypeKind::kMap;
}

bool takes_list_or_number(const Type& type, std::size_t) {
    return type.is_list() || takes_number(type, 0);
}

bool takes_sized(const Type& type, std::size_t) {
    return type.is_list() || type.kind == TypeKind::kMap || type.kind == TypeKind::kString;
}

bool takes_list_and_int(const Type& type, std::size_t index) {
    return index == 0 ? type.is_list() : type.kind == TypeKind::kInt;
}

Type any_list(const std::vector<Type>&) {
    return list_type(ListType::kAny);
}

Type first_type(const std::vector<Type>& arguments) {
    return arguments.front();
}

/// Elements by Go's type: what expr-lang infers of literals does not count here.
Type declared_element(const std::vector<Type>& arguments) {
    Type list = arguments.front();
    list.element = nullptr;
    return element_of(list);
}

std::optional<Validation> find_validation(std::string_view name) {
    const auto to_int = [](const std::vector<Type>&) { return int_type(); };
    const auto to_float = [](const std::vector<Type>&) { return simple_type(TypeKind::kFloat); };
    const auto to_time = [](const std::vector<Type>&) { return simple_type(TypeKind::kTime); };
    const auto to_map = [](const std::vector<Type>&) { return map_type(MapType::kAnyAny); };
    constexpr std::size_t kMany = 1'000'000;
    if (name == "len") return Validation{1, 1, takes_sized, to_int, "a string, list or map"};
    if (name == "abs") return Validation{1, 1, takes_number, first_type, "a number"};
    if (name == "ceil" || name == "floor" || name == "round") {
        return Validation{1, 1, takes_number, to_float, "a number"};
    }
    if (name == "int")
        return Validation{1, 1, takes_number_or_text, to_int, "a number or a string"};
    if (name == "float") {
        return Validation{1, 1, takes_number_or_text, to_float, "a number or a string"};
    }
    if (is_aggregate(name)) {
        return Validation{1, kMany, takes_list_or_number, first_type, "numbers or lists of them"};
    }
    if (name == "first" || name == "last") {
        return Validation{1, 1, takes_list, declared_element, "a list"};
    }
    if (name == "take")
        return Validation{2, 2, takes_list_and_int, first_type, "a list and an int"};
    if (name == "keys" || name == "values" || name == "toPairs") {
        return Validation{1, 1, takes_map, any_list, "a map"};
    }
    if (name == "fromPairs") return Validation{1, 1, takes_list, to_map, "a list"};
    if (name == "reverse" || name == "uniq" || name == "flatten") {
        return Validation{1, 1, takes_list, any_list, "a list"};
    }
    if (name == "concat") return Validation{1, kMany, takes_list, any_list, "lists"};
    if (name == "date") return Validation{1, 3, nullptr, to_time, ""};
    if (name == "now") return Validation{0, 1, nullptr, to_time, ""};
    return std::nullopt;
}

} // namespace

std::span<const std::string_view> builtin_types(std::string_view name) {
    if (name == "bitnot") return kBitnotTypes;
    for (const BuiltinTypes& builtin : kBuiltinTypes) {
        if (builtin.name != name) continue;
        const auto n_types = static_cast<std::size_t>(
            std::find(builtin.types.begin(), builtin.types.end(), std::string_view()) -
            builtin.types.begin());
        return std::span(builtin.types).first(n_types);
    }
    return {};
}

Type Checker::check_call(ExprId id) {
    const std::span<const ExprId> children = tree_.children(id);
    const ExprId callee = children.front();
    const std::span<const ExprId> arguments = children.subspan(1);
    const Expr& callee_expr = tree_.node(callee);
    std::string name = "function";
    if (callee_expr.kind == ExprKind::kName) name = tree_.text(callee);
    if (callee_expr.kind == ExprKind::kMember) name = tree_.text(tree_.child(callee, 1));
    const std::size_t n_before = result_.findings.size();
    const Type type = visit(callee);
    const bool is_unknown_name = callee_expr.kind == ExprKind::kName &&
                                 result_.findings.size() > n_before &&
                                 result_.findings.back().kind == FindingKind::kUnknownName;
    if (is_unknown_name) {
        Finding& finding = result_.findings.back();
        finding.kind = FindingKind::kUnknownFunction;
        finding.message = "there is no function `" + name + "`";
        const std::string_view nearest = nearest_name(name, builtin_names());
        finding.help = nearest.empty() ? "" : "did you mean `" + std::string(nearest) + "`?";
    }
    if (type.is_unknown()) {
        // expr-lang does not look at the arguments of a function that it does not know.
        for (const ExprId argument : arguments)
            visit_quietly(argument);
        return {};
    }
    if (type.kind != TypeKind::kFunction) {
        return report(FindingKind::kNotCallable, callee,
                      "`" + name + "` is " + describe(type) + " and cannot be called", "", name);
    }
    if (std::optional<Finding> finding = check_arguments(id, name, *type.signature, arguments)) {
        return report(std::move(*finding));
    }
    return type.signature->results.front();
}

std::optional<Finding> Checker::check_arguments(ExprId id, std::string_view name,
                                                const Signature& signature,
                                                std::span<const ExprId> arguments) {
    const std::string shown = "`" + std::string(name) + "`";
    if (signature.results.size() > 2) {
        return make_finding(FindingKind::kNotCallable, id, shown + " gives several values", "",
                            name);
    }
    const std::size_t n_fixed = signature.parameters.size() - (signature.is_variadic ? 1 : 0);
    const bool too_few = arguments.size() < n_fixed;
    if (too_few || (arguments.size() > n_fixed && !signature.is_variadic)) {
        for (const ExprId argument : arguments)
            visit(argument);
        return make_finding(FindingKind::kWrongArgument, id,
                            shown + " takes " + (signature.is_variadic ? "at least " : "") +
                                counted(n_fixed) + ", not " + std::to_string(arguments.size()),
                            "", name);
    }
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const Type& parameter = signature.parameters[std::min(i, signature.parameters.size() - 1)];
        if (std::optional<Finding> finding = check_argument(arguments[i], name, parameter)) {
            return finding;
        }
    }
    return std::nullopt;
}

std::optional<Finding> Checker::check_argument(ExprId argument, std::string_view name,
                                               const Type& parameter) {
    const Type type = visit(argument);
    const bool to_float = parameter.kind == TypeKind::kFloat && type.is_plain_int();
    const bool to_other_int =
        parameter.is_plain_int() && type.is_plain_int() && parameter.int_type != type.int_type;
    if (to_float || to_other_int) {
        convert_literals(argument, parameter);
        return std::nullopt;
    }
    if (type.is_unknown() || parameter.is_unknown()) return std::nullopt;
    const bool nil_fits = parameter.kind == TypeKind::kZone;
    if (type.is_nil() ? nil_fits : is_assignable(type, parameter)) return std::nullopt;
    std::string help;
    if (parameter.kind == TypeKind::kString && type.is_number()) {
        help = "turn the number into text with `string(…)`";
    } else if (parameter.is_number() && type.kind == TypeKind::kString) {
        help = "turn the string into a number with `int(…)`";
    }
    Finding finding = make_finding(FindingKind::kWrongArgument, argument,
                                   "`" + std::string(name) + "` takes " + describe(parameter) +
                                       ", not " + describe(type),
                                   std::move(help), name);
    finding.original = "cannot use " + type_in_go(type) + " as argument (type " +
                       type_in_go(parameter) + ") to call " + std::string(name) + " ";
    return finding;
}

void Checker::convert_literals(ExprId id, const Type& to) {
    const Expr& expr = tree_.node(id);
    if (expr.kind == ExprKind::kInt) {
        result_.types[id] = to;
    } else if (expr.kind == ExprKind::kUnary) {
        convert_literals(tree_.child(id, 0), to);
    } else if (expr.op == Operator::kAdd || expr.op == Operator::kSubtract ||
               expr.op == Operator::kMultiply) {
        convert_literals(tree_.child(id, 0), to);
        convert_literals(tree_.child(id, 1), to);
    }
}

Type Checker::check_builtin(ExprId id) {
    const std::string& name = tree_.text(id);
    if (find_predicate_builtin(name) != nullptr) return check_predicate_builtin(id);
    if (name == "get") return check_get(id);
    const std::span<const std::string_view> types = builtin_types(name);
    return types.empty() ? check_validated(id, name) : check_overloads(id, name, types);
}

Type Checker::check_overloads(ExprId id, std::string_view name,
                              std::span<const std::string_view> types) {
    std::optional<Finding> last;
    for (const std::string_view type : types) {
        const Signature& signature = signature_of(std::string(type));
        last = check_arguments(id, name, signature, tree_.children(id));
        if (!last) return signature.results.front();
    }
    return report(std::move(*last));
}

Type Checker::check_validated(ExprId id, std::string_view name) {
    const std::optional<Validation> validation = find_validation(name);
    std::vector<Type> types;
    for (const ExprId argument : tree_.children(id))
        types.push_back(visit(argument));
    const std::string shown = "`" + std::string(name) + "`";
    if (!validation) return {};
    std::size_t n_counted = types.size();
    const bool has_zone = !types.empty() && types.front().kind == TypeKind::kZone;
    if (name == "date" && has_zone) --n_counted;
    const std::size_t least = name == "date" && has_zone ? 0 : validation->least;
    if (n_counted < least || n_counted > validation->most ||
        (name == "now" && types.size() == 1 && !has_zone)) {
        return report(FindingKind::kWrongArgument, id,
                      shown + " takes " + (validation->most > least + 5 ? "at least " : "") +
                          counted(std::max(least, validation->least)) + ", not " +
                          std::to_string(types.size()),
                      "", std::string(name));
    }
    for (std::size_t i = 0; i < types.size() && validation->takes != nullptr; ++i) {
        if (types[i].is_unknown() || (is_aggregate(name) && types[i].is_list())) {
            if (is_aggregate(name)) return {};
            continue;
        }
        if (validation->takes(types[i], i)) continue;
        return report(FindingKind::kWrongArgument, id,
                      shown + " takes " + std::string(validation->wanted) + ", not " +
                          describe(types[i]),
                      "", std::string(name));
    }
    if (types.empty() || !types.front().is_unknown()) return validation->outcome(types);
    const bool keeps_type =
        validation->outcome == first_type || validation->outcome == declared_element;
    return keeps_type ? Type() : validation->outcome(types);
}

Type Checker::check_get(ExprId id) {
    const std::span<const ExprId> arguments = tree_.children(id);
    if (arguments.size() != 2) {
        return report(FindingKind::kWrongArgument, id,
                      "`get` takes 2 arguments, not " + std::to_string(arguments.size()), "",
                      "get");
    }
    const Type base = visit(arguments[0]);
    const Type key = visit(arguments[1]);
    if (base.is_unknown()) return {};
    if (base.is_list()) {
        if (key.is_plain_int() || key.is_unknown()) return element_of(base);
        return report(FindingKind::kWrongArgument, arguments[1],
                      "elements of a list are taken by an int, not by " + describe(key));
    }
    if (base.kind == TypeKind::kMap) {
        if (is_assignable(key, key_of(base)) || key.is_unknown()) return element_of(base);
        return report(FindingKind::kWrongArgument, arguments[1],
                      "keys of the map are strings, not " + describe(key));
    }
    return report(FindingKind::kWrongArgument, arguments[0], describe(base) + " has no elements");
}

Type Checker::check_predicate(ExprId id) {
    return visit(tree_.child(id, 0));
}

Type Checker::check_predicate_builtin(ExprId id) {
    const std::string& name = tree_.text(id);
    const std::span<const ExprId> arguments = tree_.children(id);
    const Type collection = visit(arguments[0]);
    if (!collection.is_list() && !collection.is_unknown()) {
        return report(FindingKind::kWrongArgument, arguments[0],
                      "`" + name + "` takes a list, not " + describe(collection), "", name);
    }
    const bool is_reduce = name == "reduce";
    if (arguments.size() == 1) { // count, sum
        if (name == "count") return int_type();
        return collection.is_unknown() ? Type() : element_of(collection);
    }
    predicates_.push_back({collection, name == "map" || is_reduce, is_reduce});
    const Type body = visit(arguments[1]);
    predicates_.pop_back();
    if (name == "sortBy" && arguments.size() == 3) {
        const Type order = visit(arguments[2]);
        if (order.kind != TypeKind::kString && !order.is_unknown()) {
            return report(FindingKind::kWrongArgument, arguments[2],
                          "the order of `sortBy` is a string, not " + describe(order));
        }
    }
    if (is_reduce && arguments.size() == 3) visit(arguments[2]);
    if (body.is_nil()) {
        return report(FindingKind::kPredicate, arguments[1],
                      "the predicate of `" + name + "` is always nil", "", name);
    }
    const bool keeps_any =
        name == "map" || name == "sum" || name == "groupBy" || name == "sortBy" || is_reduce;
    if (!keeps_any && body.kind != TypeKind::kBool && !body.is_unknown()) {
        return report(FindingKind::kPredicate, arguments[1],
                      "the predicate of `" + name + "` is " + describe(body) + ", not a bool",
                      "compare it with something", name);
    }
    if (name == "map") return list_of(body);
    if (name == "sum" || is_reduce) return body;
    if (name == "groupBy") return map_type(MapType::kAnyList);
    if (name == "sortBy") return collection;
    if (name == "count" || name == "findIndex" || name == "findLastIndex") return int_type();
    if (name == "find" || name == "findLast") {
        return collection.is_unknown() ? Type() : element_of(collection);
    }
    if (name == "filter") {
        return collection.is_unknown() ? list_type(ListType::kAny)
                                       : list_of(element_of(collection));
    }
    return simple_type(TypeKind::kBool); // all, none, any, one
}

} // namespace tiphys::expr
