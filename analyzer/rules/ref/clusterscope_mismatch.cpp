// A reference to a WorkflowTemplate that exists, but not where it is looked for.
#include "analyzer/context.h"
#include "analyzer/edits.h"
#include "analyzer/facts.h"
#include "analyzer/missing_references.h"
#include "compiler/front/references.h"

namespace tiphys::rules::clusterscope_mismatch {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kIsCluster{
    "`{}` is a ClusterWorkflowTemplate, and this looks for a WorkflowTemplate"};
constexpr Message<std::string_view> kIsNamespaced{
    "`{}` is a WorkflowTemplate, and this looks for a ClusterWorkflowTemplate"};
constexpr Message<std::string_view, std::string_view, std::string_view> kOtherNamespace{
    "WorkflowTemplate `{}` is in namespace `{}`, and this looks in `{}`"};

using front::TemplateReference;

void report_cluster(const TemplateReference& reference, const ir::Document& found,
                    Context& context) {
    Finding finding = context.report(
        kIsCluster, context.span_in(*reference.name, 0, reference.name->text.size()), found.name);
    finding.related(found.name_span, "defined here").help("add `clusterScope: true`");
    if (reference.cluster_scope == nullptr) {
        finding.safe_fix("add `clusterScope: true`",
                         {insert_after(context, *reference.object, *reference.object->entry("name"),
                                       "clusterScope: true")});
    } else {
        finding.safe_fix("write `true`", {{reference.cluster_scope->span, "true"}});
    }
}

void report_namespaced(const TemplateReference& reference, const ir::Document& found,
                       Context& context) {
    const Span span = context.span_in(*reference.name, 0, reference.name->text.size());
    if (reference.is_cluster_scoped()) {
        context.report(kIsNamespaced, span, found.name)
            .related(found.name_span, "defined here")
            .help("take `clusterScope: true` away")
            .safe_fix("write `false`", {{reference.cluster_scope->span, "false"}});
        return;
    }
    const std::optional<Severity> severity = missing_reference_severity(context);
    if (!severity.has_value()) return;
    context
        .report(kOtherNamespace, span, found.name, found.namespace_name, reference.namespace_name)
        .severity(*severity)
        .related(found.name_span, "defined here")
        .help("a WorkflowTemplate can be used in its own namespace only; a "
              "ClusterWorkflowTemplate in all");
}

void check_reference(const TemplateReference& reference, Context& context) {
    const ir::Project& project = context.project();
    if (reference.find(project) != nullptr) return;
    const std::string_view name = reference.name->text;
    const ir::Document* cluster = project.find("ClusterWorkflowTemplate", {}, name);
    const ir::Document* namespaced = project.find("WorkflowTemplate", {}, name);
    if (!reference.is_cluster_scoped() && cluster != nullptr) {
        report_cluster(reference, *cluster, context);
    } else if (namespaced != nullptr) {
        report_namespaced(reference, *namespaced, context);
    }
}

void check(const ir::Document& document, Context& context) {
    for (const front::Flow* flow : context.facts().flows(document)) {
        for (const TemplateReference& reference : front::references_of(*flow))
            check_reference(reference, context);
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "references to WorkflowTemplates of the other scope",
                 .doc = R"md(
A reference without `clusterScope: true` looks for a WorkflowTemplate in the workflow's own
namespace; with it, for a ClusterWorkflowTemplate. Where the project defines the name only in the
other scope, Argo finds nothing and rejects the workflow. The same holds for one that is defined in
another namespace; `--missing-refs warn` makes that a warning, for projects that write down one of
several namespaces only.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: ClusterWorkflowTemplate
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

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: ClusterWorkflowTemplate
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
    - - {name: clone, templateRef: {name: git-tools, template: clone, clusterScope: true}}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::clusterscope_mismatch
