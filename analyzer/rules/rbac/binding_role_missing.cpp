// Bindings to a role that the project lacks, or cannot have there.
#include "analyzer/events.h"
#include "analyzer/rbac.h"
#include "analyzer/suggest.h"

namespace tiphys::rules::binding_role_missing {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view> kMissing{"{} `{}` is not in this project"};
constexpr Message<std::string_view, std::string_view> kElsewhere{
    "Role `{}` is in namespace `{}`, and counts there only"};
constexpr Message<> kClusterWide{"a ClusterRoleBinding can only give a ClusterRole"};

void check(const ir::Document& document, Context& context) {
    const bool is_cluster_wide = document.kind == "ClusterRoleBinding";
    if (!is_cluster_wide && document.kind != "RoleBinding") return;
    const ir::Scalar* name = ir::scalar_as(value_at(document.root, {"roleRef", "name"}));
    const ir::Scalar* kind = ir::scalar_as(value_at(document.root, {"roleRef", "kind"}));
    if (name == nullptr || kind == nullptr || name->text.empty()) return;
    if (is_cluster_wide && kind->text == "Role") {
        context.report(kClusterWide, kind->span)
            .severity(Severity::kError)
            .help("make it a RoleBinding, or the role a ClusterRole");
        return;
    }
    // ClusterRoles come with the cluster, and with what is installed there.
    if (kind->text != "Role") return;
    const ir::Project& project = context.project();
    if (project.find("Role", document.namespace_name, name->text) != nullptr) return;
    const Span span = context.span_in(*name, 0, name->text.size());
    if (const ir::Document* other = project.find("Role", {}, name->text)) {
        context.report(kElsewhere, span, name->text, other->namespace_name)
            .severity(Severity::kError)
            .related(other->name_span, "the role")
            .help("put both into one namespace; the subjects may be of another one");
        return;
    }
    const std::vector<std::string_view> names = project.names("Role");
    Finding finding = context.report(kMissing, span, kind->text, name->text);
    if (names.empty()) finding.severity(Severity::kInfo);
    suggest(finding, span, name->text, names, "roles here are");
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "bindings to a role that is not there",
                 .doc = R"md(
A RoleBinding gives a Role of its own namespace, or a ClusterRole; a ClusterRoleBinding gives a
ClusterRole only. The cluster accepts a binding to a role that does not exist, and it gives nothing.

```yaml bad
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: submit}
rules: [{apiGroups: [argoproj.io], resources: [workflows], verbs: [create, list]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: submit}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: submti}
subjects: [{kind: ServiceAccount, name: sensor}]
```

```yaml good
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: submit}
rules: [{apiGroups: [argoproj.io], resources: [workflows], verbs: [create, list]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: submit}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: submit}
subjects: [{kind: ServiceAccount, name: sensor}]
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::binding_role_missing
