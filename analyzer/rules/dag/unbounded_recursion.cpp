// A template that calls itself without end.
#include <algorithm>

#include "analyzer/call_graph.h"
#include "analyzer/context.h"
#include "analyzer/facts.h"
#include "compiler/base/limits.h"

namespace tiphys::rules::unbounded_recursion {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kEndless{"template {}, without end"};

bool stays_in_place(const CallCycle& cycle) {
    return std::all_of(cycle.begin(), cycle.end(), [&](const CallEdge& edge) {
        return edge.node->callee.place.spec == cycle.front().node->callee.place.spec;
    });
}

void report(const CallCycle& cycle, Context& context) {
    Finding finding = context.report(kEndless, cycle.front().span(), describe(cycle));
    for (std::size_t i = 1; i < cycle.size(); ++i) {
        finding.related(cycle[i].span(),
                        "called here by `" + std::string(cycle[i].node->name_text()) + "`");
    }
    finding
        .note("Argo stops a workflow whose calls are nested more than " +
              std::to_string(limits::kTemplateDepth) + " deep")
        .help("give one of these calls a `when` that becomes false at the end");
}

void check(const ir::Document& document, Context& context) {
    for (const front::Flow* flow : context.facts().flows(document)) {
        for (const CallCycle& cycle : find_endless_calls(context.facts().flows(), *flow)) {
            const bool begins_here =
                cycle.front().node->callee.place.document == &document && stays_in_place(cycle);
            if (begins_here) report(cycle, context);
        }
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "templates that call themselves without end",
                 .doc = R"md(
A template may call itself, if only through others: that is how Argo writes a loop until something
holds. What ends it is a `when` on one of the calls. Without one (and without a loop that may be
empty, or a `depends` on something else than success) the calls nest until Argo gives up, at depth
100, and the workflow ends with an error.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: poll-}
spec:
  entrypoint: poll
  templates:
  - name: poll
    steps:
    - - {name: check, template: check}
    - - {name: again, template: poll}
  - name: check
    script: {image: 'alpine:3.20', command: [sh], source: ./is-ready}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: poll-}
spec:
  entrypoint: poll
  templates:
  - name: poll
    steps:
    - - {name: check, template: check}
    - - {name: again, template: poll, when: "'{{steps.check.outputs.result}}' != ready"}
  - name: check
    script: {image: 'alpine:3.20', command: [sh], source: ./is-ready}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::unbounded_recursion
