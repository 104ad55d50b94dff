// `depends` of DAG tasks. Argo: workflow/common/ancestry.go, workflow/controller/dag.go.
#include "compiler/expr/depends.h"

#include <algorithm>
#include <array>
#include <utility>

#include "compiler/expr/pratt.h"

namespace tiphys::expr {
namespace {

constexpr std::array<std::string_view, 8> kResults{"Succeeded",    "Failed",   "Errored",
                                                   "Skipped",      "Omitted",  "Daemoned",
                                                   "AnySucceeded", "AllFailed"};

constexpr bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}

constexpr bool is_letter_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || is_upper(c) || (c >= '0' && c <= '9');
}

constexpr bool is_ascii_letter(char c) {
    return is_letter_or_digit(c) && !(c >= '0' && c <= '9');
}

Range range_of(std::size_t begin, std::size_t end) {
    return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
}

std::string expand(std::string_view task, const ContinueOn& continue_on) {
    std::string text = "(";
    const auto append = [&](std::string_view result) {
        if (text.size() > 1) text += " || ";
        text.append(task).append(".").append(result);
    };
    append("Succeeded");
    append("Skipped");
    append("Daemoned");
    if (continue_on.error) append("Errored");
    if (continue_on.failed) append("Failed");
    return text + ")";
}

/// Where a part of the expansion comes from.
struct Origin {
    std::uint32_t begin = 0; ///< in the expansion
    Range source;            ///< in the text that was written
    bool is_expanded = false;
};

struct Expansion {
    std::string text;
    std::vector<Origin> origins;

    void append(std::string_view part, Range source, bool is_expanded) {
        origins.push_back({static_cast<std::uint32_t>(text.size()), source, is_expanded});
        text += part;
    }

    [[nodiscard]] const Origin& origin_of(std::uint32_t offset) const {
        const auto after = std::upper_bound(
            origins.begin(), origins.end(), offset,
            [](std::uint32_t o, const Origin& origin) { return o < origin.begin; });
        return *std::prev(after);
    }

    [[nodiscard]] Range source_of(Range range) const {
        if (origins.empty()) return range;
        const Origin& first = origin_of(range.begin);
        const Origin& last = origin_of(range.end > range.begin ? range.end - 1 : range.begin);
        Range source;
        source.begin = first.is_expanded ? first.source.begin
                                         : first.source.begin + (range.begin - first.begin);
        source.end =
            last.is_expanded ? last.source.end : last.source.begin + (range.end - last.begin);
        source.end = std::max(source.begin, source.end);
        return source;
    }
};

Expansion expand_all(std::string_view text, const std::vector<DependsReference>& references,
                     const ContinueOnOf& continue_on) {
    Expansion expansion;
    std::size_t copied = 0;
    const auto copy_to = [&](std::size_t end) {
        if (end > copied) {
            expansion.append(text.substr(copied, end - copied), range_of(copied, end), false);
        }
        copied = end;
    };
    for (const DependsReference& reference : references) {
        if (!reference.result.empty()) continue;
        copy_to(reference.range.begin);
        expansion.append(expand(reference.task, continue_on(reference.task)), reference.range,
                         true);
        copied = reference.range.end;
    }
    copy_to(text.size());
    return expansion;
}

} // namespace

std::vector<DependsReference> find_depends_references(std::string_view text) {
    std::vector<DependsReference> references;
    std::size_t at = 0;
    while (at < text.size()) {
        if (!is_letter_or_digit(text[at])) {
            ++at;
            continue;
        }
        const std::size_t begin = at;
        while (at < text.size() && (is_letter_or_digit(text[at]) || text[at] == '-'))
            ++at;
        DependsReference reference;
        reference.task = text.substr(begin, at - begin);
        reference.result_range = range_of(at, at);
        std::size_t end = at + 1;
        if (end < text.size() && text[at] == '.' && is_upper(text[end])) {
            while (end < text.size() && is_ascii_letter(text[end]))
                ++end;
            if (end - at > 2) { // a capital alone is no result
                reference.result = text.substr(at + 1, end - at - 1);
                reference.result_range = range_of(at + 1, end);
                at = end;
            }
        }
        reference.range = range_of(begin, at);
        references.push_back(std::move(reference));
    }
    return references;
}

bool is_task_result(std::string_view result) {
    return std::find(kResults.begin(), kResults.end(), result) != kResults.end();
}

DependsLogic parse_depends_logic(std::string_view text, const ContinueOnOf& continue_on) {
    DependsLogic logic;
    logic.references = find_depends_references(text);
    Expansion expansion = expand_all(text, logic.references, continue_on);
    std::string code = expansion.text;
    std::replace(code.begin(), code.end(), '-', '_');
    std::vector<std::string_view> names;
    for (const DependsReference& reference : logic.references)
        names.push_back(reference.task);
    logic.parsed = parse_expr(code, names);
    logic.parsed.tree.move_ranges([&](Range range) { return expansion.source_of(range); });
    if (logic.parsed.error) {
        logic.parsed.error->range = expansion.source_of(logic.parsed.error->range);
    }
    logic.text = std::move(expansion.text);
    return logic;
}

std::string dependencies_logic(const std::vector<std::string>& dependencies,
                               const ContinueOnOf& continue_on) {
    std::string text;
    for (const std::string& dependency : dependencies) {
        if (!text.empty()) text += " && ";
        text += expand(dependency, continue_on(dependency));
    }
    return text;
}

namespace {

Value results_value(const TaskResults& results) {
    Object object;
    object.type = "controller.TaskResults";
    const auto add = [&](std::string_view name, bool value) {
        object.fields.emplace_back(name, Value::boolean(value));
    };
    add("Succeeded", results.succeeded);
    add("Failed", results.failed);
    add("Errored", results.errored);
    add("Skipped", results.skipped);
    add("Omitted", results.omitted);
    add("Daemoned", results.daemoned);
    add("AnySucceeded", results.any_succeeded);
    add("AllFailed", results.all_failed);
    return Value::object(std::make_shared<const Object>(std::move(object)));
}

} // namespace

Evaluation evaluate_depends(const DependsLogic& logic, const TaskResultsOf& results) {
    std::vector<std::pair<Value, Value>> variables;
    for (const DependsReference& reference : logic.references) {
        std::string name = reference.task;
        std::replace(name.begin(), name.end(), '-', '_');
        const std::optional<TaskResults> known = results(reference.task);
        if (known) variables.emplace_back(Value::string(std::move(name)), results_value(*known));
    }
    const Value scope = Value::map(std::move(variables));
    Compilation compilation = compile(logic.parsed, type_of_variables(scope));
    if (compilation.ok()) return run_bool(compilation.program, scope, Environment());
    Evaluation evaluation;
    evaluation.error = std::move(compilation.error);
    return evaluation;
}

ParseResult parse_depends(std::string_view text) {
    return parse_depends_logic(text, [](std::string_view) { return ContinueOn{}; }).parsed;
}

} // namespace tiphys::expr
