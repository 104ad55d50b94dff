// Sensors that can use the rights of other service accounts of their namespace.
#include "analyzer/events.h"
#include "analyzer/facts.h"
#include "analyzer/rbac.h"

namespace tiphys::rules::trigger_sa_escalation {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view> kMoreThanItself{
    "who controls `{}` can act as service account `{}`, which has more rights"};

/// Rights that a workflow may choose to run with are those of its namespace's accounts.
bool is_strong(const k8s::PolicyRule& rule) {
    const bool all = holds(rule.verbs(), "*") && holds(rule.resources(), "*");
    const bool reads_secrets =
        holds(rule.resources(), "secrets") && holds(rule.api_groups(), "") &&
        (holds(rule.verbs(), "get") || holds(rule.verbs(), "list") || holds(rule.verbs(), "*")) &&
        rule.resource_names().size() == 0;
    return all || reads_secrets;
}

bool is_strong(const std::vector<Grant>& grants) {
    for (const Grant& grant : grants) {
        const std::string_view role = text_at(grant.binding->root, {"roleRef", "name"});
        if (role == "cluster-admin" || role == "admin") return true;
        if (grant.role == nullptr) continue;
        for (const k8s::PolicyRule* rule : rules_of(*grant.role)) {
            if (is_strong(*rule)) return true;
        }
    }
    return false;
}

void check(const events::Sensor& sensor, Context& context) {
    if (sensor.spec() == nullptr || sensor.spec()->template_() == nullptr) return;
    const ir::Scalar* name = sensor.spec()->template_()->service_account_name();
    if (name == nullptr || name->text.empty()) return;
    const ir::Document& document = *context.document();
    const Rbac& rbac = context.facts().rbac();
    const std::vector<Grant> own = rbac.grants_of({document.namespace_name, name->text});
    const bool makes_pods = allows(own, {"argoproj.io", "workflows", "create", ""}) ||
                            allows(own, {"", "pods", "create", ""});
    if (!makes_pods || is_strong(own)) return;
    for (const ir::Document* other : context.project().all("ServiceAccount")) {
        const bool is_here =
            other->namespace_name == document.namespace_name || other->namespace_name.empty();
        if (!is_here || other->name == name->text) continue;
        const std::vector<Grant> theirs = rbac.grants_of({document.namespace_name, other->name});
        if (!is_strong(theirs)) continue;
        context.report(kMoreThanItself, name->span, name->text, other->name)
            .related(other->name_span, "the stronger account")
            .note("a workflow or pod may name any service account of its namespace")
            .help("run workflows in a namespace without strong accounts, or have a policy check "
                  "`serviceAccountName`");
        return;
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "sensors that can act as a stronger service account",
                 .doc = R"md(
Who may create workflows or pods may let them run as any service account of the namespace. A sensor
that only needs to submit workflows therefore has the rights of the strongest account beside it.

```yaml bad
apiVersion: v1
kind: ServiceAccount
metadata: {name: operator, namespace: ci}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: operator, namespace: ci}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects: [{kind: ServiceAccount, name: operator}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: submit, namespace: ci}
rules: [{apiGroups: [argoproj.io], resources: [workflows], verbs: [create, list]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: submit, namespace: ci}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: submit}
subjects: [{kind: ServiceAccount, name: submit}]
---
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: on-push, namespace: ci}
spec:
  template: {serviceAccountName: submit}
  dependencies: [{name: push, eventSourceName: github, eventName: push}]
  triggers:
  - template: {name: log, log: {}}
```

```yaml good
apiVersion: v1
kind: ServiceAccount
metadata: {name: operator, namespace: operators}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: operator, namespace: operators}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects: [{kind: ServiceAccount, name: operator}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: submit, namespace: builds}
rules: [{apiGroups: [argoproj.io], resources: [workflows], verbs: [create, list]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: submit, namespace: builds}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: submit}
subjects: [{kind: ServiceAccount, name: submit}]
---
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: on-push, namespace: builds}
spec:
  template: {serviceAccountName: submit}
  dependencies: [{name: push, eventSourceName: github, eventName: push}]
  triggers:
  - template: {name: log, log: {}}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::trigger_sa_escalation
