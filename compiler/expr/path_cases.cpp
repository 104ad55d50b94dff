// Recorded cases of templates, programs and paths that events and resources use.
#include "compiler/expr/case_fields.h"
#include "compiler/expr/go_template.h"
#include "compiler/expr/jq.h"
#include "compiler/expr/json.h"
#include "compiler/expr/json_edit_path.h"

namespace tiphys::expr {
namespace {

void add_refusal(std::string_view field, const ParseError& error, Outcome& outcome) {
    outcome.add_text(field, error.message);
    outcome.add_int("from", error.range.begin);
    outcome.add_int("to", error.range.end);
}

} // namespace

void run_template_case(const Map& fields, Outcome& outcome) {
    const std::string text = text_field(fields, "template");
    if (text.empty()) {
        // Argo Events: pkg/sensors/triggers/params.go.
        outcome.add_text("stage", "empty");
        return outcome.add_text("error", "the template is empty");
    }
    if (const std::optional<ParseError> error = check_go_template(text)) {
        outcome.add_text("stage", "parse");
        add_refusal("error", *error, outcome);
    }
}

void run_jq_case(const Map& fields, Outcome& outcome) {
    if (const std::optional<ParseError> error = check_jq(text_field(fields, "program"))) {
        add_refusal("parseError", *error, outcome);
    }
}

void run_edit_case(const Map& fields, Outcome& outcome) {
    JsonFault fault;
    const std::optional<Value> document = parse_json(text_field(fields, "json"), fault);
    const JsonEdit edit = text_field(fields, "op") == "delete" ? JsonEdit::kDelete : JsonEdit::kSet;
    const std::optional<ParseError> error =
        check_edit_path(text_field(fields, "path"), edit, document.value_or(Value()));
    if (error) add_refusal("error", *error, outcome);
}

} // namespace tiphys::expr
