// Runs one recorded case.
#include "compiler/expr/case_runner.h"

#include <algorithm>
#include <array>
#include <map>

#include "compiler/expr/argo_variables.h"
#include "compiler/expr/case_fields.h"
#include "compiler/expr/depends.h"
#include "compiler/expr/evaluate.h"
#include "compiler/expr/govaluate.h"
#include "compiler/expr/json.h"
#include "compiler/expr/json_path.h"
#include "compiler/expr/replace_tags.h"
#include "compiler/expr/when.h"

namespace tiphys::expr {
namespace {

std::string_view stage_name(WhenStage stage) {
    switch (stage) {
    case WhenStage::kParse:
        return "parse";
    case WhenStage::kReparse:
        return "reparse";
    case WhenStage::kEvaluate:
        return "evaluate";
    case WhenStage::kNotBool:
        return "not-bool";
    }
    return "";
}

/// CronWorkflows have no rule for bare words.
std::string cron_when(const std::string& when) {
    if (when.empty()) return "true";
    const ParseResult parsed = parse(when, Dialect::kGovaluate);
    const GovaluateResult outcome = evaluate_govaluate(parsed, Value());
    if (outcome.error) return json_quote("error: " + outcome.error->message, false);
    if (outcome.value.kind() == ValueKind::kBool) return outcome.value.as_bool() ? "true" : "false";
    return json_quote("error: not bool: " + go_text(outcome.value), false);
}

TaskResults read_results(const Map& fields) {
    const auto is = [&](std::string_view name) {
        const Value* value = fields.find(name);
        return value != nullptr && value->kind() == ValueKind::kBool && value->as_bool();
    };
    return {.succeeded = is("Succeeded"),
            .failed = is("Failed"),
            .errored = is("Errored"),
            .skipped = is("Skipped"),
            .omitted = is("Omitted"),
            .daemoned = is("Daemoned"),
            .any_succeeded = is("AnySucceeded"),
            .all_failed = is("AllFailed")};
}

void add_references(const DependsLogic& logic, const Map& results, Outcome& outcome) {
    std::map<std::string, bool> tasks; // whether only its items count
    for (const DependsReference& reference : logic.references) {
        const bool is_item = reference.result == "AnySucceeded" || reference.result == "AllFailed";
        const bool is_bare = reference.result.empty();
        const auto known = tasks.find(reference.task);
        if (known == tasks.end() || is_item || is_bare) tasks[reference.task] = is_item;
    }
    std::vector<std::string> names;
    std::vector<std::string> items;
    std::vector<std::string> unknown;
    for (const auto& [name, is_item] : tasks) {
        names.push_back(name);
        if (is_item) items.push_back(name);
        if (results.find(name) == nullptr) unknown.push_back(name);
    }
    outcome.add_texts("dependencyNames", names);
    outcome.add_texts("itemDependencies", items);
    outcome.add_text("logic", logic.text);
    outcome.add_texts("unknownNames", unknown);
}

} // namespace

void run_expr_case(const Map& fields, Outcome& outcome) {
    const std::string text = text_field(fields, "expr");
    const Value flat = map_field(fields, "env");
    const bool is_argo = text_field(fields, "mode") != "plain";
    const Value variables = is_argo ? argo_variables(flat.as_map()) : flat;
    const ParseResult parsed = parse(text, Dialect::kExpr);
    if (parsed.ok()) outcome.add_text("tree", to_s_expression(parsed.tree, parsed.root));
    const Evaluation evaluation = evaluate(text, variables, case_environment());
    if (evaluation.ok()) return outcome.add_value(evaluation.value);
    const EvaluationError& error = *evaluation.error;
    outcome.add_error(error.is_compile_error ? "compileError" : "runtimeError", error.message, text,
                      error.anchor);
}

void run_when_case(const Map& fields, Outcome& outcome) {
    const std::string when = text_field(fields, "when");
    const WhenResult result = evaluate_when(when);
    if (result.value) {
        outcome.add_bool("result", *result.value);
    } else {
        outcome.add_text("stage", stage_name(result.stage));
        outcome.add_text("error", result.error.message);
        if (result.stage == WhenStage::kNotBool) {
            outcome.add_text("got", go_text(result.got));
            outcome.add_text("gotType", go_type(result.got));
        }
        outcome.add_int("from", result.error.range.begin);
        outcome.add_int("to", result.error.range.end);
    }
    outcome.add_json("cron", cron_when(when));
    WordList list = lex_govaluate(when);
    if (list.error || find_patterns(list.words) || list.words.empty()) return;
    std::vector<std::string> tokens;
    for (const Word& word : list.words) {
        std::string text = word.text;
        if (word.kind == WordKind::kNumber) text = go_text(Value::number(word.number));
        if (word.kind == WordKind::kTime) {
            Time time;
            time.seconds = static_cast<std::int64_t>(word.number);
            text = go_text(Value::time(time));
        }
        if (word.kind == WordKind::kAccessor) {
            std::replace(text.begin(), text.end(), '.', ' ');
            text = "[" + text + "]";
        }
        if (word.kind == WordKind::kOpen) text = "40";
        if (word.kind == WordKind::kClose) text = "41";
        tokens.push_back(std::string(kind_name(word.kind)) + ":" + text);
    }
    outcome.add_texts("tokens", tokens);
}

void run_depends_case(const Map& fields, Outcome& outcome) {
    const Value results = map_field(fields, "results");
    const Value allowed = map_field(fields, "continueOn");
    const ContinueOnOf continue_on = [&](std::string_view task) {
        const std::string what = text_field(allowed.as_map(), task);
        return ContinueOn{.error = what == "error" || what == "both",
                          .failed = what == "failed" || what == "both"};
    };
    std::string depends = text_field(fields, "depends");
    if (depends.empty()) {
        depends = dependencies_logic(texts_field(fields, "dependencies"), continue_on);
    }
    const DependsLogic logic = parse_depends_logic(depends, continue_on);
    add_references(logic, results.as_map(), outcome);
    std::string code = logic.text;
    std::replace(code.begin(), code.end(), '-', '_');
    outcome.add_text("evalLogic", code);
    const Evaluation evaluation = evaluate_depends(logic, [&](std::string_view task) {
        const Value* found = results.as_map().find(task);
        return found == nullptr ? std::nullopt : std::optional(read_results(found->as_map()));
    });
    if (evaluation.ok()) return outcome.add_bool("result", evaluation.value.as_bool());
    outcome.add_text("error", evaluation.error->message);
    outcome.add_int("from", evaluation.error->anchor.begin);
    outcome.add_int("to", evaluation.error->anchor.end);
}

namespace {

/// What fasttemplate finds: the texts of the tags, and what stands around them.
void run_scan_case(const std::string& text, Outcome& outcome) {
    const TagList list = scan_tags(text);
    if (list.unclosed) {
        outcome.add_text("error", "a tag has no end");
        return outcome.add_int("from", *list.unclosed);
    }
    std::vector<std::string> tags;
    std::string skeleton;
    std::size_t copied = 0;
    for (const Tag& tag : list.tags) {
        tags.push_back(text.substr(tag.range.begin + 2, tag.range.end - tag.range.begin - 4));
        skeleton += text.substr(copied, tag.range.begin - copied) + "<>";
        copied = tag.range.end;
    }
    outcome.add_texts("tags", tags);
    outcome.add_text("skeleton", skeleton + text.substr(copied));
}

} // namespace

void run_tags_case(const Map& fields, Outcome& outcome) {
    const std::string text = text_field(fields, "template");
    const std::string mode = text_field(fields, "mode");
    if (mode == "scan") return run_scan_case(text, outcome);
    MissingTags missing = MissingTags::kKeep;
    if (mode == "strict-all") missing = MissingTags::kRefuse;
    if (mode == "strict-prefix") missing = MissingTags::kRefusePrefixes;
    const Value variables = map_field(fields, "params");
    const TagReplacement replaced = replace_tags(
        text, variables, missing, texts_field(fields, "strictPrefixes"), case_environment());
    if (replaced.error) {
        outcome.add_text("error", replaced.error->message);
        outcome.add_bool("missingVariable", replaced.error->is_missing);
        outcome.add_int("from", replaced.error->range.begin);
        return outcome.add_int("to", replaced.error->range.end);
    }
    outcome.add_text("result", replaced.text);
    JsonFault fault;
    const std::optional<Value> object = parse_json(replaced.text, fault);
    if (!has_field(fields, "text") || !object || object->kind() != ValueKind::kMap) return;
    outcome.add_text("resultText", text_field(object->as_map(), "v"));
}

void run_json_path_case(const Map& fields, Outcome& outcome) {
    const Value* document = fields.find("json");
    std::string reason;
    const std::optional<Value> found = query_json_path(document == nullptr ? Value() : *document,
                                                       text_field(fields, "path"), reason);
    if (!found) return outcome.add_text("error", reason);
    outcome.add_value(*found);
}

namespace {

/// gjson reads every path somehow; what it does not find does not exist.
void run_path_case(const Map& fields, Outcome& outcome) {
    const Value* document = fields.find("json");
    const bool is_gjson = document != nullptr && document->is_string();
    if (!is_gjson) run_json_path_case(fields, outcome);
}

/// A kind of case, and the field that tells it from those after it.
struct CaseKind {
    std::string_view field;
    void (*run)(const Map& fields, Outcome& outcome);
};
constexpr std::array<CaseKind, 12> kKinds{{{"expr", run_expr_case},
                                           {"when", run_when_case},
                                           {"depends", run_depends_case},
                                           {"event", run_template_case},
                                           {"template", run_tags_case},
                                           {"schedule", run_cron_case},
                                           {"program", run_jq_case},
                                           {"op", run_edit_case},
                                           {"path", run_path_case},
                                           {"kind", run_name_case},
                                           {"text", run_quantity_case},
                                           {"name", run_sprig_case}}};

} // namespace

std::string run_case(std::string_view json_line) {
    Outcome outcome;
    JsonFault fault;
    const std::optional<Value> line = parse_json(json_line, fault, JsonNumbers::kIntsAndFloats);
    if (!line || line->kind() != ValueKind::kMap) {
        outcome.add_text("caseError", line ? "the case is no object" : fault.reason);
        return outcome.take();
    }
    const Map& fields = line->as_map();
    for (const CaseKind& kind : kKinds) {
        if (!has_field(fields, kind.field)) continue;
        kind.run(fields, outcome);
        return outcome.take();
    }
    outcome.add_text("caseError", "the kind of the case is not known");
    return outcome.take();
}

} // namespace tiphys::expr
