// Sockets of container runtimes in pods.
#include <algorithm>
#include <array>

#include "analyzer/context.h"
#include "analyzer/pod_patch.h"
#include "schemas/k8s.gen.h"

namespace tiphys::rules::docker_sock {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kSocket{"`{}` gives the pod every right on its node"};

bool is_runtime_socket(std::string_view path) {
    constexpr std::array<std::string_view, 6> kEnds{"docker.sock",      "containerd.sock",
                                                    "crio.sock",        "podman.sock",
                                                    "cri-dockerd.sock", "dockershim.sock"};
    return std::any_of(kEnds.begin(), kEnds.end(),
                       [&](std::string_view end) { return path.ends_with(end); });
}

void report(std::string_view path, Span span, Context& context) {
    if (!is_runtime_socket(path)) return;
    context.report(kSocket, span, path)
        .note("who can speak to the container runtime starts containers outside of Kubernetes, "
              "privileged ones too; most nodes have no Docker any more")
        .help("build images with Kaniko or with BuildKit in rootless mode, which need no socket");
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
    .summary = "sockets of container runtimes in pods",
    .doc = R"md(
The socket of Docker or containerd takes orders without asking who gives them. A container that has
it can start a privileged one and owns the node. On nodes without that runtime the folder is empty
and the step fails.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  templates:
  - name: main
    volumes: [{name: socket, hostPath: {path: /var/run/docker.sock}}]
    container:
      image: docker:27-cli
      command: [docker, build, .]
      volumeMounts: [{name: socket, mountPath: /var/run/docker.sock}]
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
      image: moby/buildkit:v0.15.1-rootless
      command: [buildctl-daemonless.sh]
```
)md",
    .checks = {on<check>(), on_workflow_patch<check_patch>(), on_template_patch<check_patch>()}};

} // namespace tiphys::rules::docker_sock
