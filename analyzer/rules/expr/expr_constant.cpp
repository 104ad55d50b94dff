// Conditions that always come to the same.
#include <algorithm>

#include "analyzer/comparisons.h"
#include "analyzer/context.h"
#include "analyzer/facts.h"
#include "analyzer/suggest.h"
#include "compiler/expr/evaluate.h"
#include "compiler/expr/when.h"

namespace tiphys::rules::expr_constant {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kAlways{"this is always {}"};
constexpr Message<std::string_view, std::string_view> kNeverEqual{
    "`{}` is never `{}`, so this is always the same"};

std::string_view truth(bool value) {
    return value ? "true" : "false";
}

/// `true` or `false` alone is a switch that somebody has set.
void report_always(Span span, bool value, bool is_literal, Context& context) {
    Finding finding = context.report(kAlways, span, truth(value));
    if (is_literal) finding.severity(Severity::kInfo);
}

/// Values that no variable and no clock has a part in.
bool has_fixed_value(const expr::Tree& tree) {
    for (expr::ExprId id = 0; id < tree.size(); ++id) {
        const expr::ExprKind kind = tree.node(id).kind;
        const bool may_change = kind == expr::ExprKind::kName || kind == expr::ExprKind::kCall ||
                                (kind == expr::ExprKind::kBuiltin && tree.text(id) == "now");
        if (may_change) return false;
    }
    return true;
}

void check_fixed(const Expression& expression, Context& context) {
    const bool is_fixed = is_condition(expression.kind) && expression.check.findings.empty() &&
                          has_fixed_value(expression.parsed.tree);
    if (!is_fixed) return;
    const expr::Evaluation outcome = expr::evaluate(expression.text, expr::Value::map({}), {});
    if (!outcome.ok() || outcome.value.kind() != expr::ValueKind::kBool) return;
    const expr::ExprKind kind = expression.parsed.tree.node(expression.parsed.root).kind;
    report_always(span_of(context, expression, trimmed(expression.text)), outcome.value.as_bool(),
                  kind == expr::ExprKind::kBool, context);
}

template <class Place>
void check_comparisons(const Place& place, const expr::Tree& tree, const front::Site& site,
                       Context& context) {
    const std::vector<Comparison> found = comparisons(place);
    for (const Comparison& comparison : found) {
        const auto values = possible_values(comparison.variable, site);
        if (!values ||
            std::find(values->begin(), values->end(), comparison.constant) != values->end()) {
            continue;
        }
        const Span span = span_of(context, place, comparison.constant_range);
        suggest(context.report(kNeverEqual, span, comparison.variable, comparison.constant), span,
                comparison.constant, *values, "its values are");
    }
    for (const Contradiction& both : contradictions(tree, found)) {
        const expr::Range range{std::min(both.first.range.begin, both.second.range.begin),
                                std::max(both.first.range.end, both.second.range.end)};
        context.report(kAlways, span_of(context, place, range), truth(both.value))
            .note("`" + both.first.variable + "` cannot be `" + both.first.constant + "` and `" +
                  both.second.constant + "` at once")
            .help(both.value ? "join `!=` with `&&`" : "join `==` with `||`");
    }
}

void check_expression(const Expression& expression, Context& context) {
    if (!expression.parsed.ok() || expression.has_tags) return;
    for (const expr::Finding& finding : expression.check.findings) {
        if (finding.kind != expr::FindingKind::kConstant) continue;
        context.report(kAlways, span_of(context, expression, finding.range),
                       finding.message.ends_with("true") ? "true" : "false");
    }
    check_fixed(expression, context);
    check_comparisons(expression, expression.parsed.tree, expression.use.site, context);
}

void check_condition(const ConditionUse& condition, Context& context) {
    if (!condition.parsed.ok()) return;
    check_comparisons(condition, condition.parsed.tree, condition.use.site, context);
    if (!condition.tags.empty() || condition.kind != ConditionKind::kWhen) return;
    const expr::WhenResult result = expr::evaluate_when(condition.text);
    if (!result.value) return;
    const expr::ExprKind kind = condition.parsed.tree.node(condition.parsed.root).kind;
    report_always(span_of(context, condition, trimmed(condition.text)), *result.value,
                  kind == expr::ExprKind::kBool, context);
}

void check(const ir::Document& document, Context& context) {
    const Sites& sites = context.facts().sites(document);
    for (const Expression& expression : sites.expressions)
        check_expression(expression, context);
    for (const ConditionUse& condition : sites.conditions)
        check_condition(condition, context);
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "conditions that never change",
                 .doc = R"md(
A condition without a variable, a comparison with a value that the variable never has (`Succeded`,
or one that is not in the parameter's `enum`), `x == 'a' && x == 'b'`: the step always runs or never
does. `true` or `false` alone, which is how a step is switched off on purpose, is an info.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: demo-}
spec:
  entrypoint: main
  arguments: {parameters: [{name: n, value: a}]}
  templates:
  - name: main
    steps:
    - - name: say
        template: say
        when: '1 == 2'
  - name: say
    container: {image: 'alpine:3.20', command: [echo]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: demo-}
spec:
  entrypoint: main
  arguments: {parameters: [{name: n, value: a}]}
  templates:
  - name: main
    steps:
    - - name: say
        template: say
        when: '{{workflow.parameters.n}} == a'
  - name: say
    container: {image: 'alpine:3.20', command: [echo]}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::expr_constant
