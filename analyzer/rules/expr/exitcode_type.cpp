// Exit codes, which are strings, beside numbers.
#include <algorithm>

#include "analyzer/context.h"
#include "analyzer/facts.h"

namespace tiphys::rules::exitcode_type {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kText{"`{}` is a string, so it is not compared with a number"};

bool is_exit_code(std::string_view name) {
    return name == "exitCode" || name.ends_with(".exitCode");
}

/// The other operand of an operator that finding `found` is about; kNoExpr where `id` is none.
expr::ExprId partner_of(const Expression& expression, const expr::Finding& found, expr::ExprId id) {
    const expr::Tree& tree = expression.parsed.tree;
    for (expr::ExprId parent = 0; parent < tree.size(); ++parent) {
        const expr::Expr& node = tree.node(parent);
        const bool is_it = node.kind == expr::ExprKind::kBinary && node.range == found.range &&
                           node.anchor == found.anchor;
        if (!is_it) continue;
        if (tree.child(parent, 0) == id) return tree.child(parent, 1);
        if (tree.child(parent, 1) == id) return tree.child(parent, 0);
    }
    return expr::kNoExpr;
}

void check_expression(const Expression& expression, Context& context) {
    for (const expr::Finding& finding : expression.check.findings) {
        if (finding.kind != expr::FindingKind::kWrongOperand) continue;
        for (const VariableUse& use : expression.variables) {
            if (!is_exit_code(use.name)) continue;
            const expr::ExprId other = partner_of(expression, finding, use.id);
            if (other == expr::kNoExpr || !expression.check.types[other].is_number()) continue;
            const Span span = span_of(context, expression, use.range);
            const std::string written(
                expression.text.substr(use.range.begin, use.range.end - use.range.begin));
            const std::string converted = "asInt(" + written + ")";
            context.report(kText, span, use.name)
                .note(finding.message)
                .help("write `" + converted + "`")
                .safe_fix("write `" + converted + "`",
                          {edit_in(context, *expression.scalar, expression.in_scalar(use.range),
                                   converted)});
        }
    }
}

void check(const ir::Document& document, Context& context) {
    for (const Expression& expression : context.facts().sites(document).expressions)
        check_expression(expression, context);
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "exit codes compared with numbers",
                 .doc = R"md(
`lastRetry.exitCode` and the `exitCode` of a step or task are strings. `lastRetry.exitCode > 1`
fails when the expression is evaluated, and `lastRetry.exitCode == 1` is never true, so nothing is
tried again. In `retryStrategy.expression` the code is `-1` where the pod left none.

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
      expression: lastRetry.exitCode == 1
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
      expression: asInt(lastRetry.exitCode) == 1
    container: {image: 'alpine:3.20', command: [echo]}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::exitcode_type
