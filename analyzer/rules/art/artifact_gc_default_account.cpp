// Deletion of artifacts under an account that may not be allowed to.
// Argo: artifact_gc.go takes the account of `artifactGC` only.
#include "analyzer/context.h"

namespace tiphys::rules::artifact_gc_default_account {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kDefault{
    "artifacts are deleted under the account `default`, and the workflow runs as `{}`"};

void check(const wf::WorkflowSpec& spec, Context& context) {
    const wf::WorkflowLevelArtifactGC* policy = spec.artifact_gc();
    if (policy == nullptr || spec.service_account_name() == nullptr) return;
    const std::string_view strategy = ir::text_of(policy->strategy());
    if (strategy.empty() || strategy == "Never") return;
    const std::string_view account = spec.service_account_name()->text;
    if (policy->service_account_name() != nullptr || account == "default") return;
    context.report(kDefault, spec.key_span_of("artifactGC"), account)
        .related(spec.service_account_name()->span, "the account of the workflow")
        .help("add `serviceAccountName` to `artifactGC`");
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "deletion of artifacts under the default account",
                 .doc = R"md(
The pod that deletes artifacts runs under the account that `artifactGC.serviceAccountName` names, or
under `default`: it does not take over the workflow's. Where that account carries the rights to the
bucket, the deletion fails, and the workflow's finalizer keeps it from being deleted.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-}
spec:
  entrypoint: main
  serviceAccountName: builder
  artifactGC: {strategy: OnWorkflowDeletion}
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [make]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-}
spec:
  entrypoint: main
  serviceAccountName: builder
  artifactGC: {strategy: OnWorkflowDeletion, serviceAccountName: builder}
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [make]}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::artifact_gc_default_account
