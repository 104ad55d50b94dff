// Two triggers of a sensor with the same name.
#include <map>

#include "analyzer/events.h"

namespace tiphys::rules::duplicate_trigger_name {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kTwice{"two triggers are called `{}`"};

/// Argo: validateTriggers in pkg/reconciler/sensor/validate.go; dead-letter triggers are not
/// compared.
void check(const events::SensorSpec& spec, Context& context) {
    std::map<std::string_view, Span> seen;
    for (const events::Trigger* trigger : spec.triggers()) {
        const events::TriggerTemplate* body = trigger->template_();
        if (body == nullptr || ir::text_of(body->name()).empty()) continue;
        const auto [first, is_new] = seen.try_emplace(body->name()->text, body->name()->span);
        if (is_new) continue;
        context.report(kTwice, body->name()->span, body->name()->text)
            .related(first->second, "the first one")
            .help("give one of them another name; the controller refuses the sensor");
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "two triggers of a sensor with the same name",
                 .doc = R"md(
The controller refuses a sensor in which two triggers have the same name.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: on-push}
spec:
  dependencies: [{name: push, eventSourceName: github, eventName: push}]
  triggers:
  - template: {name: log, log: {}}
  - template: {name: log, log: {intervalSeconds: 10}}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: on-push}
spec:
  dependencies: [{name: push, eventSourceName: github, eventName: push}]
  triggers:
  - template: {name: log, log: {}}
  - template: {name: log-slowly, log: {intervalSeconds: 10}}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::duplicate_trigger_name
