// Schedules without a single run.
#include "analyzer/context.h"
#include "analyzer/schedules.h"

namespace tiphys::rules::cron_never_fires {
namespace {
using namespace analyze;

constexpr Message<> kNever{"this schedule never comes"};

void check(const wf::CronWorkflowSpec& spec, Context& context) {
    for (const ScheduleUse& use : schedules_of(spec)) {
        if (use.schedule.is_interval() || expr::ever_runs(use.schedule)) continue;
        Finding finding =
            context.report(kNever, context.span_in(*use.scalar, 0, use.scalar->text.size()));
        const bool has_days = !use.schedule.days.is_any && !use.schedule.months.is_any;
        finding.help(has_days ? "none of its months has such a day" : "a field allows no value");
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "schedules that never come",
                 .doc = R"md(
`0 0 31 2 *` can be read, but no February has 31 days. Argo accepts the CronWorkflow, and nothing
ever runs.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: CronWorkflow
metadata: {name: nightly}
spec:
  schedules: ['0 0 31 2 *']
  timezone: UTC
  concurrencyPolicy: Forbid
  workflowSpec:
    entrypoint: main
    templates:
    - name: main
      container: {image: 'alpine:3.20', command: [echo]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: CronWorkflow
metadata: {name: nightly}
spec:
  schedules: ['0 0 29 2 *']
  timezone: UTC
  concurrencyPolicy: Forbid
  workflowSpec:
    entrypoint: main
    templates:
    - name: main
      container: {image: 'alpine:3.20', command: [echo]}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::cron_never_fires
