// Roles that can read all secrets of a namespace.
#include "analyzer/rbac.h"

namespace tiphys::rules::rbac_secrets {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kReads{"this rule allows to `{}` every Secret"};

void check(const k8s::PolicyRule& rule, Context& context) {
    const ir::Scalar* secrets = nullptr;
    for (const ir::Scalar* resource : rule.resources()) {
        if (resource->text == "secrets") secrets = resource;
    }
    if (secrets == nullptr || !holds(rule.api_groups(), "")) return;
    // To list is to read; names do not limit it.
    for (const std::string_view verb : {"list", "watch", "*"}) {
        if (!holds(rule.verbs(), verb)) continue;
        context.report(kReads, secrets->span, verb == "*" ? std::string_view("read") : verb)
            .help("mount the Secrets that are needed, or allow `get` with `resourceNames`");
        return;
    }
    if (!holds(rule.verbs(), "get") || rule.resource_names().size() > 0) return;
    context.report(kReads, secrets->span, "get")
        .help("mount the Secrets that are needed, or list their names in `resourceNames`");
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "roles that can read every Secret",
                 .doc = R"md(
Whoever may read all Secrets of a namespace has the tokens of all its service accounts. Workflows take
Secrets as variables or volumes and need no right to read them.

```yaml bad
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: build}
rules: [{apiGroups: [''], resources: [secrets], verbs: [get, list]}]
```

```yaml good
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: build}
rules: [{apiGroups: [''], resources: [secrets], resourceNames: [registry], verbs: [get]}]
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::rbac_secrets
