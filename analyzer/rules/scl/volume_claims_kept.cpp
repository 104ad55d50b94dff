// Volume claims that a failed workflow keeps.
#include "analyzer/context.h"
#include "analyzer/edits.h"

namespace tiphys::rules::volume_claims_kept {
namespace {
using namespace analyze;

constexpr Message<> kKept{"the claims stay when the workflow fails"};

void check(const wf::WorkflowSpec& spec, Context& context) {
    const ir::Entry* claims = spec.entry("volumeClaimTemplates");
    if (claims == nullptr || spec.volume_claim_templates().size() == 0) return;
    const wf::VolumeClaimGC* gc = spec.volume_claim_gc();
    const std::string_view strategy = gc == nullptr ? "" : ir::text_of(gc->strategy());
    if (!strategy.empty()) return;
    Finding finding = context.report(kKept, ir::key_span(spec, *claims));
    finding.note("without `volumeClaimGC` they are deleted after success only, which lets a failed "
                 "workflow be retried with its data");
    if (gc != nullptr) return;
    finding.unsafe_fix(
        "add `volumeClaimGC: {strategy: OnWorkflowCompletion}`",
        {insert_before(context, spec, *claims, "volumeClaimGC: {strategy: OnWorkflowCompletion}")});
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kInfo,
                 .since = "0.1",
                 .summary = "volume claims that stay when the workflow fails",
                 .doc = R"md(
Claims of `volumeClaimTemplates` are deleted when the workflow succeeds. After a failure they stay,
with their disks and their cost, until the workflow is deleted; `volumeClaimGC` says whether that is
wanted.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: load-}
spec:
  entrypoint: main
  volumeClaimTemplates:
  - metadata: {name: work}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [work], volumeMounts: [{name: work, mountPath: /work}]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: load-}
spec:
  entrypoint: main
  volumeClaimGC: {strategy: OnWorkflowCompletion}
  volumeClaimTemplates:
  - metadata: {name: work}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [work], volumeMounts: [{name: work, mountPath: /work}]}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::volume_claims_kept
