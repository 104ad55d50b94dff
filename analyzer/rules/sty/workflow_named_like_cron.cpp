// Workflows whose names promise a schedule.
#include <array>

#include "analyzer/context.h"
#include "compiler/front/resolve.h"

namespace tiphys::rules::workflow_named_like_cron {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kPromise{
    "`{}` sounds like a schedule, and a Workflow runs once"};

constexpr std::array<std::string_view, 6> kWords{"nightly", "daily",   "hourly",
                                                 "weekly",  "monthly", "midnight"};

void check(const ir::Document& document, Context& context) {
    if (document.kind != "Workflow" || document.object() == nullptr) return;
    const auto* metadata = ir::any_object_as(document.object()->field("metadata"));
    if (metadata == nullptr) return;
    for (const std::string_view field : {"name", "generateName"}) {
        const ir::Scalar* name = ir::scalar_as(metadata->field(field));
        if (name == nullptr) continue;
        for (const std::string_view word : kWords) {
            if (name->text.find(word) == name->text.npos) continue;
            context.report(kPromise, name->span, name->text)
                .help("a CronWorkflow starts it by itself");
            return;
        }
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kInfo,
                 .since = "0.1",
                 .summary = "workflows whose names promise a schedule",
                 .doc = R"md(
A Workflow runs when somebody submits it. One called `nightly-…` was probably meant to be a
CronWorkflow, which Argo starts on its `schedules`.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: nightly-build-}
spec:
  entrypoint: main
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [make]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: CronWorkflow
metadata: {name: nightly-build}
spec:
  schedules: ['0 2 * * *']
  timezone: Europe/Berlin
  concurrencyPolicy: Forbid
  workflowSpec:
    entrypoint: main
    templates:
    - name: main
      container: {image: 'alpine:3.20', command: [make]}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::workflow_named_like_cron
