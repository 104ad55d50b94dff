// Fields of `lastRetry` that do not exist.
#include <array>

#include "analyzer/context.h"
#include "analyzer/facts.h"
#include "analyzer/suggest.h"

namespace tiphys::rules::last_retry_field {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kUnknown{"`lastRetry` has no `{}`"};

constexpr std::array<std::string_view, 4> kFields{"duration", "exitCode", "message", "status"};

bool is_unknown(std::string_view field) {
    for (const std::string_view known : kFields) {
        const bool is_it =
            field == known || (field.starts_with(known) && field[known.size()] == '.');
        if (is_it) return false;
    }
    return true;
}

void check_expression(const Expression& expression, Context& context) {
    constexpr std::string_view kPrefix = "lastRetry.";
    for (const VariableUse& use : expression.variables) {
        if (!use.name.starts_with(kPrefix) || use.is_guarded || use.parts.size() < 2) continue;
        const std::string_view field = std::string_view(use.name).substr(kPrefix.size());
        if (!is_unknown(field)) continue;
        const Span span = span_of(context, expression, use.parts[1]);
        suggest(context.report(kUnknown, span, field), span, field, kFields, "its fields are");
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
                 .summary = "unknown fields of `lastRetry`",
                 .doc = R"md(
Of the last attempt an expression knows `lastRetry.exitCode`, `lastRetry.status`,
`lastRetry.duration` (in seconds) and `lastRetry.message`, all of them strings. Any other name is
nil: a comparison with it is always the same.

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
      expression: lastRetry.exitcode != '0'
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
      expression: lastRetry.exitCode != '0'
    container: {image: 'alpine:3.20', command: [echo]}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::last_retry_field
