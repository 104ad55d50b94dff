// Expressions that cannot be evaluated, whatever happens.
#include "analyzer/context.h"
#include "analyzer/facts.h"
#include "compiler/expr/evaluate.h"

namespace tiphys::rules::expr_always_fails {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kFails{"this expression always fails: {}"};

/// Made of constants and of functions whose value they settle.
bool is_fixed(const expr::Tree& tree) {
    for (expr::ExprId id = 0; id < tree.size(); ++id) {
        const expr::ExprKind kind = tree.node(id).kind;
        const bool may_change = kind == expr::ExprKind::kName || kind == expr::ExprKind::kCall ||
                                (kind == expr::ExprKind::kBuiltin && tree.text(id) == "now");
        if (may_change) return false;
    }
    return true;
}

void check(const ir::Document& document, Context& context) {
    for (const Expression& expression : context.facts().sites(document).expressions) {
        const bool is_sound = expression.parsed.ok() && expression.check.findings.empty();
        if (!is_sound || expression.has_tags || !is_fixed(expression.parsed.tree)) continue;
        const expr::Evaluation outcome = expr::evaluate(expression.text, expr::Value::map({}), {});
        // What is found before evaluation has rules of its own.
        if (outcome.ok() || outcome.error->is_compile_error) continue;
        context
            .report(kFails, span_of(context, expression, outcome.error->range),
                    outcome.error->message)
            .help("Argo's lint accepts it, and the step or workflow ends with this error");
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "expressions that fail whenever they are evaluated",
                 .doc = R"md(
An expression of constants has one outcome. Where that is an error, such as an element behind the end
of a list or a text that is no number, it ends the step that needs it every time.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: pick-}
spec:
  entrypoint: main
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [echo, "{{=['a', 'b'][2]}}"]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: pick-}
spec:
  entrypoint: main
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [echo, "{{=['a', 'b'][1]}}"]}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::expr_always_fails
