// Workflows that stay when they are finished.
#include "analyzer/context.h"
#include "analyzer/edits.h"
#include "analyzer/facts.h"

namespace tiphys::rules::missing_ttl {
namespace {
using namespace analyze;

constexpr Message<> kMissing{"this workflow stays when it is finished"};

void check_flow(const front::Flow& flow, Context& context) {
    // A library may be used by workflows that say it.
    const bool is_run = flow.spec().entrypoint() != nullptr;
    if (!is_run || flow.place().owner == nullptr || flow.is_library()) return;
    // A cron workflow's runs are deleted by its history limits.
    if (flow.place().owner->type->id == wf::CronWorkflow::kType) return;
    for (const wf::WorkflowSpec* spec : {&flow.spec(), flow.base().spec}) {
        if (spec != nullptr && spec->entry("ttlStrategy") != nullptr) return;
    }
    if (flow.has_base() && flow.base().spec == nullptr) return;
    const ir::Entry* entrypoint = flow.spec().entry("entrypoint");
    Finding finding = context.report(kMissing, ir::key_span(flow.spec(), *entrypoint));
    finding.label("set `ttlStrategy`");
    // How long things are wanted is for the author to say.
    finding.unsafe_fix("add `ttlStrategy: {secondsAfterCompletion: 86400}`",
                       {insert_after(context, flow.spec(), *entrypoint,
                                     "ttlStrategy: {secondsAfterCompletion: 86400}")});
}

void check(const ir::Document& document, Context& context) {
    for (const front::Flow* flow : context.facts().flows(document))
        check_flow(*flow, context);
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kInfo,
                 .since = "0.1",
                 .summary = "workflows that stay when they are finished",
                 .doc = R"md(
Without `ttlStrategy` a finished workflow and its pods stay in the cluster until somebody deletes
them. The controller reads all of them when it starts. Runs of a cron workflow are deleted by its
history limits.

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
  ttlStrategy: {secondsAfterCompletion: 86400}
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [work]}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::missing_ttl
