// Expressions and conditions that cannot be read.
#include <algorithm>

#include "analyzer/context.h"
#include "analyzer/facts.h"
#include "compiler/expr/depends.h"

namespace tiphys::rules::expr_syntax {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kUnreadable{"{}"};

void report(const expr::ParseError& error, Span span, Context& context, bool is_foreign) {
    Finding finding = context.report(kUnreadable, span, error.message);
    if (!error.help.empty()) finding.help(error.help);
    if (is_foreign) finding.severity(Severity::kWarning);
}

/// What the checker finds although it is no matter of types: the text does not compile.
bool is_syntax(const expr::Finding& finding) {
    return finding.is_error && (finding.kind == expr::FindingKind::kPattern ||
                                finding.kind == expr::FindingKind::kPredicate ||
                                finding.kind == expr::FindingKind::kRedeclared);
}

/// Where the text ends too early, that is the end of it, blanks included.
Span error_span(const Expression& expression, expr::Range range, Context& context) {
    const bool is_at_end =
        expression.text.find_first_not_of(" \t\r\n", range.begin) == std::string_view::npos;
    if (!is_at_end) return span_of(context, expression, range);
    const auto end = static_cast<std::uint32_t>(expression.text.size());
    const bool is_tag = expression.kind == SiteKind::kTag || expression.kind == SiteKind::kCronTag;
    return span_of(context, expression, {end, is_tag ? end + 2 : end});
}

void check_expression(const Expression& expression, Context& context) {
    // nested-tag speaks about these.
    const bool is_tag = expression.kind == SiteKind::kTag || expression.kind == SiteKind::kCronTag;
    if (is_tag && expression.has_tags) return;
    const bool is_foreign = is_tag && is_foreign_text(expression.use);
    if (expression.parsed.error) {
        const expr::ParseError& error = *expression.parsed.error;
        return report(error, error_span(expression, error.range, context), context, is_foreign);
    }
    for (const expr::Finding& finding : expression.check.findings) {
        if (!is_syntax(finding)) continue;
        report({finding.range, finding.message, finding.help},
               span_of(context, expression, finding.range), context, is_foreign);
    }
}

/// The value of a tag may complete what is missing beside it.
bool is_certain(const ConditionUse& condition, expr::Range at) {
    std::uint32_t begin = at.begin;
    // A value can hide an operand that follows it, but no operator too many.
    const bool is_operator = at.begin < condition.text.size() &&
                             std::string_view("=<>!&|*/+-%^~,:?").find(condition.text[at.begin]) !=
                                 std::string_view::npos;
    if (is_operator) return !condition.touches_tag({at.begin + 1, std::max(at.begin + 1, at.end)});
    while (begin > 0 && condition.text[begin - 1] == ' ')
        --begin;
    return !condition.touches_tag({begin, at.end});
}

void check_condition(const ConditionUse& condition, Context& context) {
    if (!condition.parsed.error) return;
    const expr::ParseError& error = *condition.parsed.error;
    if (!is_certain(condition, error.range)) return;
    report(error, span_of(context, condition, error.range), context, false);
}

/// `unknown-dependency` and `bad-dep-status` speak about the words that the error comes from.
bool is_about_names(const expr::DependsLogic& logic, std::string_view text) {
    return std::any_of(logic.references.begin(), logic.references.end(),
                       [&](const expr::DependsReference& reference) {
                           const std::size_t end = reference.range.end;
                           if (end < text.size() && text[end] == '.') return true;
                           const bool is_word = reference.task == "and" || reference.task == "or" ||
                                                reference.task == "not";
                           return is_word || (!reference.result.empty() &&
                                              !expr::is_task_result(reference.result));
                       });
}

void check_depends(const front::FlowTemplate& dag, Context& context) {
    for (const front::FlowNode& task : dag.nodes) {
        const std::string_view text = ir::text_of(task.depends);
        if (text.empty() || front::has_tag(text)) continue;
        const expr::DependsLogic logic =
            expr::parse_depends_logic(text, [](std::string_view) { return expr::ContinueOn{}; });
        if (logic.parsed.ok() || is_about_names(logic, text)) continue;
        expr::ParseError error = *logic.parsed.error;
        if (error.help.empty()) error.help = "join tasks and results by `&&` and `||`";
        report(error, context.span_in(*task.depends, error.range.begin, error.range.end), context,
               false);
    }
}

void check(const ir::Document& document, Context& context) {
    const Sites& sites = context.facts().sites(document);
    for (const Expression& expression : sites.expressions)
        check_expression(expression, context);
    for (const ConditionUse& condition : sites.conditions)
        check_condition(condition, context);
    for (const front::Flow* flow : context.facts().flows(document)) {
        for (const auto& each : flow->templates()) {
            if (each->kind == front::TemplateKind::kDag) check_depends(*each, context);
        }
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "expressions that cannot be read",
                 .doc = R"md(
Argo reads `{{=…}}`, `expression`, `fromExpression`, `depends`, selectors and filters with
expr-lang, and `when` with govaluate. It reads most of them only when the workflow has come to that
place; a slip then ends the run, or leaves the braces in a command.

Conditions are read with their tags replaced by a word, so what a tag stands for cannot hide what is
wrong beside it. In scripts and manifests, where `{{=` may belong to another language, this is a
warning.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: demo-}
spec:
  entrypoint: main
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [echo], args: ['{{= 1 + }}']}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: demo-}
spec:
  entrypoint: main
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [echo], args: ['{{= 1 + 2 }}']}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::expr_syntax
