// Expressions of filters with names that stand for nothing.
// Argo: filterExpr in pkg/sensors/dependencies/filter.go gives the expression its fields alone.
#include <algorithm>

#include "analyzer/events.h"
#include "analyzer/suggest.h"
#include "compiler/expr/parse.h"

namespace tiphys::rules::unbound_filter_variable {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kUnbound{"`{}` is none of the filter's `fields`"};

void check(const events::ExprFilter& filter, Context& context) {
    const ir::Scalar* text = filter.expr();
    if (text == nullptr) return;
    const expr::ParseResult parsed = expr::parse(text->text, expr::Dialect::kGovaluate);
    if (!parsed.ok()) return;
    std::vector<std::string_view> names;
    for (const events::PayloadField* field :
         ir::ListOf<events::PayloadField>(filter.field("fields")))
        names.push_back(ir::text_of(field->name()));
    for (expr::ExprId id = 0; id < parsed.tree.size(); ++id) {
        const expr::Expr& node = parsed.tree.node(id);
        if (node.kind != expr::ExprKind::kName) continue;
        const std::string& name = parsed.tree.text(id);
        if (std::find(names.begin(), names.end(), name) != names.end()) continue;
        const Span span = context.span_in(*text, node.range.begin, node.range.end);
        Finding finding = context.report(kUnbound, span, name);
        finding.note("the filter fails, and drops every event");
        if (names.empty()) finding.help("add it to `fields`, with its path in the event's data");
        suggest(finding, span, name, names, "its fields are");
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "expressions of filters with names that stand for nothing",
                 .doc = R"md(
An expression of `filters.exprs` sees the values that its `fields` name, and nothing else of the event.
With another name in it, the evaluation fails and every event is dropped.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: on-push}
spec:
  dependencies:
  - name: push
    eventSourceName: github
    eventName: push
    filters:
      exprs: [{expr: ref == "refs/heads/main", fields: [{name: branch, path: body.ref}]}]
  triggers: [{template: {name: log, log: {}}}]
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: on-push}
spec:
  dependencies:
  - name: push
    eventSourceName: github
    eventName: push
    filters:
      exprs: [{expr: ref == "refs/heads/main", fields: [{name: ref, path: body.ref}]}]
  triggers: [{template: {name: log, log: {}}}]
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::unbound_filter_variable
