// Expressions with the variables of a scope. Argo: util/template/expression_template.go,
// util/expr/argoexpr, workflow/controller/scope.go.

#include "runtime/core/expression.h"

#include <algorithm>

#include "compiler/expr/argo_variables.h"
#include "compiler/expr/evaluate.h"
#include "compiler/expr/json.h"
#include "compiler/expr/when.h"
#include "runtime/core/required_names.h"

namespace tiphys::run {
namespace {

/// Variables as a value, and the artifacts behind its objects.
struct Variables {
    expr::Value value;
    std::vector<std::pair<const expr::Object*, Artifact>> artifacts;
};

/// Late variables: an expression with one of them waits for it. Argo: variablesToCheck.
constexpr std::string_view kLate[] = {
    "item",               "retries",           "lastRetry.exitCode", "lastRetry.status",
    "lastRetry.duration", "lastRetry.message", "workflow.status",    "workflow.failures"};

expr::Value artifact_value(const Artifact& artifact, Variables& variables) {
    auto object = std::make_shared<expr::Object>();
    object->type = "v1alpha1.Artifact";
    object->fields = {{"Name", expr::Value::string(artifact.name)},
                      {"Path", expr::Value::string(artifact.path)}};
    variables.artifacts.emplace_back(object.get(), artifact);
    return expr::Value::object(std::move(object));
}

Variables variables_of(std::string_view text, const Scope& scope, bool with_artifacts) {
    Variables variables;
    std::vector<std::pair<expr::Value, expr::Value>> entries;
    scope.each(text, [&](std::string key, Found found) {
        expr::Value value;
        if (found.kind == Found::Kind::kText) value = expr::Value::string(std::move(found.text));
        if (found.kind == Found::Kind::kArtifact) {
            if (!with_artifacts) return;
            value = artifact_value(found.artifact, variables);
        }
        entries.emplace_back(expr::Value::string(std::move(key)), std::move(value));
    });
    const expr::Value flat = expr::Value::map(std::move(entries));
    variables.value = expr::argo_variables(flat.as_map());
    return variables;
}

/// The same seed for the same run and text, so that a replay sees the same chance.
expr::Environment environment_of(std::string_view text, const Scope& scope) {
    expr::Environment environment;
    const State& state = *scope.state;
    environment.now.seconds = state.now_ms / 1000;
    environment.now.nanoseconds = static_cast<std::int32_t>(state.now_ms % 1000 * 1'000'000);
    const std::uint32_t seed =
        fnv1a(text, fnv1a(state.plan->uid)) ^ static_cast<std::uint32_t>(state.nodes.size());
    environment.random_bytes = expr::seeded_bytes(seed);
    environment.zone_file = state.plan->zone_file;
    return environment;
}

/// Go's wording: the message, its place, the line and a caret. expr-lang: file/error.go.
std::string error_text(const expr::EvaluationError& error, std::string_view source) {
    const std::size_t at = std::min<std::size_t>(error.anchor.begin, source.size());
    const std::string_view before = source.substr(0, at);
    const std::size_t line = 1 + static_cast<std::size_t>(
                                     std::count(before.begin(), before.end(), '\n'));
    const std::size_t line_begin = before.rfind('\n') == before.npos ? 0 : before.rfind('\n') + 1;
    const std::size_t line_end = std::min(source.find('\n', line_begin), source.size());
    std::size_t column = 0;
    for (const char c : source.substr(line_begin, at - line_begin)) {
        if ((static_cast<unsigned char>(c) & 0xc0U) != 0x80U) ++column;
    }
    return error.message + " (" + std::to_string(line) + ":" + std::to_string(column + 1) +
           ")\n | " + std::string(source.substr(line_begin, line_end - line_begin)) + "\n | " +
           std::string(column, '.') + "^";
}

bool is_reference(std::string_view name) {
    const std::string_view first = name.substr(0, name.find('.'));
    return first == "tasks" || first == "steps";
}

/// The value as it stands in text: strings as they are, anything else as JSON.
Resolved text_of_value(const expr::Value& value) {
    if (value.is_string()) return {value.as_string(), ""};
    std::string reason;
    auto json = expr::to_json(value, expr::JsonStyle{}, reason);
    if (!json) return {"", "failed to marshal evaluated expression: " + reason};
    // Argo takes the quotes off anything that has them, so also off times.
    const bool quoted = json->size() > 1 && json->front() == '"' && json->back() == '"';
    return {quoted ? json_unquote(*json) : std::move(*json), ""};
}

} // namespace

Resolved expand_expression(std::string_view source, const Scope& scope, Strictness strictness) {
    const Resolved unresolved{"{{=" + std::string(source) + "}}", ""};
    const Variables variables = variables_of(source, scope, false);
    const RequiredNames required = required_names(source);
    bool may_stay = strictness == Strictness::kLenient;
    if (required.parsed) {
        for (const std::string& name : required.names) {
            if (has_name(variables.value, name)) continue;
            const bool late = std::find(std::begin(kLate), std::end(kLate), name) != std::end(kLate);
            const bool waits = scope.item_comes_later && (name == "item" || is_item_part(name));
            const bool strict = strictness == Strictness::kAll ||
                                (strictness == Strictness::kReferences && is_reference(name));
            if (strict && !waits) {
                return {"", "failed to evaluate expression: " + name + " is missing"};
            }
            may_stay = true;
            if (late || waits) return unresolved;
        }
    } else {
        may_stay = false;
    }
    const expr::Evaluation evaluation =
        expr::evaluate(source, variables.value, environment_of(source, scope));
    if (!evaluation.ok()) {
        if (may_stay) return unresolved;
        return {"", "failed to evaluate expression: " + error_text(*evaluation.error, source)};
    }
    if (evaluation.value.is_nil()) {
        if (may_stay) return unresolved;
        return {"", "failed to evaluate expression " + go_quote(source)};
    }
    return text_of_value(evaluation.value);
}

Truth evaluate_when(std::string_view condition) {
    const expr::WhenResult result = expr::evaluate_when(condition);
    if (result.value) return {*result.value, ""};
    const std::string text(condition);
    const std::string& why = result.error.message;
    switch (result.stage) {
    case expr::WhenStage::kParse: {
        const bool token = why.find("Invalid token") != why.npos;
        return {false, "Invalid 'when' expression '" + text + "': " + why +
                           (token ? " (hint: try wrapping the affected expression in quotes (\"))"
                                  : "")};
    }
    case expr::WhenStage::kReparse:
        return {false, "Failed to parse 'when' expression '" + text + "': " + why};
    case expr::WhenStage::kEvaluate:
        return {false, "Failed to evaluate 'when' expresion '" + text + "': " + why};
    case expr::WhenStage::kNotBool:
        return {false, "Expected boolean evaluation for '" + text + "'. Got " +
                           expr::go_text(result.got)};
    }
    return {false, why};
}

Truth evaluate_condition(std::string_view expression, const Scope& scope) {
    const Variables variables = variables_of(expression, scope, false);
    const expr::Evaluation evaluation =
        expr::evaluate(expression, variables.value, environment_of(expression, scope));
    if (!evaluation.ok()) {
        const std::string why = error_text(*evaluation.error, expression);
        if (evaluation.error->is_compile_error) return {false, why};
        return {false, "unable to evaluate expression '" + std::string(expression) + "': " + why};
    }
    const expr::Value& value = evaluation.value;
    if (value.kind() == expr::ValueKind::kBool) return {value.as_bool(), ""};
    // Go's %s of something that is no string.
    const std::string shown = value.is_string() ? value.as_string()
                              : value.is_nil()
                                  ? "%!s(<nil>)"
                                  : "%!s(" + expr::go_type(value) + "=" + expr::go_text(value) + ")";
    return {false, "unable to cast expression result '" + shown + "' to bool"};
}

Resolved evaluate_value(std::string_view expression, const Scope& scope) {
    const Variables variables = variables_of(expression, scope, true);
    const expr::Evaluation evaluation =
        expr::evaluate(expression, variables.value, environment_of(expression, scope));
    if (!evaluation.ok()) return {"", error_text(*evaluation.error, expression)};
    if (evaluation.value.is_nil()) {
        return {"", "failed to evaluate expression " + go_quote(expression)};
    }
    return {expr::go_text(evaluation.value), ""};
}

FoundArtifact evaluate_artifact(std::string_view expression, const Scope& scope) {
    const Variables variables = variables_of(expression, scope, true);
    const expr::Evaluation evaluation =
        expr::evaluate(expression, variables.value, environment_of(expression, scope));
    if (!evaluation.ok()) return {{}, error_text(*evaluation.error, expression)};
    if (evaluation.value.kind() == expr::ValueKind::kObject) {
        for (const auto& [object, artifact] : variables.artifacts) {
            if (object == &evaluation.value.as_object()) return {artifact, ""};
        }
    }
    return {{}, "Variable {{" + std::string(expression) + "}} is not an artifact"};
}

} // namespace tiphys::run
