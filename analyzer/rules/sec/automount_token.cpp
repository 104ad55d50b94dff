// Pods that get a token they have no use for.
#include <algorithm>

#include "analyzer/containers.h"

namespace tiphys::rules::automount_token {
namespace {
using namespace analyze;

constexpr Message<> kMounted{
    "every pod gets the token of its service account, but none calls Kubernetes"};

/// Programs that talk to Kubernetes or to a cloud by the token.
bool may_use_token(const ContainerView& container) {
    for (const std::string_view word : {"kubectl", "helm", "argo", "oc", "istioctl", "kubernetes",
                                        "flux", "terraform", "aws", "gcloud", "kaniko"}) {
        if (container.mentions(word)) return true;
        if (ir::text_of(container.image()).find(word) != std::string_view::npos) return true;
    }
    return false;
}

bool may_use_token(const wf::Template& source) {
    if (source.resource() != nullptr || source.http() != nullptr || source.data() != nullptr ||
        source.field("plugin") != nullptr) {
        return true;
    }
    const std::vector<ContainerView> all = containers_of(source, true);
    return std::any_of(all.begin(), all.end(), [](const ContainerView& container) {
        return container.image() == nullptr || may_use_token(container) ||
               container.image()->text.find("{{") != std::string_view::npos;
    });
}

void check(const wf::WorkflowSpec& spec, Context& context) {
    const bool is_said = spec.field("automountServiceAccountToken") != nullptr ||
                         spec.field("workflowTemplateRef") != nullptr;
    if (is_said || spec.entrypoint() == nullptr) return;
    bool has_pod = false;
    for (const wf::Template* source : spec.templates()) {
        if (may_use_token(*source)) return;
        if (source->field("automountServiceAccountToken") != nullptr) return;
        has_pod = has_pod || !containers_of(*source, false).empty();
    }
    if (!has_pod) return;
    context.report(kMounted, spec.key_span_of("entrypoint"))
        .note("a program that is broken into can act as the service account")
        .help("write `automountServiceAccountToken: false`, and `executor: {serviceAccountName: "
              "…}` with the account that the executor reports with");
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kInfo,
                 .since = "0.1",
                 .summary = "tokens mounted into pods that have no use for them",
                 .doc = R"md(
The token of the service account is mounted into every container. Where no template has a `resource`
and no container uses `kubectl`, a cloud's tools or the like, only Argo's executor needs one, and it
can have its own.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
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
  automountServiceAccountToken: false
  executor: {serviceAccountName: executor}
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [make]}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::automount_token
