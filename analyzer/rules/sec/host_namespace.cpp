// Pods that share the network, the processes or the memory of their node.
#include "analyzer/pod_patch.h"
#include "compiler/front/resolve.h"

namespace tiphys::rules::host_namespace {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kShared{
    "`{}` takes away the wall between the pod and its node"};

void explain(std::string_view field, Finding finding) {
    const bool is_network = field == "hostNetwork";
    finding.note(is_network ? "the pod reaches what listens on the node alone, and the cloud's "
                              "metadata service with the credentials of the node"
                            : "the pod sees what other pods of its node do, and can stop it");
    finding.help("leave it out; what has to be reached can be a Service");
}

void check(const wf::WorkflowSpec& spec, Context& context) {
    const ir::Scalar* value = spec.host_network();
    if (!front::is_true(value)) return;
    explain("hostNetwork", context.report(kShared, spec.key_span_of("hostNetwork"), "hostNetwork"));
}

void check_patch(const PatchSetting& setting, Context& context) {
    const bool is_host =
        setting.key == "hostNetwork" || setting.key == "hostPID" || setting.key == "hostIPC";
    if (!is_host || setting.value != "true") return;
    explain(setting.key, context.report(kShared, setting.span, setting.key));
}

} // namespace

extern const Rule kRule;
const Rule kRule{
    .severity = Severity::kWarning,
    .since = "0.1",
    .summary = "pods that share the network, processes or memory of their node",
    .doc = R"md(
`hostNetwork`, `hostPID` and `hostIPC` put a pod beside the programs of its node: it reaches
services that trust the local network, and sees or stops the processes of other pods. Clusters that
follow the baseline Pod Security Standard refuse such pods. Patches of the pod are looked into.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  hostNetwork: true
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
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [make]}
```
)md",
    .checks = {on<check>(), on_workflow_patch<check_patch>(), on_template_patch<check_patch>()}};

} // namespace tiphys::rules::host_namespace
