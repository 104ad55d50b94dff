// Containers that run as root by their own words, and workflows that do not say.
#include <algorithm>

#include "analyzer/containers.h"
#include "analyzer/pod_patch.h"
#include "compiler/front/resolve.h"

namespace tiphys::rules::run_as_root {
namespace {
using namespace analyze;

constexpr Message<> kRoot{"the container runs as root"};
constexpr Message<> kMayBeRoot{"`runAsNonRoot: false` lets the container run as root"};
constexpr Message<> kUnsaid{"nothing keeps the containers of this workflow from running as root"};

void explain(Finding finding) {
    finding.help("give it a user of its own (`runAsUser: 1000`) and `runAsNonRoot: true`");
}

/// Of a pod's security context or of a container's.
template <class T>
void check_context(const T& security, Context& context) {
    const ir::Scalar* user = security.run_as_user();
    const ir::Scalar* non_root = security.run_as_non_root();
    if (ir::text_of(user) == "0") {
        explain(context.report(kRoot, user->span));
    } else if (ir::text_of(non_root) == "false" && user == nullptr) {
        explain(context.report(kMayBeRoot, non_root->span));
    }
}

void check_container(const k8s::SecurityContext& security, Context& context) {
    check_context(security, context);
}

void check_pod(const k8s::PodSecurityContext& security, Context& context) {
    check_context(security, context);
}

void check_patch(const PatchSetting& setting, Context& context) {
    if (setting.key != "runAsUser" || setting.value != "0") return;
    explain(context.report(kRoot, setting.span));
}

template <class T>
bool says(const T* security) {
    return security != nullptr &&
           (security->run_as_user() != nullptr || security->run_as_non_root() != nullptr);
}

bool says(const wf::Template& source) {
    if (says(source.security_context())) return true;
    const std::vector<ContainerView> all = containers_of(source, false);
    return std::all_of(all.begin(), all.end(), [](const ContainerView& container) {
        return says(container.security_context());
    });
}

/// The first template whose pod says nothing of its user stands for all.
void check_workflow(const wf::WorkflowSpec& spec, Context& context) {
    const bool is_patched = ir::text_of(spec.pod_spec_patch()).find("runAs") != std::string::npos;
    if (says(spec.security_context()) || is_patched) return;
    if (spec.template_defaults() != nullptr && says(spec.template_defaults()->security_context())) {
        return;
    }
    for (const wf::Template* source : spec.templates()) {
        if (containers_of(*source, false).empty() || says(*source)) continue;
        const ir::Scalar* name = source->name();
        const Span span = name == nullptr ? context.headline() : name->span;
        Finding finding = context.report(kUnsaid, span);
        finding.severity(Severity::kInfo)
            .note("most images run as root unless they are told otherwise")
            .help("add `securityContext: {runAsNonRoot: true, runAsUser: 1000}` to the spec of the "
                  "workflow");
        return;
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "containers that run as root",
                 .doc = R"md(
Root in a container is root for the kernel too: a hole in the container runtime or a mounted folder
makes it root of the node. Clusters that follow the restricted Pod Security Standard refuse such
pods. `runAsUser: 0` and `runAsNonRoot: false` are warnings; a workflow with pods that say nothing is
information (`--strict`).

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  securityContext: {runAsUser: 0}
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [make]}
```

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
      securityContext: {runAsNonRoot: false}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  securityContext: {runAsNonRoot: true, runAsUser: 1000}
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [make]}
```
)md",
                 .checks = {on<check_container>(), on<check_pod>(), on<check_workflow>(),
                            on_workflow_patch<check_patch>(), on_template_patch<check_patch>()}};

} // namespace tiphys::rules::run_as_root
