// EventSources that listen to nothing.
#include "analyzer/damage.h"
#include "analyzer/events.h"

namespace tiphys::rules::event_source_without_events {
namespace {
using namespace analyze;

constexpr Message<> kNone{"this EventSource has no events"};

/// Argo: Start in pkg/eventsources/eventing.go ends the process then.
void check(const events::EventSource& source, Context& context) {
    if (source.spec() == nullptr || !context.document()->is_complete) return;
    // A misspelt kind of source has a finding of its own.
    if (!source.spec()->unknown.empty() || !events_of(source).empty()) return;
    if (is_damaged(context, source.spec()->span)) return;
    context.report(kNone, source.key_span_of("spec"))
        .help("add a source; without one the pod ends as soon as it has started");
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "EventSources without any event",
                 .doc = R"md(
The controller accepts an EventSource without a source, but its pod ends with an error, again and
again.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: EventSource
metadata: {name: hooks}
spec:
  service: {ports: [{port: 12000, targetPort: 12000}]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: EventSource
metadata: {name: hooks}
spec:
  service: {ports: [{port: 12000, targetPort: 12000}]}
  webhook:
    build: {endpoint: /build, port: '12000', method: POST}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::event_source_without_events
