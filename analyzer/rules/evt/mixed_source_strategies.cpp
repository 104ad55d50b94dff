// Kinds of source in one EventSource that Argo does not deploy together.
#include "analyzer/events.h"

namespace tiphys::rules::mixed_source_strategies {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view> kMixed{
    "`{}` and `{}` cannot be in one EventSource"};

/// Argo: ValidateEventSource in pkg/reconciler/eventsource/validate.go.
void check(const events::EventSource& source, Context& context) {
    const SourceEvent* shared = nullptr;
    const SourceEvent* exclusive = nullptr;
    const std::vector<SourceEvent> all = events_of(source);
    for (const SourceEvent& event : all) {
        const SourceEvent*& first = is_exclusive_source(event.source_type) ? exclusive : shared;
        const bool is_earlier = first == nullptr || event.name_span.begin < first->name_span.begin;
        if (is_earlier) first = &event;
    }
    if (shared == nullptr || exclusive == nullptr) return;
    const bool is_shared_first = shared->name_span.begin < exclusive->name_span.begin;
    const SourceEvent& earlier = is_shared_first ? *shared : *exclusive;
    const SourceEvent& later = is_shared_first ? *exclusive : *shared;
    context
        .report(kMixed, source.spec()->key_span_of(later.source_type), earlier.source_type,
                later.source_type)
        .related(source.spec()->key_span_of(earlier.source_type), "the other kind")
        .note("of `" + std::string(exclusive->source_type) +
              "` one pod may listen at a time, of `" + std::string(shared->source_type) +
              "` several")
        .help("move one of them into an EventSource of its own");
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "kinds of source that cannot be deployed together",
                 .doc = R"md(
Sources that are called over HTTP, and some queues, may run in several pods at once and are updated
without a gap. Sources that read a stream or watch something run in one pod only. The controller
refuses an EventSource that has both.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: EventSource
metadata: {name: mixed}
spec:
  webhook:
    build: {endpoint: /build, port: '12000', method: POST}
  calendar:
    nightly: {schedule: '0 3 * * *'}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: EventSource
metadata: {name: hooks}
spec:
  webhook:
    build: {endpoint: /build, port: '12000', method: POST}
---
apiVersion: argoproj.io/v1alpha1
kind: EventSource
metadata: {name: clock}
spec:
  calendar:
    nightly: {schedule: '0 3 * * *'}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::mixed_source_strategies
