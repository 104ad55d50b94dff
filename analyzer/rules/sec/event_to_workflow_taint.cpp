// Texts of events that end in scripts, manifests or images of the workflow that they start.
#include <unordered_set>

#include "analyzer/context.h"
#include "analyzer/facts.h"
#include "analyzer/taint_finding.h"

namespace tiphys::rules::event_to_workflow_taint {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kTaint{"what an event brings here becomes {}"};

void report(const TaintedText& taint, Context& context) {
    std::vector<RelatedPlace> path = taint.path;
    const Span entry = path.front().span;
    path.push_back({place_of(taint, context), "and becomes " + outcome_words(taint) + " here"});
    Finding finding = context.report(kTaint, entry, outcome_words(taint));
    finding.severity(severity_of(taint)).path(std::move(path));
    finding.help("let the dependency's `filters` pass only what is meant, from `^` to `$`, or hand "
                 "the text to the container in `env`");
}

void check(const ir::Document& document, Context& context) {
    // One way is enough: the ways are in the order of the sources, so the first is the worst.
    std::unordered_set<const ir::Object*> told;
    for (const TaintedText& taint : context.facts().taints(document)) {
        if (taint.event_parameter == nullptr || taint.path.empty()) continue;
        if (severity_of(taint) == Severity::kInfo) continue;
        if (told.insert(taint.event_parameter).second) report(taint, context);
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "texts of events that become code of a workflow",
                 .doc = R"md(
A trigger writes a part of an event into a parameter of a workflow, and a template of that workflow,
perhaps one of another file, pastes the parameter into a script, a manifest, an image or an
expression. Whoever can send the event, by opening a pull request or calling the webhook, runs
commands in the cluster. The way from the event to the script is shown. Where the EventSource is
among the files and asks for no secret, it is an error: anybody who reaches it can.

A filter on the same path that matches from `^` to `$` and lets letters and digits through only ends
the way; so do an `enum` of the parameter and a number. Events of a calendar are not sent by anybody,
and ids and hashes that a code host makes are harmless.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: build}
spec:
  dependencies: [{name: push, eventSourceName: github, eventName: example}]
  triggers:
  - template:
      name: build
      argoWorkflow:
        operation: submit
        source:
          resource:
            apiVersion: argoproj.io/v1alpha1
            kind: Workflow
            metadata: {generateName: build-}
            spec:
              arguments: {parameters: [{name: branch, value: main}]}
              workflowTemplateRef: {name: build}
        parameters:
        - src: {dependencyName: push, dataKey: body.ref}
          dest: spec.arguments.parameters.0.value
---
apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata: {name: build}
spec:
  entrypoint: main
  templates:
  - name: main
    script:
      image: alpine:3.20
      command: [sh]
      source: git clone --branch '{{workflow.parameters.branch}}' https://git.example/app
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: build}
spec:
  dependencies:
  - name: push
    eventSourceName: github
    eventName: example
    filters:
      data: [{path: body.ref, type: string, value: ['^refs/heads/[a-z0-9-]+$']}]
  triggers:
  - template:
      name: build
      argoWorkflow:
        operation: submit
        source:
          resource:
            apiVersion: argoproj.io/v1alpha1
            kind: Workflow
            metadata: {generateName: build-}
            spec:
              arguments: {parameters: [{name: branch, value: main}]}
              workflowTemplateRef: {name: build}
        parameters:
        - src: {dependencyName: push, dataKey: body.ref}
          dest: spec.arguments.parameters.0.value
---
apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata: {name: build}
spec:
  entrypoint: main
  templates:
  - name: main
    script:
      image: alpine:3.20
      env: [{name: BRANCH, value: '{{workflow.parameters.branch}}'}]
      command: [sh]
      source: git clone --branch "$BRANCH" https://git.example/app
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::event_to_workflow_taint
