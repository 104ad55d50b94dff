// Volumes that are folders of the node.
#include "analyzer/context.h"
#include "analyzer/pod_patch.h"
#include "schemas/k8s.gen.h"

namespace tiphys::rules::hostpath {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kHostPath{"`{}` of the node is mounted into the pod"};

/// Sockets of container runtimes are the business of `docker-sock`.
bool is_socket(std::string_view path) {
    return path.ends_with(".sock");
}

void report(std::string_view path, Span span, Context& context) {
    if (is_socket(path)) return;
    context.report(kHostPath, span, path)
        .note("what the pod writes there stays on the node and is seen by other pods; a path with "
              "programs or credentials of the node gives the pod the rights of the node")
        .help("use a claim, an artifact, or an `emptyDir`");
}

void check(const k8s::HostPathVolumeSource& source, Context& context) {
    const ir::Scalar* path = source.path();
    if (path != nullptr) report(path->text, path->span, context);
}

void check_patch(const PatchSetting& setting, Context& context) {
    if (setting.outer_key == "hostPath" && setting.key == "path") {
        report(setting.value, setting.span, context);
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{
    .severity = Severity::kWarning,
    .since = "0.1",
    .summary = "volumes that are folders of the node",
    .doc = R"md(
A `hostPath` volume is a folder of whichever node the pod lands on. The data differ from node to
node, stay after the workflow, and a writable path with system files or credentials of the kubelet
gives the pod the rights of the node. Clusters that follow the baseline Pod Security Standard refuse
such pods.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  templates:
  - name: main
    volumes: [{name: cache, hostPath: {path: /var/cache/build}}]
    container:
      image: alpine:3.20
      command: [make]
      volumeMounts: [{name: cache, mountPath: /cache}]
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  templates:
  - name: main
    volumes: [{name: cache, emptyDir: {}}]
    container:
      image: alpine:3.20
      command: [make]
      volumeMounts: [{name: cache, mountPath: /cache}]
```
)md",
    .checks = {on<check>(), on_workflow_patch<check_patch>(), on_template_patch<check_patch>()}};

} // namespace tiphys::rules::hostpath
