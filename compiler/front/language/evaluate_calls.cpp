// Functions of the language and of expr-lang, and comprehensions as values.
#include <algorithm>
#include <array>

#include "compiler/front/language/declare.h"
#include "compiler/front/language/value.h"

namespace tiphys::front {
namespace {

/// How Argo's expr-lang calls the function; `json` depends on what it is given.
constexpr std::array<std::pair<std::string_view, std::string_view>, 30> kFunctions{{
    {"trim", "trim"},         {"upper", "upper"},
    {"lower", "lower"},       {"replace", "replace"},
    {"split", "split"},       {"join", "join"},
    {"len", "len"},           {"filter", "filter"},
    {"map", "map"},           {"any", "any"},
    {"all", "all"},           {"none", "none"},
    {"json", "toJson"},       {"parse", "fromJSON"},
    {"jsonpath", "jsonpath"}, {"default", "sprig.default"},
    {"int", "asInt"},         {"float", "asFloat"},
    {"asInt", "asInt"},       {"asFloat", "asFloat"},
    {"string", "string"},     {"toJson", "toJson"},
    {"fromJSON", "fromJSON"}, {"first", "first"},
    {"last", "last"},         {"min", "min"},
    {"max", "max"},           {"sum", "sum"},
    {"sort", "sort"},         {"count", "count"},
}};

std::string name_of(const ast::Expr* callee) {
    if (const auto* name = ast::as<ast::NameExpr>(callee)) return std::string(name->name.text);
    const auto* member = ast::as<ast::MemberExpr>(callee);
    const auto* object = member == nullptr ? nullptr : ast::as<ast::NameExpr>(member->object);
    if (object == nullptr) return {};
    return std::string(object->name.text) + "." + std::string(member->member.text);
}

std::string changed_case(std::string text, bool is_upper) {
    for (char& c : text) {
        if (is_upper && c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
        if (!is_upper && c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    }
    return text;
}

} // namespace

bool Evaluator::bind(const ast::FnDecl& decl, const ast::CallExpr& call, Span span,
                     const LanguageScope& scope, LanguageScope& inner) {
    const std::size_t n_params = decl.params == nullptr ? 0 : decl.params->items.size();
    for (std::size_t i = 0; i < n_params; ++i) {
        const ast::Param& param = decl.params->items[i];
        const ast::Expr* given = nullptr;
        for (std::size_t k = 0; k < call.arguments.size(); ++k) {
            const ast::Argument& argument = call.arguments[k];
            const bool fits =
                argument.name == nullptr ? k == i : argument.name->text == param.name.text;
            if (!fits) continue;
            given = argument.value;
            if (given != nullptr || argument.name == nullptr) continue;
            given = &inner.implied.emplace_back(
                ast::Expr{.span = argument.span, .value = ast::NameExpr{*argument.name}});
        }
        Symbol symbol{.kind = Symbol::Kind::kLet, .span = param.span};
        symbol.expr = given == nullptr ? param.fallback : given;
        symbol.scope = given == nullptr ? inner.parent : &scope;
        if (symbol.expr == nullptr) {
            problems_.report(kLanguageType, span,
                             "`" + std::string(decl.name.text) + "` needs `" +
                                 std::string(param.name.text) + "`");
            return false;
        }
        declare_variable(inner, param.name, symbol, problems_);
    }
    return true;
}

/// The body with the arguments in the place of the parameters.
Value Evaluator::call_function(const Symbol& function, const ast::CallExpr& call,
                               const ast::Expr& expr, const LanguageScope& scope) {
    const ast::FnDecl& decl = *function.function;
    if (std::find(active_.begin(), active_.end(), decl.body) != active_.end()) {
        problems_.report(kLanguageType, expr.span, "a function cannot call itself",
                         "repeat with a loop, or in a template");
        return error(expr.span);
    }
    LanguageScope inner;
    inner.parent = function.scope;
    if (!bind(decl, call, expr.span, scope, inner)) return error(expr.span);
    active_.push_back(decl.body);
    Value value = evaluate(*decl.body, inner);
    active_.pop_back();
    return value;
}

bool Evaluator::is_secret(const ast::Expr* expr) {
    const auto* call = ast::as<ast::CallExpr>(expr);
    return call != nullptr && name_of(call->callee) == "secret";
}

/// Places that take a secret do not ask for its value.
Value Evaluator::report_secret(Span span) {
    problems_.report(kLanguageType, span,
                     "a secret cannot become text: everybody who may see the workflow could read "
                     "it",
                     "hand it to the container as `env { NAME: secret(…) }`, or mount it");
    return error(span);
}

Value Evaluator::evaluate_call(const ast::CallExpr& call, const ast::Expr& expr,
                               const LanguageScope& scope) {
    const std::string name = name_of(call.callee);
    const Symbol* symbol = call.callee == nullptr ? nullptr : scope.find_value(*call.callee);
    if (symbol != nullptr && symbol->kind == Symbol::Kind::kFunction) {
        return call_function(*symbol, call, expr, scope);
    }
    if (name == "secret") return report_secret(expr.span);
    std::vector<Value> values;
    for (const ast::Argument& argument : call.arguments) {
        if (argument.value == nullptr) continue;
        values.push_back(evaluate(*argument.value, scope));
        if (values.back().is_error) return error(expr.span);
    }
    if (name == "template" && values.size() == 2 && values[0].phase == ValuePhase::kEvent) {
        Value value = values[0];
        value.event_path.clear();
        value.event_template = to_text(values[1]);
        value.span = expr.span;
        return value;
    }
    const bool is_plain = values.size() == 1 && values[0].is_constant() &&
                          values[0].constant->type == ScalarType::kString;
    if (is_plain && (name == "upper" || name == "lower")) {
        return constant(drafts_.text(
            changed_case(std::string(values[0].constant->text), name == "upper"), expr.span));
    }
    if (name == "len" && values.size() == 1 && values[0].is_constant()) {
        const Draft& counted = *values[0].constant;
        const std::size_t size = counted.is_list() ? counted.items.size() : counted.text.size();
        return constant(drafts_.number(static_cast<std::int64_t>(size), expr.span));
    }
    if (values.size() == 1 && values[0].phase == ValuePhase::kEvent) {
        Value value = values[0];
        value.event_template =
            (name == "json" ? "fromJson" : name) + std::string(" ") + value.event_template;
        value.event_path.clear();
        return value;
    }
    std::string_view function;
    std::vector<std::string_view> names;
    for (const auto& [word, meaning] : kFunctions) {
        names.push_back(word);
        if (word == name) function = meaning;
    }
    if (name.starts_with("sprig.")) function = name;
    // Argo stores that list as JSON text within JSON text.
    if (name == "json" && values.size() == 1 && values[0].is_tag &&
        (values[0].type.kind == ValueType::Kind::kJson ||
         values[0].type.kind == ValueType::Kind::kList ||
         values[0].text == "{{workflow.failures}}")) {
        function = "fromJSON";
    }
    if (function.empty()) {
        problems_.report(kLanguageName, call.callee->span, "there is no function `" + name + "`",
                         Problems::suggestion(name, names));
        return error(expr.span);
    }
    std::string text = std::string(function) + "(";
    Value value = expression({}, 100, expr.span, {});
    for (std::size_t i = 0; i < values.size(); ++i) {
        text += (i == 0 ? "" : ", ") + operand(values[i], 0, function != "asInt");
        value = expression({}, 100, expr.span, {&value, &values[i]});
    }
    value.expr = text + ")";
    if (function == "asInt" || function == "len") value.type.kind = ValueType::Kind::kInt;
    return value;
}

/// `[f(x) for x in xs if c]` as a value: at once over constants, else with `map` and `filter`.
Value Evaluator::evaluate_loop(const ast::ComprehensionExpr& loop, const ast::Expr& expr,
                               const LanguageScope& scope) {
    const Value list = evaluate(*loop.loop->list, scope);
    if (list.is_error) return list;
    if (!list.is_constant() || !list.constant->is_list()) {
        LanguageScope inner{&scope, {}, {}, {}, nullptr};
        declare_variable(
            inner, loop.loop->first,
            {.kind = Symbol::Kind::kReference, .span = loop.loop->first.span, .tag = "#"},
            problems_);
        const Value body = evaluate(*loop.element, inner);
        std::string base = list.is_tag ? "fromJSON(" + list.expr + ")" : operand(list, 100, false);
        if (loop.loop->condition != nullptr) {
            const Value condition = evaluate(*loop.loop->condition, inner);
            base = "filter(" + base + ", {" + operand(condition, 0, false) + "})";
        }
        const std::string element = operand(body, 0, true);
        const std::string text = element == "#" ? base : "map(" + base + ", {" + element + "})";
        return expression(text, 100, expr.span, {&list, &body});
    }
    Draft* result = drafts_.list(expr.span);
    for (const Draft* item : list.constant->items) {
        LanguageScope inner{&scope, {}, {}, {}, nullptr};
        Symbol symbol{.kind = Symbol::Kind::kLet, .span = loop.loop->first.span};
        symbol.constant = item;
        declare_variable(inner, loop.loop->first, symbol, problems_);
        if (loop.loop->condition != nullptr) {
            const Value condition = evaluate(*loop.loop->condition, inner);
            if (condition.is_constant() && condition.constant->text != "true") continue;
        }
        const Value element = evaluate(*loop.element, inner);
        if (element.is_error) return element;
        result->items.push_back(to_draft(element));
    }
    return constant(result);
}

} // namespace tiphys::front
