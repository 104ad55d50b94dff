// Containers that see all of /proc.
#include "analyzer/context.h"
#include "analyzer/pod_patch.h"
#include "schemas/k8s.gen.h"

namespace tiphys::rules::unsafe_proc_mount {
namespace {
using namespace analyze;

constexpr Message<> kUnmasked{"`procMount: Unmasked` shows the container all of `/proc`"};

void explain(Finding finding) {
    finding.note("files in it tell about the kernel and the node, and some can be written")
        .help("leave `procMount` out: the default hides them");
}

void check(const k8s::SecurityContext& security, Context& context) {
    const ir::Scalar* value = security.proc_mount();
    if (ir::text_of(value) == "Unmasked") explain(context.report(kUnmasked, value->span));
}

void check_patch(const PatchSetting& setting, Context& context) {
    if (setting.key != "procMount" || setting.value != "Unmasked") return;
    explain(context.report(kUnmasked, setting.span));
}

} // namespace

extern const Rule kRule;
const Rule kRule{
    .severity = Severity::kWarning,
    .since = "0.1",
    .summary = "containers that see all of `/proc`",
    .doc = R"md(
Container runtimes hide parts of `/proc` that tell about the kernel or change it. `Unmasked` shows
them again. It is meant for containers that start containers, and is refused by clusters that follow
the baseline Pod Security Standard.

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
      securityContext: {procMount: Unmasked}
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
      securityContext: {procMount: Default}
```
)md",
    .checks = {on<check>(), on_workflow_patch<check_patch>(), on_template_patch<check_patch>()}};

} // namespace tiphys::rules::unsafe_proc_mount
