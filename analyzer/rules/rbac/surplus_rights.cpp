// Rights of workflows' and sensors' accounts that they do not need.
#include "analyzer/events.h"
#include "analyzer/rbac.h"

namespace tiphys::rules::surplus_rights {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view> kSurplus{
    "service accounts of workflows do not need `{}` on `{}`"};
constexpr Message<std::string_view> kEdit{"`{}` allows far more than to create workflows"};

/// What executors needed up to Argo 3.3, and what gives a way around workflows' own checks.
/// Argo: docs/workflow-rbac.md.
struct Surplus {
    std::string_view group;
    std::string_view resource;
    std::string_view verb;
};
constexpr Surplus kPods[] = {
    {"", "pods", "patch"}, {"", "pods", "create"}, {"", "pods/exec", "create"}};
constexpr Surplus kWorkflows[] = {{"argoproj.io", "workflows", "patch"},
                                  {"argoproj.io", "workflows", "update"}};

bool is_executor_rule(const ir::Document& role) {
    for (const k8s::PolicyRule* rule : rules_of(role)) {
        if (holds(rule->resources(), "workflowtaskresults")) return true;
    }
    return false;
}

template <class Table>
void check_rule(const k8s::PolicyRule& rule, const Table& table, Context& context) {
    for (const Surplus& surplus : table) {
        if (!holds(rule.api_groups(), surplus.group)) continue;
        if (!holds(rule.resources(), surplus.resource)) continue;
        for (const ir::Scalar* verb : rule.verbs()) {
            if (verb->text != surplus.verb) continue;
            context.report(kSurplus, verb->span, surplus.verb, surplus.resource)
                .help("leave it out: the controller makes and changes pods and workflows with its "
                      "own account");
        }
    }
}

void check_role(const ir::Document& document, Context& context) {
    if (document.kind != "Role" && document.kind != "ClusterRole") return;
    if (!is_executor_rule(document)) return;
    for (const k8s::PolicyRule* rule : rules_of(document)) {
        check_rule(*rule, kPods, context);
        check_rule(*rule, kWorkflows, context);
    }
}

bool is_sensor_account(const ir::Document& binding, const k8s::Subject& subject,
                       const Context& context) {
    for (const ir::Document* document : context.project().all("Sensor")) {
        const std::string_view account =
            text_at(document->root, {"spec", "template", "serviceAccountName"});
        const bool is_here = document->namespace_name.empty() || binding.namespace_name.empty() ||
                             document->namespace_name == binding.namespace_name;
        if (is_here && !account.empty() && account == ir::text_of(subject.name())) return true;
    }
    return false;
}

void check_binding(const ir::Document& document, Context& context) {
    if (document.kind != "RoleBinding" && document.kind != "ClusterRoleBinding") return;
    const ir::Scalar* role = ir::scalar_as(value_at(document.root, {"roleRef", "name"}));
    const bool is_wide =
        role != nullptr &&
        (role->text == "argo-workflows-edit" || role->text == "argo-workflows-admin" ||
         role->text == "argo-aggregate-to-edit" || role->text == "argo-aggregate-to-admin" ||
         role->text == "edit");
    if (!is_wide) return;
    for (const k8s::Subject* subject : subjects_of(document)) {
        if (!is_sensor_account(document, *subject, context)) continue;
        context.report(kEdit, role->span, role->text)
            .help("bind a role of its own with `create` and `list` on `workflows`");
        return;
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "rights that workflows and sensors do not need",
                 .doc = R"md(
The account of a workflow's pods needs `create` and `patch` on `workflowtaskresults`, and what its own
programs do. `patch` on pods was needed by executors of Argo 3.3 and before; with rights to pods or
workflows a step can change others. A sensor that submits workflows needs `create` and `list` on
`workflows`, not the edit role.

```yaml bad
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: build}
rules:
- {apiGroups: [argoproj.io], resources: [workflowtaskresults], verbs: [create, patch]}
- {apiGroups: [''], resources: [pods], verbs: [get, watch, patch]}
```

```yaml good
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: build}
rules:
- {apiGroups: [argoproj.io], resources: [workflowtaskresults], verbs: [create, patch]}
```
)md",
                 .checks = {on_document(check_role), on_document(check_binding)}};

} // namespace tiphys::rules::surplus_rights
