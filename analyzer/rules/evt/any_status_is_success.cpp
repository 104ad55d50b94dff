// HTTP triggers whose failures are not seen.
#include "analyzer/events.h"
#include "compiler/front/resolve.h"

namespace tiphys::rules::any_status_is_success {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kAny{"`{}` takes every answer for a success, even a 500"};

/// Argo: ApplyPolicy in pkg/sensors/triggers/http/http.go.
void check(const events::Trigger& trigger, Context& context) {
    if (!front::is_true(trigger.at_least_once()) || trigger.template_() == nullptr) return;
    const TriggerKind kind = kind_of(*trigger.template_());
    if (kind.name != "http") return;
    if (value_at(trigger.policy(), {"status"}) != nullptr) return;
    context.report(kAny, kind.name_span, kind.name)
        .note("so the trigger is neither retried nor handed to a dead-letter trigger")
        .help("add `policy: {status: {allow: [200]}}` with the codes that mean success");
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "HTTP triggers that must not fail, but do not look at the status",
                 .doc = R"md(
Without `policy.status.allow` an HTTP trigger fails only where no answer comes at all. With
`atLeastOnce: true` somebody cares for failures, yet a 404 or 500 counts as done.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: on-push}
spec:
  dependencies: [{name: push, eventSourceName: github, eventName: push}]
  triggers:
  - template: {name: call, http: {url: 'https://build.example.com/hook'}}
    atLeastOnce: true
    retryStrategy: {steps: 3, duration: 10s}
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
    retryStrategy: {steps: 3, duration: 10s}
    policy: {status: {allow: [200, 202]}}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::any_status_is_success
