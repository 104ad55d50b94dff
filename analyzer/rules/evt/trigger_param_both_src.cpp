// Trigger parameters with two sources of which one is ignored.
#include "analyzer/events.h"

namespace tiphys::rules::trigger_param_both_src {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view> kIgnored{"`{}` is ignored beside `{}`"};
constexpr Message<std::string_view, std::string_view> kFallback{
    "`{}` counts only where `{}` comes to nothing"};

std::string_view first_given(const ir::Object& source, std::string_view a, std::string_view b) {
    if (is_given(source, a)) return a;
    return is_given(source, b) ? b : std::string_view{};
}

/// Argo: ResolveParamValue in pkg/sensors/triggers/params.go.
void check(const events::TriggerParameterSource& source, Context& context) {
    const std::string_view data = first_given(source, "dataKey", "dataTemplate");
    const std::string_view from_context = first_given(source, "contextKey", "contextTemplate");
    if (!data.empty() && !from_context.empty()) {
        context.report(kIgnored, source.key_span_of(from_context), from_context, data)
            .related(source.key_span_of(data), "this one is used")
            .help("keep one of them, or make two parameters");
        return;
    }
    for (const std::string_view kind : {"data", "context"}) {
        const std::string key = std::string(kind) + "Key";
        const std::string program = std::string(kind) + "Template";
        if (!is_given(source, key) || !is_given(source, program)) continue;
        context.report(kFallback, source.key_span_of(key), key, program)
            .related(source.key_span_of(program), "this one is tried first")
            .help("keep one of them; `value` is for what cannot be read");
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "trigger parameters with two sources",
                 .doc = R"md(
A parameter takes its value from the event's data or from its context; with both, the context is
ignored. Of a key and a template for the same part the template is used, and the key only where the
template fails: a mistake in the template then goes unseen.

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
        payload:
        - src:
            dependencyName: push
            dataKey: body.ref
            dataTemplate: '{{ .Input.body.ref | trimPrefix "refs/heads/" }}'
          dest: ref
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
        payload:
        - src:
            dependencyName: push
            dataTemplate: '{{ .Input.body.ref | trimPrefix "refs/heads/" }}'
          dest: ref
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::trigger_param_both_src
