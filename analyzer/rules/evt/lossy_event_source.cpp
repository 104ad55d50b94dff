// Sources that lose events when something restarts.
#include "analyzer/events.h"
#include "compiler/front/resolve.h"

namespace tiphys::rules::lossy_event_source {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view> kLossy{"`{}` loses events: {}"};

/// Why events of a source may be lost, or nothing.
/// Argo: start.go of the folders below pkg/eventsources/sources.
std::string_view reason_of(const SourceEvent& event) {
    const ir::Object& settings = *event.settings;
    if (event.source_type == "amqp") {
        const ir::Scalar* ack = ir::scalar_as(value_at(&settings, {"consume", "autoAck"}));
        const bool is_automatic = settings.field("consume") == nullptr || front::is_true(ack);
        return is_automatic ? "a message counts as done before it is on the bus" : "";
    }
    if (event.source_type == "mqtt") return "it subscribes with quality of service 0";
    if (event.source_type == "redis") return "Redis keeps nothing for a subscriber that is away";
    if (event.source_type == "nats") return "NATS keeps nothing for a subscriber that is away";
    if (event.source_type == "kafka") {
        const bool has_group = settings.field("consumerGroup") != nullptr;
        return has_group ? "" : "without a consumer group it starts at the newest message";
    }
    if (event.source_type == "calendar") {
        const bool remembers = settings.field("persistence") != nullptr;
        return remembers ? "" : "a time that passes while it restarts is missed";
    }
    return "";
}

std::string_view help_for(std::string_view source_type) {
    if (source_type == "amqp") return "add `consume: {autoAck: false}` and a durable queue";
    if (source_type == "kafka") return "add `consumerGroup`";
    if (source_type == "calendar") return "add `persistence`, with a ConfigMap";
    if (source_type == "redis") return "use `redisStream`";
    return "use a queue that keeps messages where losing them matters";
}

void check(const events::EventSource& source, Context& context) {
    for (const SourceEvent& event : events_of(source)) {
        if (event.settings == nullptr) continue;
        const std::string_view reason = reason_of(event);
        if (reason.empty()) continue;
        context.report(kLossy, event.name_span, event.name, reason)
            .help(std::string(help_for(event.source_type)));
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kInfo,
                 .since = "0.1",
                 .summary = "sources that lose events when something restarts",
                 .doc = R"md(
Some sources have no way to get an event again: MQTT with quality of service 0, plain NATS and Redis
channels. Others lose events by their defaults only: AMQP acknowledges before the event is on the bus,
Kafka without a consumer group starts at the newest message, a calendar without `persistence` does not
know which times have passed.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: EventSource
metadata: {name: clock}
spec:
  calendar:
    nightly: {schedule: '0 3 * * *'}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: EventSource
metadata: {name: clock}
spec:
  template: {serviceAccountName: clock}
  calendar:
    nightly:
      schedule: '0 3 * * *'
      persistence: {catchup: {enabled: true}, configMap: {name: clock, createIfNotExist: true}}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::lossy_event_source
