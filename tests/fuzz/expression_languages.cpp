// Any text goes through every language that stands inside of strings: places lie in the text, what
// is read can be checked and evaluated, and what is printed can be read again.
#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "compiler/base/assert.h"
#include "compiler/expr/argo_variables.h"
#include "compiler/expr/cron.h"
#include "compiler/expr/depends.h"
#include "compiler/expr/duration.h"
#include "compiler/expr/evaluate.h"
#include "compiler/expr/go_template.h"
#include "compiler/expr/jq.h"
#include "compiler/expr/json.h"
#include "compiler/expr/json_edit_path.h"
#include "compiler/expr/json_path.h"
#include "compiler/expr/quantity.h"
#include "compiler/expr/replace_tags.h"
#include "compiler/expr/tags.h"
#include "compiler/expr/when.h"

namespace {

using namespace tiphys;

void check_range(expr::Range range, std::string_view text) {
    TIPHYS_ASSERT(range.begin <= range.end && range.end <= text.size(),
                  "a place lies inside of the text");
}

void check_error(const std::optional<expr::ParseError>& error, std::string_view text) {
    if (!error) return;
    check_range(error->range, text);
    TIPHYS_ASSERT(!error->message.empty(), "an error says what is wrong");
}

expr::Value variables() {
    return expr::Value::map({{expr::Value::string("inputs.parameters.n"), expr::Value::string("3")},
                             {expr::Value::string("item"), expr::Value::string("[1, 2]")}});
}

void fuzz_expr(std::string_view text) {
    const expr::ParseResult parsed = expr::parse(text, expr::Dialect::kExpr);
    check_error(parsed.error, text);
    const expr::Value nested = expr::argo_variables(variables().as_map());
    if (parsed.ok()) {
        const expr::CheckResult checked =
            expr::check(parsed.tree, parsed.root, expr::type_of_variables(nested));
        for (const expr::Finding& finding : checked.findings)
            check_range(finding.range, text);
    }
    const expr::Evaluation outcome = expr::evaluate(text, nested, {});
    if (!outcome.ok()) check_range(outcome.error->range, text);
}

void fuzz_when(std::string_view text) {
    check_error(expr::parse_when(text).error, text);
    const expr::WhenResult outcome = expr::evaluate_when(text);
    if (!outcome.value) check_range(outcome.error.range, text);
}

void fuzz_depends(std::string_view text) {
    const expr::DependsLogic logic =
        expr::parse_depends_logic(text, [](std::string_view) { return expr::ContinueOn{}; });
    check_error(logic.parsed.error, text);
    for (const expr::DependsReference& reference : logic.references)
        check_range(reference.range, text);
    const expr::Evaluation outcome = expr::evaluate_depends(
        logic, [](std::string_view) { return expr::TaskResults{.succeeded = true}; });
    TIPHYS_ASSERT(outcome.ok() || !outcome.error->message.empty(), "an error says what is wrong");
}

void fuzz_tags(std::string_view text) {
    std::size_t last = 0;
    for (const expr::Tag& tag : expr::scan_tags(text).tags) {
        check_range(tag.range, text);
        TIPHYS_ASSERT(tag.range.begin >= last, "tags follow each other");
        TIPHYS_ASSERT(tag.content.begin >= tag.range.begin && tag.content.end <= tag.range.end,
                      "the content lies in the tag");
        last = tag.range.end;
    }
    const std::string json = expr::json_quote(text, false);
    const expr::TagReplacement replaced =
        expr::replace_tags(json, variables(), expr::MissingTags::kKeep, {}, {});
    if (replaced.error) check_range(replaced.error->range, json);
}

void fuzz_cron(std::string_view text) {
    const expr::CronParse parsed = expr::parse_cron(text);
    check_error(parsed.error, text);
    if (!parsed.ok()) return;
    expr::Time at;
    for (int i = 0; i < 3; ++i) {
        const auto next = expr::next_run(parsed.schedule, at, expr::TimeZone::utc());
        if (!next) return;
        TIPHYS_ASSERT(expr::compare(at, *next) < 0, "the next run lies ahead");
        at = *next;
    }
}

void fuzz_template(std::string_view text) {
    check_error(expr::check_go_template(text), text);
}

void fuzz_jq(std::string_view text) {
    check_error(expr::check_jq(text), text);
}

void fuzz_paths(std::string_view text) {
    const expr::Value document =
        expr::Value::map({{expr::Value::string("a"), expr::Value::list({expr::Value::number(1)})}});
    check_error(expr::check_edit_path(text, expr::JsonEdit::kSet, document), text);
    std::string reason;
    const auto found = expr::query_json_path(document, text, reason);
    TIPHYS_ASSERT(found || !reason.empty(), "what is not found has a reason");
}

void fuzz_amounts(std::string_view text) {
    if (const auto quantity = expr::parse_quantity(text)) {
        const auto again = expr::parse_quantity(expr::canonical_text(*quantity));
        TIPHYS_ASSERT(again && expr::compare(*quantity, *again) == 0,
                      "the canonical text is the same amount");
    }
    if (const auto duration = expr::parse_go_duration_ns(text)) {
        TIPHYS_ASSERT(expr::parse_go_duration_ns(expr::format_go_duration(*duration)) == duration,
                      "the printed duration is the same one");
    }
}

constexpr std::array kLanguages{fuzz_expr,     fuzz_when, fuzz_depends, fuzz_tags,   fuzz_cron,
                                fuzz_template, fuzz_jq,   fuzz_paths,   fuzz_amounts};

} // namespace

/// The first byte chooses the language.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::size_t kMostBytes = 4096;
    if (size < 2 || size > kMostBytes) return 0;
    const std::string text(reinterpret_cast<const char*>(data + 1), size - 1);
    kLanguages[data[0] % kLanguages.size()](text);
    return 0;
}
