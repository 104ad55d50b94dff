// WorkflowTemplates that call each other without end.
#include <algorithm>

#include "analyzer/call_graph.h"
#include "analyzer/context.h"
#include "analyzer/facts.h"
#include "compiler/base/limits.h"

namespace tiphys::rules::template_reference_cycle {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kCalls{"template {}, across objects and without end"};
constexpr Message<std::string_view, std::string_view> kBase{
    "{} `{}` takes its spec from itself through `workflowTemplateRef`"};

/// The object in which a cycle's call stands. Each call's caller is the callee of the one before.
const front::WorkflowPlace& place_of(const CallCycle& cycle, std::size_t index) {
    const std::size_t before = index == 0 ? cycle.size() - 1 : index - 1;
    return cycle[before].node->callee.place;
}

bool crosses_objects(const CallCycle& cycle) {
    return std::any_of(cycle.begin(), cycle.end(), [&](const CallEdge& edge) {
        return edge.node->callee.place.spec != cycle.front().node->callee.place.spec;
    });
}

void report(const CallCycle& cycle, Context& context) {
    Finding finding = context.report(kCalls, cycle.front().span(), describe(cycle));
    for (std::size_t i = 1; i < cycle.size(); ++i) {
        const ir::Document& document = *place_of(cycle, i).document;
        finding.related(cycle[i].span(), "called here, in " + std::string(document.kind) + " `" +
                                             std::string(document.name) + "`");
    }
    finding
        .note("Argo stops a workflow whose calls are nested more than " +
              std::to_string(limits::kTemplateDepth) + " deep")
        .help("give one of these calls a `when` that becomes false at the end");
}

/// Follows `workflowTemplateRef` from object to object until it ends or comes back.
void check_bases(const ir::Document& document, const front::Flow& flow, Context& context) {
    if (!flow.has_base() || flow.is_embedded()) return;
    std::vector<const wf::WorkflowSpec*> seen{&flow.spec()};
    for (const front::Flow* at = &flow; at->base().spec != nullptr;) {
        if (at->base().spec == &flow.spec()) {
            const wf::WorkflowTemplateRef& reference = *flow.spec().workflow_template_ref();
            const Span span = reference.name() == nullptr ? reference.span : reference.name()->span;
            context.report(kBase, span, document.kind, document.name)
                .help("name the object that has the templates");
            return;
        }
        // A cycle that this object only leads to is told where it is.
        if (std::find(seen.begin(), seen.end(), at->base().spec) != seen.end()) return;
        seen.push_back(at->base().spec);
        at = &context.facts().flows().of(at->base());
    }
}

void check(const ir::Document& document, Context& context) {
    for (const front::Flow* flow : context.facts().flows(document)) {
        check_bases(document, *flow, context);
        for (const CallCycle& cycle : find_endless_calls(context.facts().flows(), *flow)) {
            const bool begins_here = place_of(cycle, 0).document == &document;
            if (begins_here && crosses_objects(cycle)) report(cycle, context);
        }
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "WorkflowTemplates that call each other without end",
                 .doc = R"md(
Templates of several objects may call each other through `templateRef`. If none of the calls has a
`when` that can end it, they nest until Argo gives up, at depth 100. Nothing in one file shows it,
and `argo lint` accepts it.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata: {name: build}
spec:
  templates:
  - name: build
    steps:
    - - {name: test, templateRef: {name: test, template: test}}
---
apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata: {name: test}
spec:
  templates:
  - name: test
    steps:
    - - {name: build, templateRef: {name: build, template: build}}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata: {name: build}
spec:
  templates:
  - name: build
    steps:
    - - {name: test, templateRef: {name: test, template: test}}
---
apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata: {name: test}
spec:
  templates:
  - name: test
    container: {image: 'golang:1.23', command: [go, test]}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::template_reference_cycle
