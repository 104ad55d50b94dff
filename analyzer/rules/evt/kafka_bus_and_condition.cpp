// Triggers that wait for several events on a Kafka bus.
#include "analyzer/conditions.h"

namespace tiphys::rules::kafka_bus_and_condition {
namespace {
using namespace analyze;

constexpr Message<> kSpread{"on this Kafka bus the events of one condition may never meet"};
constexpr Message<std::string_view> kLast{
    "on a Kafka bus `{}` is set only when its event is the last one"};

bool has_and(const Condition& condition) {
    for (const ConditionWay& way : condition.ways) {
        if (way.size() > 1) return true;
    }
    return false;
}

/// Argo: pkg/eventbus/kafka/sensor: state is kept for each partition, and the action sees the event
/// that completed the condition.
void check(const events::Trigger& trigger, Context& context) {
    const auto* spec = context.enclosing<events::SensorSpec>();
    if (spec == nullptr || trigger.template_() == nullptr) return;
    const events::EventBusSpec* bus = find_bus(context, bus_name(spec->event_bus_name()));
    if (bus == nullptr || bus_kind(*bus) != BusKind::kKafka) return;
    const ir::Scalar* name = trigger.template_()->name();
    if (name == nullptr || outer_trigger(context) != nullptr) return;
    const Condition condition = condition_for(trigger, context);
    if (condition.error || !has_and(condition)) return;
    const std::string_view partitioner = text_at(bus, {"kafka", "partitioner"});
    if (partitioner != "hash") {
        context.report(kSpread, name->span)
            .related(bus->key_span_of("kafka"), "the bus")
            .help("write `partitioner: hash` on the bus, or give its trigger topic one partition");
    }
    for (const ParameterUse& use : parameters_of(trigger)) {
        const auto* source = use.parameter->src();
        if (source == nullptr || source->dependency_name() == nullptr) continue;
        if (source->value() != nullptr) continue;
        const ir::Scalar& dependency = *source->dependency_name();
        context.report(kLast, dependency.span, dependency.text)
            .help("use a JetStream bus where values of several events are needed");
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "conditions over several events on a Kafka bus",
                 .doc = R"md(
On a Kafka bus each partition is handled for itself. With the default partitioner two events of one
condition land in different partitions, and the trigger never fires; `hash` keeps them together. Even
then the trigger sees the last of the events only, so parameters from the others stay empty.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: EventBus
metadata: {name: default}
spec:
  kafka: {url: 'kafka:9092'}
---
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: on-both}
spec:
  dependencies:
  - {name: push, eventSourceName: github, eventName: push}
  - {name: tag, eventSourceName: github, eventName: tag}
  triggers:
  - template: {name: log, log: {}}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: EventBus
metadata: {name: default}
spec:
  kafka: {url: 'kafka:9092', partitioner: hash}
---
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: on-both}
spec:
  dependencies:
  - {name: push, eventSourceName: github, eventName: push}
  - {name: tag, eventSourceName: github, eventName: tag}
  triggers:
  - template: {name: log, log: {}}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::kafka_bus_and_condition
