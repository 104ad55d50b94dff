// Rights of the kernel beyond those that containers have.
#include <algorithm>
#include <array>

#include "analyzer/context.h"
#include "analyzer/pod_patch.h"
#include "schemas/k8s.gen.h"

namespace tiphys::rules::added_capability {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kAdded{"capability `{}` is more than containers may have"};

/// Kubernetes: Pod Security Standards, baseline, "Capabilities".
bool is_baseline(std::string_view name) {
    constexpr std::array<std::string_view, 13> kBaseline{
        "AUDIT_WRITE",      "CHOWN",   "DAC_OVERRIDE", "FOWNER",  "FSETID", "KILL",      "MKNOD",
        "NET_BIND_SERVICE", "SETFCAP", "SETGID",       "SETPCAP", "SETUID", "SYS_CHROOT"};
    if (name.starts_with("CAP_")) name.remove_prefix(4);
    return std::find(kBaseline.begin(), kBaseline.end(), name) != kBaseline.end();
}

void report(std::string_view name, Span span, Context& context) {
    if (name.empty() || name.find("{{") != name.npos || is_baseline(name)) return;
    Finding finding = context.report(kAdded, span, name);
    if (name == "ALL" || name == "SYS_ADMIN" || name == "CAP_SYS_ADMIN") {
        finding.note("it is nearly as much as `privileged: true`");
    }
    finding.help("leave it out, or let a step of its own have it that runs nothing else");
}

void check(const k8s::Capabilities& capabilities, Context& context) {
    for (const ir::Scalar* name : capabilities.add())
        report(name->text, name->span, context);
}

void check_patch(const PatchSetting& setting, Context& context) {
    if (setting.outer_key == "capabilities" && setting.key == "add") {
        report(setting.value, setting.span, context);
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{
    .severity = Severity::kWarning,
    .since = "0.1",
    .summary = "kernel rights beyond those that containers have",
    .doc = R"md(
Capabilities such as `SYS_ADMIN`, `NET_ADMIN` or `SYS_PTRACE` let a container change what belongs to
its node. Clusters that follow the baseline Pod Security Standard allow a short list only (`CHOWN`,
`KILL`, `NET_BIND_SERVICE`, `SETUID` and the like); others are reported.

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
      securityContext: {capabilities: {add: [SYS_ADMIN]}}
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
      securityContext: {capabilities: {drop: [ALL], add: [NET_BIND_SERVICE]}}
```
)md",
    .checks = {on<check>(), on_workflow_patch<check_patch>(), on_template_patch<check_patch>()}};

} // namespace tiphys::rules::added_capability
