// Sensors that read another bus, or another namespace, than their EventSource writes to.
#include "analyzer/events.h"
#include "compiler/front/resolve.h"

namespace tiphys::rules::eventbus_mismatch {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view> kOtherBus{
    "this sensor reads the bus `{}`, its EventSource writes to `{}`"};
constexpr Message<std::string_view, std::string_view, std::string_view> kOtherNamespace{
    "EventSource `{}` is in namespace `{}`, this sensor in `{}`"};

void check(const events::EventDependency& dependency, Context& context) {
    const auto* spec = context.enclosing<events::SensorSpec>();
    const ir::Scalar* name = dependency.event_source_name();
    if (spec == nullptr || name == nullptr || name->text.empty()) return;
    const FoundSource found = find_event_source(context, name->text);
    const Span span = context.span_in(*name, 0, name->text.size());
    if (found.document == nullptr) {
        const ir::Document* other =
            context.project().find("EventSource", {}, name->text, context.document()->file);
        if (other == nullptr) return;
        context
            .report(kOtherNamespace, span, name->text, other->namespace_name,
                    context.document()->namespace_name)
            .related(other->name_span, "the EventSource")
            .help("an event bus does not cross namespaces; put both into one");
        return;
    }
    if (found.source == nullptr || found.source->spec() == nullptr || !found.is_only_one) return;
    const std::string_view here = bus_name(spec->event_bus_name());
    const std::string_view there = bus_name(found.source->spec()->event_bus_name());
    if (here == there) return;
    context.report(kOtherBus, span, here, there)
        .related(found.document->name_span, "the EventSource")
        .help("give both the same `eventBusName`; no event arrives otherwise");
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "sensors on another bus or in another namespace than their EventSource",
                 .doc = R"md(
A sensor gets the events that its EventSource puts on the same bus of the same namespace. With
another `eventBusName`, or in another namespace, it waits for ever.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: EventSource
metadata: {name: hooks}
spec:
  eventBusName: outside
  webhook:
    build: {endpoint: /build, port: '12000', method: POST}
---
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: on-build}
spec:
  dependencies: [{name: build, eventSourceName: hooks, eventName: build}]
  triggers:
  - template: {name: log, log: {}}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: EventSource
metadata: {name: hooks}
spec:
  eventBusName: outside
  webhook:
    build: {endpoint: /build, port: '12000', method: POST}
---
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: on-build}
spec:
  eventBusName: outside
  dependencies: [{name: build, eventSourceName: hooks, eventName: build}]
  triggers:
  - template: {name: log, log: {}}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::eventbus_mismatch
