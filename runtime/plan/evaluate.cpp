// Expressions by the evaluator that the compiler has.

#include "runtime/plan/evaluate.h"

#include <algorithm>

#include "compiler/expr/argo_variables.h"
#include "compiler/expr/depends.h"
#include "compiler/expr/evaluate.h"
#include "compiler/expr/json.h"
#include "compiler/expr/when.h"
#include "runtime/plan/json_text.h"
#include "runtime/plan/required_names.h"

namespace tiphys::run {
namespace {

/// Variables as nested maps, and the objects that stand for artifacts.
struct Bound {
    expr::Value value;
    std::vector<std::pair<const expr::Object*, std::size_t>> artifacts;
};

Bound bind(const std::vector<Variable>& variables) {
    Bound bound;
    std::vector<std::pair<expr::Value, expr::Value>> entries;
    for (const Variable& variable : variables) {
        expr::Value value;
        if (variable.kind == Variable::Kind::kText) value = expr::Value::string(variable.text);
        if (variable.kind == Variable::Kind::kArtifact) {
            auto object = std::make_shared<expr::Object>();
            object->type = "v1alpha1.Artifact";
            object->fields = {{"Name", expr::Value::string(variable.text)}};
            bound.artifacts.emplace_back(object.get(), variable.artifact);
            value = expr::Value::object(std::move(object));
        }
        if (variable.kind == Variable::Kind::kJson) {
            expr::JsonFault fault;
            value = expr::parse_json(variable.text, fault, expr::JsonNumbers::kIntsAndFloats)
                        .value_or(expr::Value());
        }
        if (variable.kind == Variable::Kind::kTime) {
            const auto time =
                expr::parse_time(expr::kRfc3339, variable.text, expr::TimeZone::utc());
            if (time) value = expr::Value::time(*time);
        }
        entries.emplace_back(expr::Value::string(variable.name), std::move(value));
    }
    const expr::Value flat = expr::Value::map(std::move(entries));
    bound.value = expr::argo_variables(flat.as_map());
    return bound;
}

/// Go's wording: the message, its place, the line and a caret. expr-lang: file/error.go.
std::string error_text(const expr::EvaluationError& error, std::string_view source) {
    const std::size_t at = std::min<std::size_t>(error.anchor.begin, source.size());
    const std::string_view before = source.substr(0, at);
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const std::size_t line_begin = before.rfind('\n') == before.npos ? 0 : before.rfind('\n') + 1;
    const std::size_t line_end = std::min(source.find('\n', line_begin), source.size());
    std::size_t column = 0;
    for (const char c : source.substr(line_begin, at - line_begin)) {
        if ((static_cast<unsigned char>(c) & 0xc0U) != 0x80U) ++column;
    }
    return (error.original.empty() ? error.message : error.original) + " (" + std::to_string(line) +
           ":" + std::to_string(column + 1) + ")\n | " +
           std::string(source.substr(line_begin, line_end - line_begin)) + "\n | " +
           std::string(column, '.') + "^";
}

void fill_text(const expr::Value& value, Evaluated& evaluated) {
    if (value.is_string()) {
        evaluated.in_text = evaluated.in_message = value.as_string();
        return;
    }
    evaluated.in_message = value.is_nil()
                               ? "%!s(<nil>)"
                               : "%!s(" + expr::go_type(value) + "=" + expr::go_text(value) + ")";
    auto json = expr::to_json(value, expr::JsonStyle{}, evaluated.text_error);
    if (!json) return;
    evaluated.text_error.clear();
    // Argo takes the quotes off anything that has them, so also off times.
    const bool quoted = json->size() > 1 && json->front() == '"' && json->back() == '"';
    evaluated.in_text = quoted ? json_unquote(*json) : std::move(*json);
}

expr::Environment environment_of(const World& world) {
    expr::Environment environment;
    environment.now.seconds = world.now_ms / 1000;
    environment.now.nanoseconds = static_cast<std::int32_t>(world.now_ms % 1000 * 1'000'000);
    environment.random_bytes = expr::seeded_bytes(world.seed);
    environment.zone_file = world.zone_file;
    return environment;
}

Evaluated failed(const expr::EvaluationError& error, std::string_view source) {
    Evaluated evaluated;
    evaluated.error = error_text(error, source);
    evaluated.is_compile_error = error.is_compile_error;
    return evaluated;
}

Evaluated evaluated_as(const expr::Value& value) {
    Evaluated evaluated;
    evaluated.plain = expr::go_text(value);
    fill_text(value, evaluated);
    if (value.is_nil()) return evaluated;
    evaluated.kind = Evaluated::Kind::kOther;
    evaluated.is_string = value.is_string();
    if (value.kind() == expr::ValueKind::kBool) {
        evaluated.kind = Evaluated::Kind::kBool;
        evaluated.truth = value.as_bool();
    }
    return evaluated;
}

} // namespace

Evaluated evaluate_expression(std::string_view source, const std::vector<Variable>& variables,
                              const World& world) {
    const Bound bound = bind(variables);
    const expr::Evaluation outcome = expr::evaluate(source, bound.value, environment_of(world));
    if (!outcome.ok()) return failed(*outcome.error, source);
    Evaluated evaluated = evaluated_as(outcome.value);
    if (outcome.value.kind() != expr::ValueKind::kObject) return evaluated;
    for (const auto& [object, number] : bound.artifacts) {
        if (object != &outcome.value.as_object()) continue;
        evaluated.kind = Evaluated::Kind::kArtifact;
        evaluated.artifact = number;
    }
    return evaluated;
}

Evaluated evaluate_chain(const std::vector<std::string>& sources, const Variable& first,
                         const World& world) {
    expr::Value variables = bind({first}).value;
    const expr::Value name = expr::Value::string(first.name);
    for (const std::string& source : sources) {
        const expr::Evaluation outcome = expr::evaluate(source, variables, environment_of(world));
        if (!outcome.ok()) return failed(*outcome.error, source);
        variables = expr::Value::map({{name, outcome.value}});
    }
    const expr::Evaluation last = expr::evaluate(first.name, variables, environment_of(world));
    return last.ok() ? evaluated_as(last.value) : failed(*last.error, first.name);
}

std::optional<std::vector<std::string>> missing_names(std::string_view source,
                                                      const std::vector<Variable>& variables) {
    const RequiredNames required = required_names(source);
    if (!required.parsed) return std::nullopt;
    const Bound bound = bind(variables);
    std::vector<std::string> missing;
    for (const std::string& name : required.names) {
        if (!has_name(bound.value, name)) missing.push_back(name);
    }
    return missing;
}

std::string depends_error(const expr::DependsLogic& logic) {
    const expr::Evaluation evaluation =
        expr::evaluate_depends(logic, [](std::string_view) { return expr::TaskResults{}; });
    if (evaluation.ok()) return "";
    std::string text = logic.text;
    std::replace(text.begin(), text.end(), '-', '_');
    return "unable to evaluate expression '" + text + "': " + error_text(*evaluation.error, text);
}

Truth evaluate_when(std::string_view condition) {
    const expr::WhenResult result = expr::evaluate_when(condition);
    if (result.value) return {*result.value, ""};
    const std::string text(condition);
    const expr::ParseError& error = result.error;
    const std::string& why = error.original.empty() ? error.message : error.original;
    switch (result.stage) {
    case expr::WhenStage::kParse: {
        const bool token = why.find("Invalid token") != why.npos;
        return {false,
                "Invalid 'when' expression '" + text + "': " + why +
                    (token ? " (hint: try wrapping the affected expression in quotes (\"))" : "")};
    }
    case expr::WhenStage::kReparse:
        return {false, "Failed to parse 'when' expression '" + text + "': " + why};
    case expr::WhenStage::kEvaluate:
        return {false, "Failed to evaluate 'when' expresion '" + text + "': " + why};
    case expr::WhenStage::kNotBool:
        return {false,
                "Expected boolean evaluation for '" + text + "'. Got " + expr::go_text(result.got)};
    }
    return {false, why};
}

} // namespace tiphys::run
