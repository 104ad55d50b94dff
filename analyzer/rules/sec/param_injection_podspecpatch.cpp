// Texts from outside that are pasted into patches of pods.
#include "analyzer/context.h"
#include "analyzer/facts.h"
#include "analyzer/taint_finding.h"

namespace tiphys::rules::param_injection_podspecpatch {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view> kPasted{"`{}` becomes {}"};

void check(const ir::Document& document, Context& context) {
    for (const TaintedText& taint : context.facts().taints(document)) {
        const bool is_meant = taint.sink == Sink::kPodSpecPatch;
        if (!is_meant || !is_told_here(taint, context)) continue;
        if (taint.source == TaintSource::kCaller) continue;
        Finding finding =
            context.report(kPasted, place_of(taint, context), taint.name, outcome_words(taint));
        explain(taint, finding);
        finding.help(
            "list the values that are meant in the `enum` of the parameter, or let the tag be a "
            "number: `{{=asInt(…)}}`");
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "parameters that are pasted into `podSpecPatch`",
                 .doc = R"md(
`podSpecPatch` may change everything about a pod: its image, its rights, its volumes. Argo replaces
tags in it before it is read, so a text with quotes or line breaks in it may do so as well. Texts
of a submitted workflow are told with `--strict` only.

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
              arguments: {parameters: [{name: cpu, value: none}]}
              templates:
              - name: main
                podSpecPatch: '{"containers": [{"name": "main", "resources": {"limits": {"cpu": "{{workflow.parameters.cpu}}"}}}]}'
                container: {image: 'alpine:3.20', command: [run]}
        parameters:
        - src: {dependencyName: push, dataKey: body.cpu}
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
              arguments: {parameters: [{name: cpu, value: '1', enum: ['1', '2']}]}
              templates:
              - name: main
                podSpecPatch: '{"containers": [{"name": "main", "resources": {"limits": {"cpu": "{{workflow.parameters.cpu}}"}}}]}'
                container: {image: 'alpine:3.20', command: [run]}
        parameters:
        - src: {dependencyName: push, dataKey: body.cpu}
          dest: spec.arguments.parameters.0.value
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::param_injection_podspecpatch
