// Evaluation of expr-lang: from text to value.
#include "compiler/expr/evaluate.h"

#include <utility>

#include "compiler/expr/builtin_names.h"
#include "compiler/expr/machine.h"

namespace tiphys::expr {

std::vector<std::string_view> shadowing_names(const Type& variables) {
    std::vector<std::string_view> names;
    if (!variables.fields) return names;
    for (const auto& [name, type] : variables.fields->types) {
        if (is_builtin(name)) names.push_back(name);
    }
    return names;
}

Type type_of_variables(const Value& variables) {
    Fields fields;
    fields.closed = true;
    if (variables.kind() == ValueKind::kMap) {
        for (const auto& [name, value] : variables.as_map().entries)
            fields.types.emplace(name.as_string(), type_of(value));
    }
    return map_of(std::move(fields));
}

Compilation compile(std::string_view text, const Type& type) {
    const std::vector<std::string_view> shadowing = shadowing_names(type);
    return compile(parse(text, Dialect::kExpr, shadowing), type);
}

Compilation compile(const ParseResult& parsed, const Type& type) {
    Compilation compilation;
    if (!parsed.ok()) {
        const ParseError& error = *parsed.error;
        compilation.error = EvaluationError{true,          error.range, error.range,
                                            error.message, error.help,  error.original};
        return compilation;
    }
    const CheckResult checked = check(parsed.tree, parsed.root, type);
    const Finding* finding = checked.first_error();
    OptimizeResult optimized;
    if (finding == nullptr) {
        optimized = optimize(parsed.tree, parsed.root, checked.types);
        if (optimized.error) finding = &*optimized.error;
    }
    if (finding != nullptr) {
        compilation.error =
            EvaluationError{true,          finding->range,   finding->anchor, finding->message,
                            finding->help, finding->original};
        return compilation;
    }
    compilation.program = std::move(optimized.program);
    return compilation;
}

Evaluation run(const Program& program, const Value& variables, const Environment& environment) {
    return Machine(program, variables, environment).run();
}

Evaluation evaluate(std::string_view text, const Value& variables, const Environment& environment) {
    Compilation compilation = compile(text, type_of_variables(variables));
    if (compilation.ok()) return run(compilation.program, variables, environment);
    Evaluation evaluation;
    evaluation.error = std::move(compilation.error);
    return evaluation;
}

Evaluation run_bool(const Program& program, const Value& variables,
                    const Environment& environment) {
    Evaluation evaluation = run(program, variables, environment);
    if (evaluation.ok() && evaluation.value.kind() != ValueKind::kBool) {
        const Range range = program.tree.node(program.root).range;
        evaluation.error =
            EvaluationError{false, range, range,
                            "the outcome is `" + go_text(evaluation.value) + "`, not true or false",
                            "compare it with something"};
        evaluation.value = Value();
    }
    return evaluation;
}

Evaluation evaluate_bool(std::string_view text, const Value& variables,
                         const Environment& environment) {
    Compilation compilation = compile(text, type_of_variables(variables));
    if (compilation.ok()) return run_bool(compilation.program, variables, environment);
    Evaluation evaluation;
    evaluation.error = std::move(compilation.error);
    return evaluation;
}

} // namespace tiphys::expr
