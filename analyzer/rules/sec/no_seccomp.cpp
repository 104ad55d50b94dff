// Pods without a filter of system calls.
#include "analyzer/containers.h"
#include "analyzer/pod_patch.h"

namespace tiphys::rules::no_seccomp {
namespace {
using namespace analyze;

constexpr Message<> kUnconfined{"`Unconfined` allows the container every system call"};
constexpr Message<> kUnsaid{"nothing limits the system calls of this workflow's pods"};

void check_profile(const k8s::SeccompProfile& profile, Context& context) {
    const ir::Scalar* type = ir::scalar_as(profile.field("type"));
    if (ir::text_of(type) != "Unconfined") return;
    context.report(kUnconfined, type->span)
        .severity(Severity::kWarning)
        .help("write `RuntimeDefault`, or `Localhost` with a profile that allows what is missing");
}

bool says(const wf::Template& source) {
    if (source.security_context() != nullptr &&
        source.security_context()->seccomp_profile() != nullptr) {
        return true;
    }
    for (const ContainerView& container : containers_of(source, false)) {
        const k8s::SecurityContext* security = container.security_context();
        if (security == nullptr || security->seccomp_profile() == nullptr) return false;
    }
    return true;
}

void check_workflow(const wf::WorkflowSpec& spec, Context& context) {
    const auto* security = spec.security_context();
    if (security != nullptr && security->seccomp_profile() != nullptr) return;
    if (ir::text_of(spec.pod_spec_patch()).find("seccomp") != std::string_view::npos) return;
    const auto* defaults = spec.template_defaults();
    if (defaults != nullptr && defaults->security_context() != nullptr && says(*defaults)) return;
    for (const wf::Template* source : spec.templates()) {
        if (containers_of(*source, false).empty() || says(*source)) continue;
        const ir::Scalar* name = source->name();
        context.report(kUnsaid, name == nullptr ? context.headline() : name->span)
            .help("add `securityContext: {seccompProfile: {type: RuntimeDefault}}` to the spec of "
                  "the workflow");
        return;
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kInfo,
                 .since = "0.1",
                 .summary = "pods without a filter of system calls",
                 .doc = R"md(
Without `seccompProfile` a container may use every system call of the kernel, unless the nodes have
a default. `RuntimeDefault` is what container runtimes allow anyway outside of Kubernetes.
`Unconfined`, which switches the nodes' default off, is a warning.

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
  securityContext: {seccompProfile: {type: RuntimeDefault}}
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [make]}
```
)md",
                 .checks = {on<check_profile>(), on<check_workflow>()}};

} // namespace tiphys::rules::no_seccomp
