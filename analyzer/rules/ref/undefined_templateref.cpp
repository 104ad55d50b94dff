// A reference to a WorkflowTemplate that the project does not have.
#include "analyzer/context.h"
#include "analyzer/facts.h"
#include "analyzer/suggest.h"

namespace tiphys::rules::undefined_templateref {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view> kNotHere{"{} `{}` is not in this project"};

std::string_view kind_name(bool is_cluster_scoped) {
    return is_cluster_scoped ? "ClusterWorkflowTemplate" : "WorkflowTemplate";
}

/// An object of that name in another place: clusterscope-mismatch speaks about it.
bool exists_elsewhere(std::string_view name, const ir::Project& project) {
    return project.find("WorkflowTemplate", {}, name) != nullptr ||
           project.find("ClusterWorkflowTemplate", {}, name) != nullptr;
}

/// The names of the objects that a reference from this namespace can mean.
std::vector<std::string_view> candidates(bool is_cluster_scoped, std::string_view namespace_name,
                                         const ir::Project& project) {
    std::vector<std::string_view> names;
    for (const ir::Document* document : project.all(kind_name(is_cluster_scoped))) {
        const std::string_view theirs = document->namespace_name;
        const bool matches = is_cluster_scoped || theirs.empty() || namespace_name.empty() ||
                             theirs == namespace_name;
        if (matches && !document->name.empty()) names.push_back(document->name);
    }
    return names;
}

void check_name(const ir::Scalar* name, bool is_cluster_scoped, std::string_view namespace_name,
                Context& context) {
    if (name == nullptr || name->text.empty() || front::has_tag(name->text)) return;
    if (exists_elsewhere(name->text, context.project())) return;
    const std::string_view kind = kind_name(is_cluster_scoped);
    const std::vector<std::string_view> names =
        candidates(is_cluster_scoped, namespace_name, context.project());
    const Span span = context.span_in(*name, 0, name->text.size());
    Finding finding = context.report(kNotHere, span, kind, name->text);
    if (names.empty()) {
        finding.severity(Severity::kInfo)
            .help("it must exist in the cluster; lint it together with this file to have calls of "
                  "its templates checked");
        return;
    }
    finding.note("the project defines others: " + quoted_list(names));
    suggest(finding, span, name->text, names,
            "if it exists only in the cluster, nothing here "
            "checks its calls; known are");
}

void check_flow(const front::Flow& flow, Context& context) {
    const std::string_view namespace_name = front::namespace_of(flow.place());
    if (const wf::WorkflowTemplateRef* base = flow.spec().workflow_template_ref()) {
        check_name(base->name(), front::is_true(base->cluster_scope()), namespace_name, context);
    }
    const auto check_call = [&](const front::Call& call) {
        if (call.reference == nullptr || call.inline_template != nullptr) return;
        check_name(call.reference->name(), front::is_true(call.reference->cluster_scope()),
                   namespace_name, context);
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
    const auto* binding = ir::object_as<wf::WorkflowEventBinding>(document.root);
    if (binding == nullptr || binding->spec() == nullptr) return;
    const wf::Submit* submit = binding->spec()->submit();
    if (submit == nullptr || submit->workflow_template_ref() == nullptr) return;
    check_name(submit->workflow_template_ref()->name(),
               front::is_true(submit->workflow_template_ref()->cluster_scope()),
               document.namespace_name, context);
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "references to WorkflowTemplates that the project lacks",
                 .doc = R"md(
`templateRef` and `workflowTemplateRef` name a WorkflowTemplate of the same namespace or, with
`clusterScope: true`, a ClusterWorkflowTemplate. One that is not among the linted files may live
in the cluster, so this is a warning only where the project defines others of its kind: there a
misspelt name is likely. Elsewhere it is information (`--strict`), since the calls of its
templates cannot be checked.

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
