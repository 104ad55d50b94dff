// Texts from outside that are pasted into HTTP requests.
#include "analyzer/context.h"
#include "analyzer/facts.h"
#include "analyzer/taint_finding.h"

namespace tiphys::rules::param_injection_http {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view> kPasted{"`{}` becomes {}"};

void check(const ir::Document& document, Context& context) {
    for (const TaintedText& taint : context.facts().taints(document)) {
        const bool is_meant = taint.sink == Sink::kHttpUrl || taint.sink == Sink::kHttpText;
        if (!is_meant || !is_told_here(taint, context)) continue;
        if (taint.source == TaintSource::kCaller) continue;
        Finding finding =
            context.report(kPasted, place_of(taint, context), taint.name, outcome_words(taint));
        explain(taint, finding);
        finding.help(
            taint.sink == Sink::kHttpUrl
                ? "write the server out, and the rest as `{{=sprig.b32enc(…)}}`"
                : "write `{{=toJson(…)}}` without quotes around it, which stays one value");
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "parameters that are pasted into HTTP requests",
                 .doc = R"md(
A text in the URL of an `http` template may lead the request to another server of the cluster, one in
its body or headers may add fields. Texts of a submitted workflow are told with
`--strict` only.

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
              arguments: {parameters: [{name: host, value: none}]}
              templates:
              - name: main
                http: {url: 'http://{{workflow.parameters.host}}/start', method: POST}
        parameters:
        - src: {dependencyName: push, dataKey: body.host}
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
              arguments: {parameters: [{name: name, value: none}]}
              templates:
              - name: main
                http: {url: 'http://jobs/start?name={{=sprig.b32enc(workflow.parameters.name)}}', method: POST}
        parameters:
        - src: {dependencyName: push, dataKey: body.name}
          dest: spec.arguments.parameters.0.value
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::param_injection_http
