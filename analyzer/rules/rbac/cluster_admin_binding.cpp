// Service accounts that may do everything.
#include "analyzer/events.h"
#include "analyzer/rbac.h"

namespace tiphys::rules::cluster_admin_binding {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view, std::string_view> kAdmin{
    "service account `{}` gets `{}`{}"};

bool is_admin(std::string_view role) {
    return role == "cluster-admin" || role == "admin";
}

void check(const ir::Document& document, Context& context) {
    const bool is_cluster_wide = document.kind == "ClusterRoleBinding";
    if (!is_cluster_wide && document.kind != "RoleBinding") return;
    if (text_at(document.root, {"roleRef", "kind"}) != "ClusterRole") return;
    const std::string_view role = text_at(document.root, {"roleRef", "name"});
    if (!is_admin(role)) return;
    for (const k8s::Subject* subject : subjects_of(document)) {
        if (text_at(subject, {"kind"}) != "ServiceAccount" || subject->name() == nullptr) continue;
        context
            .report(kAdmin, subject->name()->span, subject->name()->text, role,
                    is_cluster_wide ? " in the whole cluster" : "")
            .help("bind a role with the verbs that are needed; what runs with this account can do "
                  "anything");
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "service accounts that are administrators",
                 .doc = R"md(
`cluster-admin`, and `admin` within a namespace, allow everything. A service account with them hands
the cluster to whoever gets a command into one of its pods.

```yaml bad
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: build}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects: [{kind: ServiceAccount, name: build, namespace: ci}]
```

```yaml good
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: build, namespace: ci}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects: [{kind: ServiceAccount, name: build, namespace: ci}]
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::cluster_admin_binding
