// Schedules with runs every few seconds.
#include "analyzer/context.h"
#include "analyzer/schedules.h"

namespace tiphys::rules::cron_too_frequent {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kSeconds{"a run every {}"};
constexpr Message<> kMinute{"a run every minute"};

constexpr std::int64_t kMinuteSeconds = 60;

bool is_every_minute(const expr::CronSchedule& schedule) {
    return schedule.minutes.is_any && schedule.hours.is_any && schedule.days.is_any &&
           schedule.months.is_any && schedule.weekdays.is_any;
}

void check(const wf::CronWorkflowSpec& spec, Context& context) {
    for (const ScheduleUse& use : schedules_of(spec)) {
        const Span span = context.span_in(*use.scalar, 0, use.scalar->text.size());
        const std::int64_t seconds = use.schedule.interval_seconds;
        if (seconds > 0 && seconds < kMinuteSeconds) {
            context
                .report(kSeconds, span,
                        seconds == 1 ? "second" : std::to_string(seconds) + " seconds")
                .note("the controller looks at schedules every ten seconds, and starting a pod "
                      "takes longer than that")
                .help("let one workflow work in a loop, or use an event source");
        } else if (seconds == kMinuteSeconds || is_every_minute(use.schedule)) {
            context.report(kMinute, span).severity(Severity::kInfo);
        }
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "schedules with a run every few seconds",
                 .doc = R"md(
Every run is a Workflow object, a pod or more, and entries in the history. Below a minute the
cluster does little but start and remove pods. A run every minute is an info.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: CronWorkflow
metadata: {name: nightly}
spec:
  schedules: ['@every 10s']
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
  schedules: ['@every 10m']
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

} // namespace tiphys::rules::cron_too_frequent
