// Roles that allow everything.
#include "analyzer/rbac.h"

namespace tiphys::rules::rbac_wildcard {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kAll{"this rule allows all {}"};

const ir::Scalar* star_in(ir::ListOf<ir::Scalar> list) {
    for (const ir::Scalar* scalar : list) {
        if (scalar->text == "*") return scalar;
    }
    return nullptr;
}

void check(const k8s::PolicyRule& rule, Context& context) {
    const ir::Scalar* verbs = star_in(rule.verbs());
    const ir::Scalar* resources = star_in(rule.resources());
    const ir::Scalar* groups = star_in(rule.api_groups());
    if (resources != nullptr) {
        const bool is_total = groups != nullptr && verbs != nullptr;
        context
            .report(kAll, resources->span,
                    is_total ? "operations on everything" : "kinds of object")
            .help("list the plural names of the kinds that are needed");
        if (is_total) return;
    }
    if (verbs != nullptr) {
        context.report(kAll, verbs->span, "operations")
            .help("list the verbs that are needed, such as `create` and `get`");
    }
    if (groups != nullptr && resources == nullptr) {
        context.report(kAll, groups->span, "API groups").help("name the group of the kinds");
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "roles that allow everything",
                 .doc = R"md(
`*` allows what exists now and whatever is installed later. A role for workflows or sensors rarely
needs more than a few verbs on a few kinds, and what runs in a workflow often comes from outside.

```yaml bad
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: build}
rules: [{apiGroups: [argoproj.io], resources: [workflows], verbs: ['*']}]
```

```yaml good
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: build}
rules: [{apiGroups: [argoproj.io], resources: [workflows], verbs: [create, list]}]
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::rbac_wildcard
