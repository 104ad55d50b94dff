// Roles of workflow pods with one of the two rights that their executor needs.
// Argo: docs/workflow-rbac.md, workflow/executor/executor.go.
#include "analyzer/events.h"
#include "analyzer/rbac.h"

namespace tiphys::rules::incomplete_executor_role {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view> kHalf{
    "the role allows `{}` on `workflowtaskresults` and not `{}`, which executors need as well"};

constexpr std::string_view kGroup = "argoproj.io";
constexpr std::string_view kResource = "workflowtaskresults";

void check(const ir::Document& document, Context& context) {
    if (document.kind != "Role" && document.kind != "ClusterRole") return;
    const ir::Scalar* place = nullptr;
    bool creates = false;
    bool patches = false;
    for (const k8s::PolicyRule* rule : rules_of(document)) {
        creates = creates || allows(*rule, {kGroup, std::string(kResource), "create", {}});
        patches = patches || allows(*rule, {kGroup, std::string(kResource), "patch", {}});
        for (const ir::Scalar* resource : rule->resources()) {
            if (resource->text == kResource && place == nullptr) place = resource;
        }
    }
    if (place == nullptr || creates == patches) return;
    const std::string_view has = creates ? "create" : "patch";
    const std::string_view lacks = creates ? "patch" : "create";
    context.report(kHalf, place->span, has, lacks)
        .note("a pod creates the object that reports its results, and patches it afterwards")
        .help("allow both: `{apiGroups: [argoproj.io], resources: [workflowtaskresults], verbs: "
              "[create, patch]}`");
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "roles of workflow pods with half of what executors need",
                 .doc = R"md(
The executor in each pod creates a WorkflowTaskResult with the outputs, and patches it when more of
them are there. A role with only one of the two verbs was written for executors, and steps with
outputs fail under it.

```yaml bad
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: build}
rules:
- {apiGroups: [argoproj.io], resources: [workflowtaskresults], verbs: [get, patch]}
```

```yaml good
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: build}
rules:
- {apiGroups: [argoproj.io], resources: [workflowtaskresults], verbs: [create, patch]}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::incomplete_executor_role
