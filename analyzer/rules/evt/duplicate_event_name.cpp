// An event name that two kinds of source in one EventSource have.
#include <map>

#include "analyzer/events.h"

namespace tiphys::rules::duplicate_event_name {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view, std::string_view> kTwice{
    "event `{}` is under `{}` and under `{}`"};

/// Argo: ValidateEventSource in pkg/reconciler/eventsource/validate.go.
void check(const events::EventSource& source, Context& context) {
    std::map<std::string_view, SourceEvent> seen;
    for (const SourceEvent& event : events_of(source)) {
        const auto [first, is_new] = seen.try_emplace(event.name, event);
        if (is_new || first->second.source_type == event.source_type) continue;
        const bool is_later = first->second.name_span.begin < event.name_span.begin;
        const SourceEvent& earlier = is_later ? first->second : event;
        const SourceEvent& later = is_later ? event : first->second;
        context.report(kTwice, later.name_span, event.name, earlier.source_type, later.source_type)
            .related(earlier.name_span, "the first one")
            .help("give one of them another name; the controller refuses the EventSource");
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "one event name under two kinds of source",
                 .doc = R"md(
Event names are unique in an EventSource, whatever kind of source they have: sensors know an event
by the name of the EventSource and its own. The controller refuses a second one.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: EventSource
metadata: {name: hooks}
spec:
  webhook:
    build: {endpoint: /build, port: '12000', method: POST}
  sns:
    build:
      topicArn: arn:aws:sns:eu-west-1:123456789012:build
      region: eu-west-1
      webhook: {endpoint: /sns, port: '13000', method: POST}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: EventSource
metadata: {name: hooks}
spec:
  webhook:
    build: {endpoint: /build, port: '12000', method: POST}
  sns:
    build-topic:
      topicArn: arn:aws:sns:eu-west-1:123456789012:build
      region: eu-west-1
      webhook: {endpoint: /sns, port: '13000', method: POST}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::duplicate_event_name
