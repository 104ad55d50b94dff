// Two dependencies of a sensor on the same event.
#include <map>

#include "analyzer/events.h"

namespace tiphys::rules::duplicate_event_in_sensor {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view> kTwice{
    "dependencies `{}` and `{}` are the same event"};

bool selects(const events::EventDependency& dependency) {
    return dependency.filters() != nullptr || dependency.transform() != nullptr;
}

/// Argo: validateDependencies in pkg/reconciler/sensor/validate.go.
void check(const events::SensorSpec& spec, Context& context) {
    const BusKind bus = bus_kind_of(context, spec);
    std::map<std::pair<std::string_view, std::string_view>, const events::EventDependency*> seen;
    for (const events::EventDependency* dependency : spec.dependencies()) {
        const ir::Scalar* event = dependency->event_name();
        const std::string_view source = ir::text_of(dependency->event_source_name());
        if (event == nullptr || event->text.empty() || source.empty()) continue;
        const auto [first, is_new] = seen.try_emplace({source, event->text}, dependency);
        if (is_new) continue;
        const bool differ = selects(*dependency) || selects(*first->second);
        if (differ && bus != BusKind::kStan) continue;
        Finding finding =
            context.report(kTwice, context.span_in(*event, 0, event->text.size()),
                           ir::text_of(first->second->name()), ir::text_of(dependency->name()));
        finding.related(first->second->event_name()->span, "the first one");
        if (bus == BusKind::kStan) {
            finding.help("the controller refuses this on a NATS Streaming bus; keep one of them");
        } else {
            finding.severity(Severity::kWarning)
                .help("keep one of them: each event counts for both, so triggers fire twice or at "
                      "once");
        }
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "two dependencies on the same event",
                 .doc = R"md(
On a NATS Streaming bus the controller refuses a sensor that names an event twice, even with
different filters. On other buses two dependencies with different filters are fine, but without any
filter each event counts for both: `a || b` fires twice, `a && b` at the first event.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: EventBus
metadata: {name: default}
spec:
  nats: {native: {replicas: 3, auth: token}}
---
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: on-push}
spec:
  dependencies:
  - {name: push, eventSourceName: github, eventName: push}
  - {name: again, eventSourceName: github, eventName: push}
  triggers:
  - template: {name: log, log: {}}
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
  - template: {name: log, log: {}}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::duplicate_event_in_sensor
