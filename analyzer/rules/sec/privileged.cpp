// A container that runs with all rights of its node.
#include "analyzer/context.h"
#include "analyzer/pod_patch.h"
#include "compiler/front/resolve.h"
#include "schemas/k8s.gen.h"

namespace tiphys::rules::privileged {
namespace {
using namespace analyze;

constexpr Message<> kPrivileged{"a privileged container has all rights of its node"};

void explain(Finding finding) {
    finding.help("add the capabilities it needs under `capabilities.add` instead; to build images, "
                 "use a builder that needs no privileges, such as BuildKit in rootless mode or "
                 "Kaniko");
}

void check(const k8s::SecurityContext& security, Context& context) {
    const ir::Scalar* value = security.privileged();
    if (front::is_true(value)) explain(context.report(kPrivileged, value->span));
}

void check_patch(const PatchSetting& setting, Context& context) {
    if (setting.key != "privileged" || setting.value != "true") return;
    explain(context.report(kPrivileged, setting.span));
}

} // namespace

extern const Rule kRule;
const Rule kRule{
    .severity = Severity::kWarning,
    .since = "0.1",
    .summary = "privileged containers",
    .doc = R"md(
`privileged: true` takes away the wall between a container and its node: whoever gets a command
into the container, by a parameter, a dependency or an image, owns the node and every pod on it.
Clusters that follow the baseline Pod Security Standard refuse such pods.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: image-}
spec:
  entrypoint: main
  templates:
  - name: main
    container:
      image: docker:27-cli
      command: [docker, build, .]
      securityContext: {privileged: true}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: image-}
spec:
  entrypoint: main
  templates:
  - name: main
    container:
      image: moby/buildkit:v0.15.1-rootless
      command: [buildctl-daemonless.sh]
      securityContext: {runAsUser: 1000, runAsGroup: 1000}
```
)md",
    .checks = {on<check>(), on_workflow_patch<check_patch>(), on_template_patch<check_patch>()}};

} // namespace tiphys::rules::privileged
