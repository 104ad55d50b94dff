// Conditions whose value is no bool.
#include "analyzer/context.h"
#include "analyzer/facts.h"
#include "compiler/expr/when.h"

namespace tiphys::rules::expr_nonbool_condition {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kNotBool{"a condition must be true or false, and this is {}"};

/// Argo declares its conversions as functions to anything; what they bring is a number.
expr::Type type_of(const Expression& expression) {
    const expr::Tree& tree = expression.parsed.tree;
    const expr::ExprId root = expression.parsed.root;
    if (expression.parsed.ok() && tree.node(root).kind == expr::ExprKind::kCall) {
        const std::string& callee = tree.text(tree.child(root, 0));
        if (callee == "asInt") return expr::int_type();
        if (callee == "asFloat") return expr::simple_type(expr::TypeKind::kFloat);
    }
    return expression.check.type;
}

void check_expression(const Expression& expression, Context& context) {
    if (!is_condition(expression.kind) || expression.has_tags) return;
    const bool is_sound = expression.parsed.ok() && expression.check.findings.empty();
    const expr::Type type = type_of(expression);
    if (!is_sound || type.is_unknown() || type.kind == expr::TypeKind::kBool) return;
    context
        .report(kNotBool, span_of(context, expression, trimmed(expression.text)),
                expr::describe(type))
        .help("compare it with something");
}

void check_fixed(const ConditionUse& condition, Context& context) {
    if (condition.kind != ConditionKind::kWhen || !condition.parsed.ok()) return;
    const expr::WhenResult result = expr::evaluate_when(condition.text);
    if (result.value || result.stage != expr::WhenStage::kNotBool) return;
    context
        .report(kNotBool, span_of(context, condition, trimmed(condition.text)),
                expr::describe(expr::type_of(result.got)))
        .help("compare it with something");
}

/// `when: '{{=…}}'`, whose value is the whole condition.
void check_tag(const ConditionUse& condition, const Sites& sites, Context& context) {
    if (condition.tag_at(trimmed(condition.text)) == nullptr) return;
    for (const Expression& expression : sites.expressions) {
        if (expression.scalar != condition.scalar || !expression.check.findings.empty()) continue;
        const expr::Type type = type_of(expression);
        const bool is_other =
            type.is_number() || type.is_list() || type.kind == expr::TypeKind::kMap;
        if (!expression.parsed.ok() || !is_other) continue;
        context
            .report(kNotBool, span_of(context, expression, trimmed(expression.text)),
                    expr::describe(type))
            .help("compare it with something");
    }
}

void check(const ir::Document& document, Context& context) {
    const Sites& sites = context.facts().sites(document);
    for (const Expression& expression : sites.expressions)
        check_expression(expression, context);
    for (const ConditionUse& condition : sites.conditions) {
        if (condition.tags.empty()) {
            check_fixed(condition, context);
        } else {
            check_tag(condition, sites, context);
        }
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "conditions that are neither true nor false",
                 .doc = R"md(
`when`, `hooks.*.expression`, `retryStrategy.expression`, `stopStrategy.expression`, selectors and
filters must come to `true` or `false`. Any other value is an error when Argo comes to it: a text, a
number and nil are not taken for a bool.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: demo-}
spec:
  entrypoint: main
  templates:
  - name: main
    retryStrategy:
      limit: 3
      expression: lastRetry.message
    container: {image: 'alpine:3.20', command: [echo]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: demo-}
spec:
  entrypoint: main
  templates:
  - name: main
    retryStrategy:
      limit: 3
      expression: lastRetry.message != ''
    container: {image: 'alpine:3.20', command: [echo]}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::expr_nonbool_condition
