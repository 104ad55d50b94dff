// Go templates in an object of a trigger, where nothing evaluates them.
#include "analyzer/events.h"
#include "analyzer/walk.h"

namespace tiphys::rules::input_tag_in_resource {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kLiteral{"`{}` stays as it is: objects are no templates"};

/// Places of `{{ .Input… }}`.
void check_text(const ir::Scalar& scalar, Context& context) {
    for (std::size_t at = scalar.text.find("{{"); at != scalar.text.npos;
         at = scalar.text.find("{{", at + 2)) {
        const std::size_t word = scalar.text.find_first_not_of(" -", at + 2);
        if (word == scalar.text.npos || !scalar.text.substr(word).starts_with(".Input")) continue;
        const std::size_t close = scalar.text.find("}}", at);
        if (close == scalar.text.npos) return;
        const std::string_view tag = scalar.text.substr(at, close + 2 - at);
        context.report(kLiteral, context.span_in(scalar, at, close + 2), tag)
            .help("write a placeholder here, and add a parameter to the trigger: `src` with "
                  "`dataTemplate` or `dataKey`, and `dest` with the path of this text");
    }
}

void check(const events::ArtifactLocation& source, Context& context) {
    const ir::Value* object = source.field("resource");
    if (object == nullptr) return;
    for_each_text(*object, [&](const ir::Scalar& scalar) { check_text(scalar, context); });
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "Go templates where a trigger does not evaluate them",
                 .doc = R"md(
`{{ .Input.body.ref }}` is for `dataTemplate` and filters. In the object that a trigger creates nothing
evaluates it; a workflow then fails on a variable that does not exist.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: on-push}
spec:
  template: {serviceAccountName: build}
  dependencies: [{name: push, eventSourceName: github, eventName: push}]
  triggers:
  - template:
      name: build
      k8s:
        operation: create
        source:
          resource:
            apiVersion: argoproj.io/v1alpha1
            kind: Workflow
            metadata: {generateName: build-}
            spec:
              arguments: {parameters: [{name: ref, value: '{{.Input.body.ref}}'}]}
              workflowTemplateRef: {name: build}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: on-push}
spec:
  template: {serviceAccountName: build}
  dependencies: [{name: push, eventSourceName: github, eventName: push}]
  triggers:
  - template:
      name: build
      k8s:
        operation: create
        source:
          resource:
            apiVersion: argoproj.io/v1alpha1
            kind: Workflow
            metadata: {generateName: build-}
            spec:
              arguments: {parameters: [{name: ref, value: set-by-event}]}
              workflowTemplateRef: {name: build}
        parameters:
        - {src: {dependencyName: push, dataKey: body.ref}, dest: spec.arguments.parameters.0.value}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::input_tag_in_resource
