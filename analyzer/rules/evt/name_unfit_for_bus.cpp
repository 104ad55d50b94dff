// Names that the messaging system of the bus cannot carry.
#include "analyzer/events.h"

namespace tiphys::rules::name_unfit_for_bus {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view> kUnfit{
    "the {} `{}` cannot be used on a JetStream bus"};
constexpr Message<std::string_view> kWildcard{"`{}` matches nothing but on a NATS Streaming bus"};

/// JetStream: `default.SOURCE.EVENT` is the subject of an event, the sensor's name that of a
/// bucket. Argo: pkg/eventbus/jetstream.
bool is_unfit(std::string_view name) {
    return name.find_first_of(". *>\t") != name.npos;
}

void report(Span span, std::string_view what, std::string_view name, Context& context) {
    context.report(kUnfit, span, what, name)
        .help("use a name without dots, blanks, `*` and `>`: dots separate the parts of a subject "
              "there");
}

void check_source(const events::EventSource& source, Context& context) {
    if (source.spec() == nullptr) return;
    const events::EventBusSpec* bus = find_bus(context, bus_name(source.spec()->event_bus_name()));
    if (bus == nullptr || bus_kind(*bus) != BusKind::kJetStream) return;
    const ir::Document& document = *context.document();
    if (is_unfit(document.name)) report(document.name_span, "EventSource", document.name, context);
    for (const SourceEvent& event : events_of(source)) {
        if (is_unfit(event.name)) report(event.name_span, "event", event.name, context);
    }
}

void check_sensor(const events::Sensor& sensor, Context& context) {
    if (sensor.spec() == nullptr) return;
    const BusKind bus = bus_kind_of(context, *sensor.spec());
    if (bus == BusKind::kUnknown || bus == BusKind::kStan) return;
    const ir::Document& document = *context.document();
    if (bus == BusKind::kJetStream && is_unfit(document.name)) {
        report(document.name_span, "sensor", document.name, context);
    }
    for (const events::EventDependency* dependency : sensor.spec()->dependencies()) {
        for (const ir::Scalar* name : {dependency->event_source_name(), dependency->event_name()}) {
            if (name == nullptr || name->text.find_first_of("*?[") == name->text.npos) continue;
            context.report(kWildcard, context.span_in(*name, 0, name->text.size()), name->text)
                .help("write a dependency for each event");
        }
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "names that the bus cannot carry",
                 .doc = R"md(
On JetStream the names of EventSource and event are parts of a subject, and a sensor's name that of a
bucket: a dot, a blank, `*` or `>` in one of them loses the events. Kubernetes allows dots in names.
Patterns in dependencies work on NATS Streaming only.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: EventBus
metadata: {name: default}
spec:
  jetstream: {version: 2.10.29, replicas: 3}
---
apiVersion: argoproj.io/v1alpha1
kind: EventSource
metadata: {name: hooks.build}
spec:
  webhook:
    build: {endpoint: /build, port: '12000', method: POST}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: EventBus
metadata: {name: default}
spec:
  jetstream: {version: 2.10.29, replicas: 3}
---
apiVersion: argoproj.io/v1alpha1
kind: EventSource
metadata: {name: hooks-build}
spec:
  webhook:
    build: {endpoint: /build, port: '12000', method: POST}
```
)md",
                 .checks = {on<check_source>(), on<check_sensor>()}};

} // namespace tiphys::rules::name_unfit_for_bus
