// CronWorkflows whose missed runs are never made up for.
// Argo: workflow/cron/operator.go shouldOutstandingWorkflowsBeRun.
#include "analyzer/context.h"
#include "analyzer/edits.h"

namespace tiphys::rules::missing_starting_deadline {
namespace {
using namespace analyze;

constexpr Message<> kMissing{"a run that falls into an outage of the controller is left out"};

void check(const wf::CronWorkflow& cron, Context& context) {
    const wf::CronWorkflowSpec* spec = cron.spec();
    if (spec == nullptr || spec->entry("startingDeadlineSeconds") != nullptr) return;
    Finding finding = context.report(kMissing, cron.key_span_of("spec"));
    finding.help(
        "set `startingDeadlineSeconds`: for so long a run that was missed may still start");
    const std::vector<ir::Entry> entries = entries_in_order(*spec);
    if (entries.empty()) return;
    constexpr std::string_view kField = "startingDeadlineSeconds: 300";
    finding.unsafe_fix("add `" + std::string(kField) + "`",
                       {insert_before(context, *spec, entries.front(), kField)});
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kInfo,
                 .since = "0.1",
                 .summary = "CronWorkflows without `startingDeadlineSeconds`",
                 .doc = R"md(
Without `startingDeadlineSeconds` a run whose time passes while the controller restarts is lost. With
it, the controller starts the run when it is back, if no more than so many seconds have gone by.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: CronWorkflow
metadata: {name: nightly}
spec:
  schedules: ['0 2 * * *']
  workflowSpec:
    entrypoint: main
    templates:
    - name: main
      container: {image: 'etl:1.4', command: [load]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: CronWorkflow
metadata: {name: nightly}
spec:
  schedules: ['0 2 * * *']
  startingDeadlineSeconds: 300
  workflowSpec:
    entrypoint: main
    templates:
    - name: main
      container: {image: 'etl:1.4', command: [load]}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::missing_starting_deadline
