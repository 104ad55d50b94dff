// Kernel settings that Kubernetes counts as unsafe.
#include <algorithm>
#include <array>

#include "analyzer/context.h"
#include "analyzer/pod_patch.h"
#include "schemas/k8s.gen.h"

namespace tiphys::rules::unsafe_sysctl {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kUnsafe{
    "`{}` is no safe kernel setting: most nodes refuse the pod"};

/// Kubernetes: "Using sysctls in a Kubernetes Cluster", the safe set.
bool is_safe(std::string_view name) {
    constexpr std::array<std::string_view, 11> kSafe{"kernel.shm_rmid_forced",
                                                     "net.ipv4.ip_local_port_range",
                                                     "net.ipv4.tcp_syncookies",
                                                     "net.ipv4.ping_group_range",
                                                     "net.ipv4.ip_unprivileged_port_start",
                                                     "net.ipv4.ip_local_reserved_ports",
                                                     "net.ipv4.tcp_keepalive_time",
                                                     "net.ipv4.tcp_fin_timeout",
                                                     "net.ipv4.tcp_keepalive_intvl",
                                                     "net.ipv4.tcp_keepalive_probes",
                                                     "net.ipv4.tcp_rmem"};
    return name == "net.ipv4.tcp_wmem" ||
           std::find(kSafe.begin(), kSafe.end(), name) != kSafe.end();
}

void check(const k8s::Sysctl& sysctl, Context& context) {
    const ir::Scalar* name = sysctl.name();
    if (name == nullptr || name->text.find("{{") != std::string_view::npos) return;
    if (is_safe(name->text)) return;
    context.report(kUnsafe, name->span, name->text)
        .note("a node takes it only when its kubelet was started with `--allowed-unsafe-sysctls`; "
              "it can change the node for all pods")
        .help("let the nodes have the setting, and the pod do without it");
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "kernel settings that Kubernetes counts as unsafe",
                 .doc = R"md(
Some kernel settings belong to a pod alone: these are the safe ones. Others act on the whole node, or
have not been shown not to. The kubelet refuses pods that ask for them unless it is told otherwise.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  securityContext: {sysctls: [{name: kernel.msgmax, value: "65536"}]}
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [make]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  securityContext: {sysctls: [{name: net.ipv4.tcp_syncookies, value: "1"}]}
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [make]}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::unsafe_sysctl
