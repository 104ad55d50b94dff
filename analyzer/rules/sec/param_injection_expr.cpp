// Texts from outside that are pasted into expressions.
#include "analyzer/context.h"
#include "analyzer/facts.h"
#include "analyzer/taint_finding.h"

namespace tiphys::rules::param_injection_expr {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view> kPasted{"`{}` becomes {}"};

void check(const ir::Document& document, Context& context) {
    for (const TaintedText& taint : context.facts().taints(document)) {
        const bool is_meant = taint.sink == Sink::kExpression;
        if (!is_meant || !is_told_here(taint, context)) continue;
        if (taint.source == TaintSource::kCaller) continue;
        Finding finding =
            context.report(kPasted, place_of(taint, context), taint.name, outcome_words(taint));
        explain(taint, finding);
        finding.help("read the variable in the expression itself: `{{=" + taint.name +
                     " == …}}`, without a tag "
                     "inside of it");
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "parameters that are pasted into expressions",
                 .doc = R"md(
A simple tag inside of an expression is replaced before the expression is parsed: the text becomes
a part of it and may change what it means. An expression reads variables by their names, which needs
no tag.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: pick-}
spec:
  entrypoint: main
  arguments: {parameters: [{name: mode}]}
  templates:
  - name: main
    retryStrategy:
      limit: 2
      expression: "'{{workflow.parameters.mode}}' == 'careful'"
    container: {image: 'alpine:3.20', command: [run]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: pick-}
spec:
  entrypoint: main
  templates:
  - name: main
    retryStrategy:
      limit: 2
      expression: lastRetry.exitCode != '0'
    container: {image: 'alpine:3.20', command: [run]}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::param_injection_expr
