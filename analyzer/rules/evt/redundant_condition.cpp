// Conditions with a part that changes nothing.
#include "analyzer/conditions.h"

namespace tiphys::rules::redundant_condition {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kRedundant{"this condition is the same as `{}`"};

std::string written(const std::vector<ConditionWay>& ways) {
    std::string text;
    for (const ConditionWay& way : ways) {
        if (!text.empty()) text += " || ";
        for (std::size_t i = 0; i < way.size(); ++i)
            text += (i == 0 ? "" : " && ") + way[i];
    }
    return text;
}

void check(const events::TriggerTemplate& body, Context& context) {
    const auto* spec = context.enclosing<events::SensorSpec>();
    if (spec == nullptr || ir::text_of(body.conditions()).empty()) return;
    const Condition condition = condition_of(body, *spec);
    if (!condition.has_needless_ways || condition.ways.empty()) return;
    const ir::Scalar& text = *body.conditions();
    context.report(kRedundant, context.span_in(text, 0, text.text.size()), written(condition.ways))
        .help("leave out the part that decides nothing, or name the dependency that was meant");
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "conditions with a part that changes nothing",
                 .doc = R"md(
In `a || (a && b)` the event `b` decides nothing: the trigger fires on each `a`. Mostly another
dependency was meant, or the parentheses stand in the wrong place.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: on-push}
spec:
  dependencies:
  - {name: push, eventSourceName: github, eventName: push}
  - {name: tag, eventSourceName: github, eventName: tag}
  triggers:
  - template: {name: log, conditions: 'push || (push && tag)', log: {}}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: on-push}
spec:
  dependencies:
  - {name: push, eventSourceName: github, eventName: push}
  - {name: tag, eventSourceName: github, eventName: tag}
  triggers:
  - template: {name: log, conditions: 'push && tag', log: {}}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::redundant_condition
