// Images, templates and service accounts that others choose.
#include "analyzer/context.h"
#include "analyzer/facts.h"
#include "analyzer/taint_finding.h"

namespace tiphys::rules::param_injection_name {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view> kPasted{"`{}` becomes {}"};

void check(const ir::Document& document, Context& context) {
    for (const TaintedText& taint : context.facts().taints(document)) {
        const bool is_meant = taint.sink == Sink::kImage || taint.sink == Sink::kTemplateName ||
                              taint.sink == Sink::kServiceAccount;
        if (!is_meant || !is_told_here(taint, context)) continue;
        if (taint.source == TaintSource::kCaller) continue;
        Finding finding =
            context.report(kPasted, place_of(taint, context), taint.name, outcome_words(taint));
        explain(taint, finding);
        finding.help("list the names that are meant in the `enum` of the parameter");
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "images, templates and service accounts that others choose",
                 .doc = R"md(
A parameter in the name of an image, of a template or of a service account lets whoever chooses its
text decide which code runs, and with which rights. Texts of a submitted workflow are told
with `--strict` only.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: hook}
spec:
  dependencies: [{name: push, eventSourceName: webhook, eventName: push}]
  triggers:
  - template:
      name: run
      argoWorkflow:
        operation: submit
        source:
          resource:
            apiVersion: argoproj.io/v1alpha1
            kind: Workflow
            metadata: {generateName: run-}
            spec:
              entrypoint: main
              arguments: {parameters: [{name: image, value: none}]}
              templates:
              - name: main
                container: {image: '{{workflow.parameters.image}}', command: [run]}
        parameters:
        - src: {dependencyName: push, dataKey: body.image}
          dest: spec.arguments.parameters.0.value
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: hook}
spec:
  dependencies: [{name: push, eventSourceName: webhook, eventName: push}]
  triggers:
  - template:
      name: run
      argoWorkflow:
        operation: submit
        source:
          resource:
            apiVersion: argoproj.io/v1alpha1
            kind: Workflow
            metadata: {generateName: run-}
            spec:
              entrypoint: main
              arguments: {parameters: [{name: image, value: 'app:1.0', enum: ['app:1.0', 'app:1.1']}]}
              templates:
              - name: main
                container: {image: '{{workflow.parameters.image}}', command: [run]}
        parameters:
        - src: {dependencyName: push, dataKey: body.image}
          dest: spec.arguments.parameters.0.value
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::param_injection_name
