// A reference to a WorkflowTemplate that exists, but not where it is looked for.
#include "analyzer/context.h"
#include "analyzer/edits.h"
#include "analyzer/facts.h"

namespace tiphys::rules::clusterscope_mismatch {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kIsCluster{
    "`{}` is a ClusterWorkflowTemplate, and this looks for a WorkflowTemplate"};
constexpr Message<std::string_view> kIsNamespaced{
    "`{}` is a WorkflowTemplate, and this looks for a ClusterWorkflowTemplate"};
constexpr Message<std::string_view, std::string_view, std::string_view> kOtherNamespace{
    "WorkflowTemplate `{}` is in namespace `{}`, and this looks in `{}`"};

/// One reference: `templateRef` or `workflowTemplateRef`.
struct Reference {
    const ir::Object* object = nullptr;
    const ir::Scalar* name = nullptr;
    const ir::Scalar* cluster_scope = nullptr;
};

void report_cluster(const Reference& reference, const ir::Document& found, Context& context) {
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

void report_namespaced(const Reference& reference, const ir::Document& found,
                       std::string_view namespace_name, Context& context) {
    const Span span = context.span_in(*reference.name, 0, reference.name->text.size());
    if (front::is_true(reference.cluster_scope)) {
        context.report(kIsNamespaced, span, found.name)
            .related(found.name_span, "defined here")
            .help("take `clusterScope: true` away")
            .safe_fix("write `false`", {{reference.cluster_scope->span, "false"}});
        return;
    }
    // The same template is often deployed to several namespaces, of which the project shows one.
    context.report(kOtherNamespace, span, found.name, found.namespace_name, namespace_name)
        .severity(Severity::kWarning)
        .related(found.name_span, "defined here")
        .help("a WorkflowTemplate can be used in its own namespace only; a "
              "ClusterWorkflowTemplate in all");
}

void check_reference(const Reference& reference, std::string_view namespace_name,
                     Context& context) {
    if (reference.name == nullptr || reference.name->text.empty()) return;
    const ir::Project& project = context.project();
    const std::string_view name = reference.name->text;
    const bool is_cluster = front::is_true(reference.cluster_scope);
    const std::string_view kind = is_cluster ? "ClusterWorkflowTemplate" : "WorkflowTemplate";
    if (project.find(kind, is_cluster ? std::string_view{} : namespace_name, name) != nullptr) {
        return;
    }
    const ir::Document* cluster = project.find("ClusterWorkflowTemplate", {}, name);
    const ir::Document* namespaced = project.find("WorkflowTemplate", {}, name);
    if (!is_cluster && cluster != nullptr) {
        report_cluster(reference, *cluster, context);
    } else if (namespaced != nullptr) {
        report_namespaced(reference, *namespaced, namespace_name, context);
    }
}

void check_flow(const front::Flow& flow, Context& context) {
    const std::string_view namespace_name = front::namespace_of(flow.place());
    if (const wf::WorkflowTemplateRef* base = flow.spec().workflow_template_ref()) {
        check_reference({base, base->name(), base->cluster_scope()}, namespace_name, context);
    }
    const auto check_call = [&](const front::Call& call) {
        if (call.reference == nullptr) return;
        const wf::TemplateRef& reference = *call.reference;
        check_reference({&reference, reference.name(), reference.cluster_scope()}, namespace_name,
                        context);
    };
    for (const front::FlowHook& hook : flow.hooks())
        check_call(hook.call);
    for (const auto& caller : flow.templates()) {
        for (const front::FlowNode& node : caller->nodes) {
            check_call(node.call);
            for (const front::FlowHook& hook : node.hooks)
                check_call(hook.call);
        }
    }
}

void check(const ir::Document& document, Context& context) {
    for (const front::Flow* flow : context.facts().flows(document))
        check_flow(*flow, context);
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "references to WorkflowTemplates of the other scope",
                 .doc = R"md(
A reference without `clusterScope: true` looks for a WorkflowTemplate in the workflow's own
namespace; with it, for a ClusterWorkflowTemplate. Where the project defines the name only in the
other scope, Argo finds nothing and rejects the workflow. Where it is defined in another
namespace, this is a warning, since it may be deployed to several.

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
