// Expressions with the variables of a scope. Argo: util/template/expression_template.go,
// util/expr/argoexpr, workflow/controller/scope.go.

#include "runtime/core/expression.h"

#include <algorithm>

#include "runtime/core/resolve.h"
#include "runtime/plan/evaluate.h"

namespace tiphys::run {
namespace {

/// Late variables: an expression with one of them waits for it. Argo: variablesToCheck.
constexpr std::string_view kLate[] = {"item",
                                      "retries",
                                      "lastRetry.exitCode",
                                      "lastRetry.status",
                                      "lastRetry.duration",
                                      "lastRetry.message",
                                      "workflow.status",
                                      "workflow.failures"};

struct Variables {
    std::vector<Variable> all;
    std::vector<Artifact> artifacts;
};

Variables variables_of(std::string_view text, const Scope& scope, bool with_artifacts) {
    Variables variables;
    scope.each(text, [&](std::string key, Found found) {
        Variable variable;
        variable.name = std::move(key);
        if (found.kind == Found::Kind::kArtifact) {
            if (!with_artifacts) return;
            variable.kind = Variable::Kind::kArtifact;
            variable.text = found.artifact.name;
            variable.artifact = variables.artifacts.size();
            variables.artifacts.push_back(std::move(found.artifact));
        } else {
            const bool is_nil = found.kind == Found::Kind::kNil;
            variable.kind = is_nil ? Variable::Kind::kNil : Variable::Kind::kText;
            variable.text = std::move(found.text);
        }
        variables.all.push_back(std::move(variable));
    });
    return variables;
}

/// The same seed for the same run and text, so that a replay sees the same chance.
World world_of(std::string_view text, const Scope& scope) {
    const State& state = *scope.state;
    World world;
    world.now_ms = state.now_ms;
    world.seed = fnv1a(text, fnv1a(state.plan->uid)) + state.nodes.size();
    world.zone_file = state.plan->zone_file;
    return world;
}

/// Tags in the text of an expression are replaced before it is read.
std::string without_tags(std::string_view expression, const Scope& scope) {
    if (expression.find("{{") == expression.npos) return std::string(expression);
    return resolve(Text(std::string(expression)), scope, Strictness::kLenient).text;
}

bool is_reference(std::string_view name) {
    const std::string_view first = name.substr(0, name.find('.'));
    return first == "tasks" || first == "steps";
}

bool is_late(std::string_view name) {
    return std::find(std::begin(kLate), std::end(kLate), name) != std::end(kLate);
}

} // namespace

Resolved expand_expression(std::string_view source, const Scope& scope, Strictness strictness) {
    const Resolved unresolved{"{{=" + std::string(source) + "}}", ""};
    const Variables variables = variables_of(source, scope, false);
    const auto missing = missing_names(source, variables.all);
    // A text that is no expression is an error wherever it stands.
    bool may_stay = missing && strictness == Strictness::kLenient;
    for (const std::string& name : missing.value_or(std::vector<std::string>())) {
        const bool is_item = name == "item" || name.substr(0, 5) == "item.";
        const bool waits = scope.item_comes_later && is_item;
        const bool strict = strictness == Strictness::kAll ||
                            (strictness == Strictness::kReferences && is_reference(name));
        if (strict && !waits) {
            // Where the steps themselves are missing, the expression says which one was meant.
            const bool is_group = name == "steps" || name == "tasks";
            return {"", "failed to evaluate expression: " + name + " is missing" +
                            (is_group ? ": {{=" + std::string(source) + "}}" : "")};
        }
        if (waits || is_late(name)) return unresolved;
        may_stay = true;
    }
    const Evaluated value = evaluate_expression(source, variables.all, world_of(source, scope));
    const bool has_value = value.error.empty() && value.kind != Evaluated::Kind::kNil;
    if (!has_value && may_stay) return unresolved;
    if (!value.error.empty()) return {"", "failed to evaluate expression: " + value.error};
    if (!has_value) return {"", "failed to evaluate expression " + go_quote(source)};
    if (!value.text_error.empty()) {
        return {"", "failed to marshal evaluated expression: " + value.text_error};
    }
    return {value.in_text, ""};
}

Truth evaluate_condition(std::string_view source, const Scope& scope) {
    const std::string expression = without_tags(source, scope);
    const Variables variables = variables_of(expression, scope, false);
    const Evaluated value =
        evaluate_expression(expression, variables.all, world_of(expression, scope));
    if (!value.error.empty()) {
        if (value.is_compile_error) return {false, value.error};
        return {false, "unable to evaluate expression '" + expression + "': " + value.error};
    }
    if (value.kind == Evaluated::Kind::kBool) return {value.truth, ""};
    return {false, "unable to cast expression result '" + value.in_message + "' to bool"};
}

Resolved evaluate_value(std::string_view source, const Scope& scope) {
    const std::string expression = without_tags(source, scope);
    const Variables variables = variables_of(expression, scope, true);
    const Evaluated value =
        evaluate_expression(expression, variables.all, world_of(expression, scope));
    if (!value.error.empty()) return {"", value.error};
    if (value.kind == Evaluated::Kind::kNil) {
        return {"", "failed to evaluate expression " + go_quote(expression)};
    }
    return {value.plain, ""};
}

FoundArtifact evaluate_artifact(std::string_view source, const Scope& scope) {
    const std::string expression = without_tags(source, scope);
    const Variables variables = variables_of(expression, scope, true);
    const Evaluated value =
        evaluate_expression(expression, variables.all, world_of(expression, scope));
    if (!value.error.empty()) return {{}, value.error};
    if (value.kind == Evaluated::Kind::kArtifact) return {variables.artifacts[value.artifact], ""};
    return {{}, "Variable {{" + expression + "}} is not an artifact"};
}

} // namespace tiphys::run
