// Workflows whose finished pods stay.
#include "analyzer/context.h"
#include "analyzer/edits.h"
#include "analyzer/facts.h"

namespace tiphys::rules::missing_pod_gc {
namespace {
using namespace analyze;

constexpr Message<> kMissing{"finished pods of this workflow stay"};

void check_flow(const front::Flow& flow, Context& context) {
    // A library may be used by workflows that say it.
    const bool is_run = flow.spec().entrypoint() != nullptr;
    if (!is_run || flow.place().owner == nullptr || flow.is_library()) return;
    for (const wf::WorkflowSpec* spec : {&flow.spec(), flow.base().spec}) {
        if (spec != nullptr && spec->entry("podGC") != nullptr) return;
    }
    if (flow.has_base() && flow.base().spec == nullptr) return;
    const ir::Entry* entrypoint = flow.spec().entry("entrypoint");
    Finding finding = context.report(kMissing, ir::key_span(flow.spec(), *entrypoint));
    finding.label("set `podGC`");
    // How long things are wanted is for the author to say.
    finding.unsafe_fix(
        "add `podGC: {strategy: OnPodSuccess}`",
        {insert_after(context, flow.spec(), *entrypoint, "podGC: {strategy: OnPodSuccess}")});
}

void check(const ir::Document& document, Context& context) {
    for (const front::Flow* flow : context.facts().flows(document))
        check_flow(*flow, context);
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kInfo,
                 .since = "0.1",
                 .summary = "workflows whose finished pods stay",
                 .doc = R"md(
Without `podGC` the pods of a workflow stay until the workflow is deleted. They take room in etcd,
count against quotas of objects, and slow down whatever lists pods.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: load-}
spec:
  entrypoint: main
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [work]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: load-}
spec:
  entrypoint: main
  podGC: {strategy: OnPodSuccess}
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [work]}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::missing_pod_gc
