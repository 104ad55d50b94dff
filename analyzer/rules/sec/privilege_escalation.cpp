// Containers whose programs may gain rights.
#include "analyzer/context.h"
#include "analyzer/pod_patch.h"
#include "compiler/front/resolve.h"
#include "schemas/k8s.gen.h"

namespace tiphys::rules::privilege_escalation {
namespace {
using namespace analyze;

constexpr Message<> kEscalation{
    "programs in this container may gain more rights than they start with"};

void explain(Finding finding) {
    finding.note("a `setuid` program such as `sudo` turns any user into root")
        .help("write `allowPrivilegeEscalation: false`");
}

void check(const k8s::SecurityContext& security, Context& context) {
    const ir::Scalar* value = security.allow_privilege_escalation();
    // Privileged containers have a finding already, and cannot do without it.
    if (!front::is_true(value) || front::is_true(security.privileged())) return;
    explain(context.report(kEscalation, value->span));
}

void check_patch(const PatchSetting& setting, Context& context) {
    if (setting.key != "allowPrivilegeEscalation" || setting.value != "true") return;
    explain(context.report(kEscalation, setting.span));
}

} // namespace

extern const Rule kRule;
const Rule kRule{
    .severity = Severity::kWarning,
    .since = "0.1",
    .summary = "containers whose programs may gain rights",
    .doc = R"md(
`allowPrivilegeEscalation: true` lets a program get more rights than the one that started it, as
`sudo` and other `setuid` programs do. Clusters that follow the restricted Pod Security Standard
refuse such pods.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  templates:
  - name: main
    container:
      image: alpine:3.20
      command: [make]
      securityContext: {allowPrivilegeEscalation: true}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  templates:
  - name: main
    container:
      image: alpine:3.20
      command: [make]
      securityContext: {allowPrivilegeEscalation: false}
```
)md",
    .checks = {on<check>(), on_workflow_patch<check_patch>(), on_template_patch<check_patch>()}};

} // namespace tiphys::rules::privilege_escalation
