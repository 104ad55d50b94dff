// Roles that can give themselves more rights.
#include <array>

#include "analyzer/rbac.h"

namespace tiphys::rules::rbac_escalate {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view> kEscalates{
    "`{}` on `{}` gives any other right"};

struct Way {
    std::string_view group;
    std::string_view resource;
    std::string_view verb;
};
/// Kubernetes: RBAC good practices, privilege escalation.
constexpr std::string_view kRbac = "rbac.authorization.k8s.io";
constexpr std::array kWays{
    Way{kRbac, "roles", "escalate"},
    Way{kRbac, "clusterroles", "escalate"},
    Way{kRbac, "roles", "bind"},
    Way{kRbac, "clusterroles", "bind"},
    Way{kRbac, "rolebindings", "create"},
    Way{kRbac, "clusterrolebindings", "create"},
    Way{"", "serviceaccounts", "impersonate"},
    Way{"", "users", "impersonate"},
    Way{"", "groups", "impersonate"},
    Way{"", "serviceaccounts/token", "create"},
    Way{"", "nodes/proxy", "get"},
    Way{"", "pods/exec", "create"},
    Way{"", "pods/ephemeralcontainers", "patch"},
};

/// Everywhere a star stands rbac-wildcard speaks.
void check(const k8s::PolicyRule& rule, Context& context) {
    for (const ir::Scalar* resource : rule.resources()) {
        for (const Way& way : kWays) {
            if (resource->text != way.resource || !holds(rule.api_groups(), way.group)) continue;
            if (!holds(rule.verbs(), way.verb)) continue;
            // Bindings can only be made to roles that one has, unless `bind` is allowed, too.
            const bool is_weak = way.verb == "create" && way.group == kRbac;
            if (is_weak && !holds(rule.verbs(), "bind")) continue;
            context.report(kEscalates, resource->span, way.verb, way.resource)
                .help("leave it out; a workflow or sensor acts with the rights that its account "
                      "was given");
            break;
        }
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "roles that can give themselves more rights",
                 .doc = R"md(
Some rights amount to all rights: to `bind` or `escalate` roles, to `impersonate`, to make tokens for
service accounts, to run commands in other pods. No workflow or sensor needs them.

```yaml bad
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: build}
rules: [{apiGroups: [''], resources: [serviceaccounts/token], verbs: [create]}]
```

```yaml good
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: build}
rules: [{apiGroups: [''], resources: [configmaps], verbs: [create]}]
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::rbac_escalate
