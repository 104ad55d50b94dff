// Pushes to any branch or tag that start what wants one branch.
#include <algorithm>
#include <array>

#include "analyzer/events.h"

namespace tiphys::rules::unfiltered_push {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kEvery{
    "dependency `{}` has no filter: pushes of tags and the deletion of branches come here as well"};

constexpr std::array<std::string_view, 3> kRefs{"body.ref", "ref", "body.push.changes"};

/// A parameter takes the ref of the push from the dependency.
bool reads_ref(const events::Trigger& trigger, std::string_view dependency) {
    const std::vector<ParameterUse> uses = parameters_of(trigger);
    return std::any_of(uses.begin(), uses.end(), [&](const ParameterUse& use) {
        const auto* source = use.parameter->src();
        if (source == nullptr || ir::text_of(source->dependency_name()) != dependency) return false;
        const std::string_view key = ir::text_of(source->data_key());
        return std::find(kRefs.begin(), kRefs.end(), key) != kRefs.end();
    });
}

void check(const events::SensorSpec& spec, Context& context) {
    for (const events::EventDependency* dependency : spec.dependencies()) {
        const ir::Scalar* name = dependency->name();
        if (name == nullptr || dependency->filters() != nullptr) continue;
        if (dependency->field("transform") != nullptr) continue;
        for (const events::Trigger* trigger : spec.triggers()) {
            if (trigger->template_() == nullptr || !reads_ref(*trigger, name->text)) continue;
            Finding finding = context.report(kEvery, name->span, name->text);
            if (const ir::Scalar* reader = trigger->template_()->name()) {
                finding.related(reader->span, "this trigger reads the ref");
            }
            finding.help("add `filters.data` on `body.ref`, such as `^refs/heads/main$`");
            break;
        }
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kInfo,
                 .since = "0.1",
                 .summary = "pushes to any branch that start what wants one branch",
                 .doc = R"md(
Code hosts send a push event for each branch, for tags, and for branches that are deleted. A trigger
that reads `body.ref` builds all of them, unless the dependency has a filter on it.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: on-push}
spec:
  template: {serviceAccountName: submitter}
  dependencies: [{name: push, eventSourceName: github, eventName: push}]
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
              entrypoint: main
              arguments: {parameters: [{name: ref, value: main}]}
              templates: [{name: main, container: {image: 'alpine:3.20', command: [make]}}]
        parameters:
        - {src: {dependencyName: push, dataKey: body.ref}, dest: spec.arguments.parameters.0.value}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: on-push}
spec:
  template: {serviceAccountName: submitter}
  dependencies:
  - name: push
    eventSourceName: github
    eventName: push
    filters: {data: [{path: body.ref, type: string, value: ['^refs/heads/main$']}]}
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
              entrypoint: main
              arguments: {parameters: [{name: ref, value: main}]}
              templates: [{name: main, container: {image: 'alpine:3.20', command: [make]}}]
        parameters:
        - {src: {dependencyName: push, dataKey: body.ref}, dest: spec.arguments.parameters.0.value}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::unfiltered_push
