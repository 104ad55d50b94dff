// A template that nothing calls.
#include "analyzer/call_graph.h"
#include "analyzer/context.h"
#include "analyzer/damage.h"
#include "analyzer/facts.h"

namespace tiphys::rules::unused_template {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kUnused{"template `{}` is never called"};

void check(const ir::Document& document, Context& context) {
    for (const front::Flow* flow : context.facts().flows(document)) {
        // Others call a library's templates, and a trigger may choose another entrypoint.
        if (flow->is_library() || flow->is_embedded() || flow->has_base()) continue;
        if (flow->entrypoint().resolution != front::Resolution::kFound) continue;
        if (flow->templates().size() < 2) continue;
        const Reach reach = reach_of(context.facts().flows(), *flow);
        if (reach.is_open) continue;
        for (const auto& each : flow->templates()) {
            const bool is_named = each->outer == nullptr && each->source->name() != nullptr;
            if (!is_named || reach.templates.count(each.get()) > 0) continue;
            // Of equal names one is called: duplicate-name speaks about them.
            if (flow->find(each->name()) != each.get()) continue;
            if (is_in_damage(context, each->name())) continue;
            context.report(kUnused, each->source->name()->span, each->name())
                .related(flow->spec().entrypoint()->span, "the workflow begins here")
                .help("call it from `entrypoint`, a hook, or a step or task that they lead to; "
                      "or take it out");
        }
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "templates that nothing calls",
                 .doc = R"md(
A template of a Workflow or CronWorkflow runs only if a chain of calls leads to it from
`entrypoint`, `onExit` or a hook. One that nothing calls is either left over, or the call was
forgotten. WorkflowTemplates are libraries and are not checked.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-}
spec:
  entrypoint: main
  templates:
  - name: main
    container: {image: 'golang:1.23', command: [go, build]}
  - name: notify
    container: {image: 'alpine:3.20', command: [notify]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-}
spec:
  entrypoint: main
  onExit: notify
  templates:
  - name: main
    container: {image: 'golang:1.23', command: [go, build]}
  - name: notify
    container: {image: 'alpine:3.20', command: [notify]}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::unused_template
