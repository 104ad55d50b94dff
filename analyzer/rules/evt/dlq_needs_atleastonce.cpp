// Dead-letter triggers that Argo refuses.
#include "analyzer/events.h"
#include "compiler/front/resolve.h"

namespace tiphys::rules::dlq_needs_atleastonce {
namespace {
using namespace analyze;

constexpr Message<> kOuter{"`dlqTrigger` needs `atLeastOnce: true` beside it"};
constexpr Message<> kInner{"`dlqTrigger` needs `atLeastOnce: true` inside of it"};

/// Argo: validateDlqTrigger in pkg/reconciler/sensor/validate.go.
void check(const events::Trigger& trigger, Context& context) {
    if (trigger.dlq_trigger() == nullptr) return;
    const Span span = trigger.key_span_of("dlqTrigger");
    if (!front::is_true(trigger.at_least_once())) {
        context.report(kOuter, span)
            .help("add `atLeastOnce: true`: otherwise the event is acknowledged before the trigger "
                  "runs, and no failure is seen");
    }
    if (!front::is_true(trigger.dlq_trigger()->at_least_once())) {
        context.report(kInner, span).help("add `atLeastOnce: true` to the dead-letter trigger");
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "dead-letter triggers without `atLeastOnce`",
                 .doc = R"md(
A `dlqTrigger` runs when its trigger has failed for good. That is only seen with `atLeastOnce: true`;
the controller demands it of the trigger and of the dead-letter trigger.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: on-push}
spec:
  dependencies: [{name: push, eventSourceName: github, eventName: push}]
  triggers:
  - template: {name: call, http: {url: 'https://build.example.com/hook'}}
    policy: {status: {allow: [200]}}
    dlqTrigger:
      atLeastOnce: true
      template: {name: log, log: {}}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: on-push}
spec:
  dependencies: [{name: push, eventSourceName: github, eventName: push}]
  triggers:
  - template: {name: call, http: {url: 'https://build.example.com/hook'}}
    atLeastOnce: true
    policy: {status: {allow: [200]}}
    dlqTrigger:
      atLeastOnce: true
      template: {name: log, log: {}}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::dlq_needs_atleastonce
