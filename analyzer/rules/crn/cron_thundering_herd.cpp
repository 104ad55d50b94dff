// Many CronWorkflows that start at the same minute.
#include <map>
#include <tuple>

#include "analyzer/context.h"
#include "analyzer/schedules.h"
#include "compiler/front/resolve.h"

namespace tiphys::rules::cron_thundering_herd {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kHerd{"{} CronWorkflows start at the same minute"};

/// CronWorkflows from which on it is a herd.
constexpr std::size_t kHerdSize = 8;

using Times = std::tuple<std::uint64_t, std::uint64_t, std::uint64_t, std::uint64_t, std::uint64_t,
                         std::string>;

Times times_of(const ScheduleUse& use) {
    const expr::CronSchedule& schedule = use.schedule;
    return {schedule.minutes.values, schedule.hours.values,    schedule.days.values,
            schedule.months.values,  schedule.weekdays.values, use.zone_name};
}

void check(const ir::Project& project, Context& context) {
    std::map<Times, std::vector<ScheduleUse>> by_times;
    for (const ir::Document* document : project.all("CronWorkflow")) {
        const auto* cron = ir::object_as<wf::CronWorkflow>(document->root);
        const wf::CronWorkflowSpec* spec = cron == nullptr ? nullptr : cron->spec();
        if (spec == nullptr || front::is_true(spec->suspend())) continue;
        for (ScheduleUse& use : schedules_of(*spec)) {
            if (!use.schedule.is_interval()) by_times[times_of(use)].push_back(std::move(use));
        }
    }
    for (const auto& [times, uses] : by_times) {
        if (uses.size() < kHerdSize) continue;
        const ir::Scalar& first = *uses.front().scalar;
        Finding finding = context.report(kHerd, context.span_in(first, 0, first.text.size()),
                                         std::to_string(uses.size()));
        for (std::size_t i = 1; i < uses.size(); ++i)
            finding.related(uses[i].scalar->span, "so does this one");
        finding.help("spread them over the hour: `7 * * * *`, `19 * * * *` …");
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "many CronWorkflows at the same minute",
                 .doc = R"md(
At the full hour the controller, the scheduler and the registries then do in seconds what could take
the hour. This counts CronWorkflows of the project with exactly the same times, from eight on.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: CronWorkflow
metadata: {name: job-0}
spec:
  schedules: ['0 * * * *']
  timezone: UTC
  concurrencyPolicy: Forbid
  workflowSpec:
    entrypoint: main
    templates:
    - name: main
      container: {image: 'alpine:3.20', command: [echo]}
---
apiVersion: argoproj.io/v1alpha1
kind: CronWorkflow
metadata: {name: job-1}
spec:
  schedules: ['0 * * * *']
  timezone: UTC
  concurrencyPolicy: Forbid
  workflowSpec:
    entrypoint: main
    templates:
    - name: main
      container: {image: 'alpine:3.20', command: [echo]}
---
apiVersion: argoproj.io/v1alpha1
kind: CronWorkflow
metadata: {name: job-2}
spec:
  schedules: ['0 * * * *']
  timezone: UTC
  concurrencyPolicy: Forbid
  workflowSpec:
    entrypoint: main
    templates:
    - name: main
      container: {image: 'alpine:3.20', command: [echo]}
---
apiVersion: argoproj.io/v1alpha1
kind: CronWorkflow
metadata: {name: job-3}
spec:
  schedules: ['0 * * * *']
  timezone: UTC
  concurrencyPolicy: Forbid
  workflowSpec:
    entrypoint: main
    templates:
    - name: main
      container: {image: 'alpine:3.20', command: [echo]}
---
apiVersion: argoproj.io/v1alpha1
kind: CronWorkflow
metadata: {name: job-4}
spec:
  schedules: ['0 * * * *']
  timezone: UTC
  concurrencyPolicy: Forbid
  workflowSpec:
    entrypoint: main
    templates:
    - name: main
      container: {image: 'alpine:3.20', command: [echo]}
---
apiVersion: argoproj.io/v1alpha1
kind: CronWorkflow
metadata: {name: job-5}
spec:
  schedules: ['0 * * * *']
  timezone: UTC
  concurrencyPolicy: Forbid
  workflowSpec:
    entrypoint: main
    templates:
    - name: main
      container: {image: 'alpine:3.20', command: [echo]}
---
apiVersion: argoproj.io/v1alpha1
kind: CronWorkflow
metadata: {name: job-6}
spec:
  schedules: ['0 * * * *']
  timezone: UTC
  concurrencyPolicy: Forbid
  workflowSpec:
    entrypoint: main
    templates:
    - name: main
      container: {image: 'alpine:3.20', command: [echo]}
---
apiVersion: argoproj.io/v1alpha1
kind: CronWorkflow
metadata: {name: job-7}
spec:
  schedules: ['0 * * * *']
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
metadata: {name: job-0}
spec:
  schedules: ['0 * * * *']
  timezone: UTC
  concurrencyPolicy: Forbid
  workflowSpec:
    entrypoint: main
    templates:
    - name: main
      container: {image: 'alpine:3.20', command: [echo]}
---
apiVersion: argoproj.io/v1alpha1
kind: CronWorkflow
metadata: {name: job-1}
spec:
  schedules: ['7 * * * *']
  timezone: UTC
  concurrencyPolicy: Forbid
  workflowSpec:
    entrypoint: main
    templates:
    - name: main
      container: {image: 'alpine:3.20', command: [echo]}
---
apiVersion: argoproj.io/v1alpha1
kind: CronWorkflow
metadata: {name: job-2}
spec:
  schedules: ['14 * * * *']
  timezone: UTC
  concurrencyPolicy: Forbid
  workflowSpec:
    entrypoint: main
    templates:
    - name: main
      container: {image: 'alpine:3.20', command: [echo]}
---
apiVersion: argoproj.io/v1alpha1
kind: CronWorkflow
metadata: {name: job-3}
spec:
  schedules: ['21 * * * *']
  timezone: UTC
  concurrencyPolicy: Forbid
  workflowSpec:
    entrypoint: main
    templates:
    - name: main
      container: {image: 'alpine:3.20', command: [echo]}
---
apiVersion: argoproj.io/v1alpha1
kind: CronWorkflow
metadata: {name: job-4}
spec:
  schedules: ['28 * * * *']
  timezone: UTC
  concurrencyPolicy: Forbid
  workflowSpec:
    entrypoint: main
    templates:
    - name: main
      container: {image: 'alpine:3.20', command: [echo]}
---
apiVersion: argoproj.io/v1alpha1
kind: CronWorkflow
metadata: {name: job-5}
spec:
  schedules: ['35 * * * *']
  timezone: UTC
  concurrencyPolicy: Forbid
  workflowSpec:
    entrypoint: main
    templates:
    - name: main
      container: {image: 'alpine:3.20', command: [echo]}
---
apiVersion: argoproj.io/v1alpha1
kind: CronWorkflow
metadata: {name: job-6}
spec:
  schedules: ['42 * * * *']
  timezone: UTC
  concurrencyPolicy: Forbid
  workflowSpec:
    entrypoint: main
    templates:
    - name: main
      container: {image: 'alpine:3.20', command: [echo]}
---
apiVersion: argoproj.io/v1alpha1
kind: CronWorkflow
metadata: {name: job-7}
spec:
  schedules: ['49 * * * *']
  timezone: UTC
  concurrencyPolicy: Forbid
  workflowSpec:
    entrypoint: main
    templates:
    - name: main
      container: {image: 'alpine:3.20', command: [echo]}
```
)md",
                 .checks = {on_project(check)}};

} // namespace tiphys::rules::cron_thundering_herd
