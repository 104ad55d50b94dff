// Retries of triggers that never happen.
#include "analyzer/edits.h"
#include "analyzer/events.h"
#include "compiler/front/resolve.h"

namespace tiphys::rules::inert_retry_strategy {
namespace {
using namespace analyze;

constexpr Message<> kInert{"`retryStrategy` has no effect without `atLeastOnce: true`"};

/// Argo: triggerActions in pkg/sensors/listener.go starts the trigger without waiting for it.
void check(const events::Trigger& trigger, Context& context) {
    if (trigger.retry_strategy() == nullptr || front::is_true(trigger.at_least_once())) return;
    Finding finding = context.report(kInert, trigger.key_span_of("retryStrategy"));
    finding.note("without it the trigger runs once, and the event counts as done beforehand");
    finding.help("add `atLeastOnce: true`, or leave `retryStrategy` out");
    const ir::Entry* entry = trigger.entry("retryStrategy");
    if (!is_given(trigger, "atLeastOnce")) {
        finding.unsafe_fix("add `atLeastOnce: true`",
                           {insert_before(context, trigger, *entry, "atLeastOnce: true")});
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "retries of triggers that never happen",
                 .doc = R"md(
A trigger is retried only with `atLeastOnce: true`. Without it the sensor starts the trigger in the
background, acknowledges the event at once and never looks at the result.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: on-push}
spec:
  dependencies: [{name: push, eventSourceName: github, eventName: push}]
  triggers:
  - template: {name: call, slack: {channel: builds, message: pushed, slackToken: {name: slack, key: token}}}
    retryStrategy: {steps: 3, duration: 10s}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: on-push}
spec:
  dependencies: [{name: push, eventSourceName: github, eventName: push}]
  triggers:
  - template: {name: call, slack: {channel: builds, message: pushed, slackToken: {name: slack, key: token}}}
    atLeastOnce: true
    retryStrategy: {steps: 3, duration: 10s}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::inert_retry_strategy
