// Roles that can make pods.
#include "analyzer/rbac.h"

namespace tiphys::rules::rbac_pod_create {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kMakes{
    "`create` on `{}` gives the rights of every service account here"};

void check(const k8s::PolicyRule& rule, Context& context) {
    if (!holds(rule.verbs(), "create")) return;
    for (const ir::Scalar* resource : rule.resources()) {
        const bool is_core = holds(rule.api_groups(), "");
        const bool makes_pods =
            (resource->text == "pods" && is_core) ||
            ((resource->text == "deployments" || resource->text == "daemonsets" ||
              resource->text == "statefulsets") &&
             holds(rule.api_groups(), "apps"));
        if (!makes_pods) continue;
        context.report(kMakes, resource->span, resource->text)
            .note("a pod may name any service account, Secret and, where nothing forbids it, any "
                  "folder of its node")
            .help("let workflows run what is needed: their pods are made by the controller");
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "roles that can make pods",
                 .doc = R"md(
Who can make a pod can give it any service account and mount any Secret of the namespace. Workflows
do not need that right: the controller makes their pods.

```yaml bad
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: build}
rules: [{apiGroups: [''], resources: [pods], verbs: [create, get]}]
```

```yaml good
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: build}
rules: [{apiGroups: [''], resources: [pods], verbs: [get]}]
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::rbac_pod_create
