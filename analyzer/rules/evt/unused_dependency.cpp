// Dependencies that no trigger waits for.
#include <algorithm>

#include "analyzer/conditions.h"

namespace tiphys::rules::unused_dependency {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kUnused{"no trigger waits for the dependency `{}`"};

void check(const events::SensorSpec& spec, Context& context) {
    std::vector<Condition> conditions;
    for (const events::Trigger* trigger : spec.triggers()) {
        const events::TriggerTemplate* body = trigger->template_();
        // Parameters may write the conditions; and a condition that does not parse names nothing.
        if (body == nullptr || ir::text_of(body->conditions()).empty()) return;
        conditions.push_back(condition_of(*body, spec));
        const Condition& condition = conditions.back();
        // A name that is not declared is likely to be this one, misspelt.
        const bool is_known =
            std::all_of(condition.names.begin(), condition.names.end(), [&](const auto& name) {
                return find_dependency(spec, name.text) != nullptr;
            });
        if (condition.error || !is_known) return;
    }
    if (conditions.empty()) return;
    for (const events::EventDependency* dependency : spec.dependencies()) {
        const ir::Scalar* name = dependency->name();
        if (name == nullptr || name->text.empty()) continue;
        const bool is_used =
            std::any_of(conditions.begin(), conditions.end(),
                        [&](const Condition& condition) { return condition.names_it(name->text); });
        if (is_used) continue;
        context.report(kUnused, context.span_in(*name, 0, name->text.size()), name->text)
            .help("name it in the `conditions` of a trigger, or leave it out");
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "dependencies that no trigger waits for",
                 .doc = R"md(
Where every trigger has `conditions` and none names a dependency, its events are never read.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: on-push}
spec:
  dependencies:
  - {name: push, eventSourceName: github, eventName: push}
  - {name: tag, eventSourceName: github, eventName: tag}
  triggers:
  - template: {name: log, conditions: push, log: {}}
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
  - template: {name: log, conditions: push, log: {}}
  - template: {name: log-tag, conditions: tag, log: {}}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::unused_dependency
