// Trigger parameters that hand on the event in base64.
#include "analyzer/events.h"

namespace tiphys::rules::whole_event_as_value {
namespace {
using namespace analyze;

constexpr Message<> kWhole{"this hands on the whole event, with its data in base64"};

/// Argo: ResolveParamValue in pkg/sensors/triggers/params.go; Event.Data is a list of bytes.
void check(const events::TriggerParameterSource& source, Context& context) {
    for (const std::string_view field :
         {"contextKey", "contextTemplate", "dataKey", "dataTemplate", "value"}) {
        if (source.field(field) != nullptr) return;
    }
    if (!source.unknown.empty() || source.dependency_name() == nullptr) return;
    context.report(kWhole, source.key_span_of("dependencyName"))
        .help("add `dataKey` with the path of a value; `dataKey: body` is the whole body of a "
              "request, as JSON");
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kInfo,
                 .since = "0.1",
                 .summary = "trigger parameters that hand on the whole event in base64",
                 .doc = R"md(
Without a key or template a parameter is the event itself, `{"context":…,"data":"eyJib2…"}`: what has
been sent stands in it in base64. Receivers rarely expect that.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: on-push}
spec:
  dependencies: [{name: push, eventSourceName: github, eventName: push}]
  triggers:
  - template:
      name: call
      http:
        url: https://build.example.com/hook
        payload: [{src: {dependencyName: push}, dest: event}]
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: on-push}
spec:
  dependencies: [{name: push, eventSourceName: github, eventName: push}]
  triggers:
  - template:
      name: call
      http:
        url: https://build.example.com/hook
        payload: [{src: {dependencyName: push, dataKey: body}, dest: event}]
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::whole_event_as_value
