// Templates without a deadline beside others that have one.
#include "analyzer/facts.h"

namespace tiphys::rules::leaf_without_deadline {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view> kNone{
    "template `{}` has no deadline of its own, and `{}` has"};

bool has_deadline(const wf::Template& source) {
    return source.field("activeDeadlineSeconds") != nullptr || source.field("timeout") != nullptr;
}

/// Only the templates of one workflow that run pods are compared.
const front::FlowTemplate* first_with_deadline(const front::Flow& flow) {
    for (const auto& each : flow.templates()) {
        if (front::is_pod(each->kind) && has_deadline(*each->source)) return each.get();
    }
    return nullptr;
}

void check(const ir::Document& document, Context& context) {
    for (const front::Flow* flow : context.facts().flows(document)) {
        const wf::Template* defaults = flow->spec().template_defaults();
        if (defaults != nullptr && has_deadline(*defaults)) continue;
        const front::FlowTemplate* other = first_with_deadline(*flow);
        if (other == nullptr || other->source->name() == nullptr) continue;
        for (const auto& each : flow->templates()) {
            const ir::Scalar* name = each->source->name();
            if (name == nullptr || !front::is_pod(each->kind) || has_deadline(*each->source)) {
                continue;
            }
            context.report(kNone, name->span, name->text, other->name())
                .related(other->source->name()->span, "this one has")
                .help("give it `activeDeadlineSeconds`, or all of them by `templateDefaults`");
        }
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kInfo,
                 .since = "0.1",
                 .summary = "templates without a deadline beside others that have one",
                 .doc = R"md(
A deadline of the workflow ends everything, and late. Where the author gave some templates an
`activeDeadlineSeconds`, those without one may still hang for the whole time of the workflow.
`templateDefaults` gives one to all.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: load-}
spec:
  entrypoint: main
  activeDeadlineSeconds: 14400
  templates:
  - name: main
    steps:
    - - {name: extract, template: extract}
    - - {name: load, template: load}
  - name: extract
    activeDeadlineSeconds: 1800
    container: {image: 'acme/etl:2.1', command: [extract]}
  - name: load
    container: {image: 'acme/etl:2.1', command: [load]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: load-}
spec:
  entrypoint: main
  activeDeadlineSeconds: 14400
  templateDefaults: {activeDeadlineSeconds: 3600}
  templates:
  - name: main
    steps:
    - - {name: extract, template: extract}
    - - {name: load, template: load}
  - name: extract
    activeDeadlineSeconds: 1800
    container: {image: 'acme/etl:2.1', command: [extract]}
  - name: load
    container: {image: 'acme/etl:2.1', command: [load]}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::leaf_without_deadline
