// Workflows that run as `default` where the project gives the executor's rights to another account.
#include "analyzer/facts.h"
#include "analyzer/rbac.h"

namespace tiphys::rules::default_sa_executor_rbac {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kDefault{
    "this runs as `default`, and only `{}` may report results here"};

const Need kReport{"argoproj.io", "workflowtaskresults", "create", "the executor"};

/// An account of the namespace that the project lets report results; empty where there is none.
std::string_view reporting_account(std::string_view namespace_name, const Rbac& rbac) {
    for (const Grant& grant : rbac.grants()) {
        const bool is_here = grant.is_cluster_wide || namespace_name.empty() ||
                             grant.binding->namespace_name.empty() ||
                             grant.binding->namespace_name == namespace_name;
        if (!is_here || !allows({grant}, kReport)) continue;
        for (const k8s::Subject* subject : subjects_of(*grant.binding)) {
            const std::string_view name = ir::text_of(subject->name());
            if (!name.empty()) return name;
        }
    }
    return {};
}

bool has_pods(const front::Flow& flow) {
    for (const auto& source : flow.templates()) {
        if (front::is_pod(source->kind) && account_name_of(flow, *source) == nullptr) return true;
    }
    return false;
}

void check(const ir::Document& document, Context& context) {
    const Rbac& rbac = context.facts().rbac();
    if (rbac.grants().empty()) return;
    for (const front::Flow* flow : context.facts().flows(document)) {
        // What calls a library has an account of its own, and so may a base.
        if (flow->is_library() || flow->has_base() || !has_pods(*flow)) continue;
        const std::string_view namespace_name = front::namespace_of(flow->place());
        const std::vector<Grant> own = rbac.grants_of({namespace_name, "default"});
        if (allows(own, kReport) || !is_complete(own)) continue;
        const std::string_view other = reporting_account(namespace_name, rbac);
        if (other.empty()) continue;
        context.report(kDefault, flow->place().owner->key_span_of("spec"), other)
            .note("without `create` on `workflowtaskresults` every pod ends with an error")
            .help("add `serviceAccountName: " + std::string(other) + "`");
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "workflows that run as `default` where another account has the rights",
                 .doc = R"md(
A workflow without `serviceAccountName` runs as `default`. Where the project gives the right to report
results to another account, and none to `default`, the name was most likely forgotten.

```yaml bad
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: build, namespace: ci}
rules: [{apiGroups: [argoproj.io], resources: [workflowtaskresults], verbs: [create, patch]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: build, namespace: ci}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: build}
subjects: [{kind: ServiceAccount, name: build}]
---
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-, namespace: ci}
spec:
  entrypoint: main
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [echo, hello]}
```

```yaml good
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: build, namespace: ci-2}
rules: [{apiGroups: [argoproj.io], resources: [workflowtaskresults], verbs: [create, patch]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: build, namespace: ci-2}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: build}
subjects: [{kind: ServiceAccount, name: build}]
---
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-, namespace: ci-2}
spec:
  serviceAccountName: build
  entrypoint: main
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [echo, hello]}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::default_sa_executor_rbac
