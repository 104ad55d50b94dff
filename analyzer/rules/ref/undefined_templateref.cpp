// A reference to a WorkflowTemplate that the project does not have.
#include "analyzer/context.h"
#include "analyzer/facts.h"
#include "analyzer/missing_references.h"
#include "analyzer/suggest.h"
#include "compiler/front/references.h"

namespace tiphys::rules::undefined_templateref {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view> kNotHere{"{} `{}` is not in this project"};

using front::TemplateReference;

/// An object of that name in another place: clusterscope-mismatch speaks about it.
bool exists_elsewhere(std::string_view name, const ir::Project& project) {
    return project.find("WorkflowTemplate", {}, name) != nullptr ||
           project.find("ClusterWorkflowTemplate", {}, name) != nullptr;
}

/// The names of the objects that a reference can mean.
std::vector<std::string_view> candidates(const TemplateReference& reference,
                                         const ir::Project& project) {
    std::vector<std::string_view> names;
    const std::string_view wanted = reference.namespace_name;
    for (const ir::Document* document : project.all(reference.kind())) {
        const std::string_view theirs = document->namespace_name;
        const bool matches =
            reference.is_cluster_scoped() || theirs.empty() || wanted.empty() || theirs == wanted;
        if (matches && !document->name.empty()) names.push_back(document->name);
    }
    return names;
}

void check_reference(const TemplateReference& reference, Context& context) {
    const ir::Scalar& name = *reference.name;
    if (exists_elsewhere(name.text, context.project())) return;
    const std::optional<Severity> severity = missing_reference_severity(context);
    if (!severity.has_value()) return;
    const std::vector<std::string_view> names = candidates(reference, context.project());
    const Span span = context.span_in(name, 0, name.text.size());
    Finding finding = context.report(kNotHere, span, reference.kind(), name.text);
    // What a Sensor or a binding creates is seen by the controller only; without any definition
    // there is nothing to compare it with.
    const bool is_lenient = context.settings().missing_references == MissingReferences::kError;
    const bool is_hint = names.empty() && is_lenient && *severity == Severity::kWarning;
    finding.severity(is_hint ? Severity::kInfo : *severity);
    if (names.empty()) {
        finding.help("lint it together with this file, or name its file with `--known`; "
                     "`--missing-refs warn` if it exists in the cluster only");
        return;
    }
    finding.note("the project defines others: " + quoted_list(names));
    suggest(finding, span, name.text, names,
            "if it exists only in the cluster, name its file with `--known`; known are");
}

void check(const ir::Document& document, Context& context) {
    for (const front::Flow* flow : context.facts().flows(document)) {
        for (const TemplateReference& reference : front::references_of(*flow))
            check_reference(reference, context);
    }
    const auto* binding = ir::object_as<wf::WorkflowEventBinding>(document.root);
    if (binding == nullptr) return;
    for (const TemplateReference& reference :
         front::references_of(*binding, document.namespace_name)) {
        check_reference(reference, context);
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "references to WorkflowTemplates that the project lacks",
                 .doc = R"md(
`templateRef` and `workflowTemplateRef` name a WorkflowTemplate of the same namespace or, with
`clusterScope: true`, a ClusterWorkflowTemplate. Argo rejects a workflow that refers to one which is
not there, and nothing can check the calls of its templates.

Where it lives in another repository or in the cluster only, name a file with it by `--known`, or
choose `--missing-refs warn` or `ignore`. The workflows of Sensors and event bindings get a warning
where the project defines other WorkflowTemplates, and a hint (`--strict`) where it defines none.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata: {name: git-tools}
spec:
  templates:
  - name: clone
    container: {image: 'alpine/git:2.45', command: [git, clone]}
---
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-}
spec:
  entrypoint: main
  templates:
  - name: main
    steps:
    - - {name: clone, templateRef: {name: git-tool, template: clone}}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata: {name: git-tools}
spec:
  templates:
  - name: clone
    container: {image: 'alpine/git:2.45', command: [git, clone]}
---
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-}
spec:
  entrypoint: main
  templates:
  - name: main
    steps:
    - - {name: clone, templateRef: {name: git-tools, template: clone}}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::undefined_templateref
