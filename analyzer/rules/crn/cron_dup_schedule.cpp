// Schedules of one CronWorkflow that coincide.
#include "analyzer/context.h"
#include "analyzer/edits.h"
#include "analyzer/schedules.h"

namespace tiphys::rules::cron_dup_schedule {
namespace {
using namespace analyze;

constexpr Message<> kSame{"this schedule is there already"};
constexpr Message<std::string_view> kOnce{"two schedules of this CronWorkflow come at {}"};

/// Runs of a schedule that are looked at.
constexpr int kMostRuns = 400;

bool is_same_zone(const ScheduleUse& a, const ScheduleUse& b) {
    return a.zone_name == b.zone_name;
}

/// The first run that both have, where both have the same zone.
std::string first_common_run(const ScheduleUse& a, const ScheduleUse& b) {
    expr::Time start;
    start.seconds = expr::seconds_from_civil({.year = kSampleYear}) - 1;
    const auto& utc = expr::TimeZone::utc();
    auto left = expr::next_run(a.schedule, start, utc);
    auto right = expr::next_run(b.schedule, start, utc);
    for (int i = 0; i < kMostRuns && left && right; ++i) {
        const int order = expr::compare(*left, *right);
        if (order == 0) return expr::format_time(*left, "2006-01-02 15:04");
        // The earlier one catches up.
        if (order < 0) {
            expr::Time before = *right;
            --before.seconds;
            left = expr::next_run(a.schedule, before, utc);
        } else {
            expr::Time before = *left;
            --before.seconds;
            right = expr::next_run(b.schedule, before, utc);
        }
    }
    return "";
}

void check_pair(const ScheduleUse& first, const ScheduleUse& second, Context& context) {
    if (first.schedule.is_interval() || second.schedule.is_interval()) return;
    if (!is_same_zone(first, second)) return;
    const Span span = context.span_in(*second.scalar, 0, second.scalar->text.size());
    expr::CronSchedule a = first.schedule;
    expr::CronSchedule b = second.schedule;
    a.zone_name.reset();
    b.zone_name.reset();
    if (a == b) {
        context.report(kSame, span)
            .related(first.scalar->span, "the same times")
            .help("remove one of the two");
        return;
    }
    const std::string common = first_common_run(first, second);
    if (common.empty()) return;
    context.report(kOnce, span, common)
        .severity(Severity::kInfo)
        .related(first.scalar->span, "comes then, too")
        .help("let the schedules share no minute");
}

void check(const wf::CronWorkflowSpec& spec, Context& context) {
    const std::vector<ScheduleUse> uses = schedules_of(spec);
    for (std::size_t i = 0; i < uses.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j)
            check_pair(uses[j], uses[i], context);
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "schedules of one CronWorkflow that come at the same time",
                 .doc = R"md(
Each entry of `schedules` starts workflows of its own. Where two of them come at the same minute,
there are two runs, or one of them fails since the name of its workflow, which ends with the time,
is taken. The same schedule
written twice is a warning; schedules that meet now and then are an info.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: CronWorkflow
metadata: {name: nightly}
spec:
  schedules: ['0 3 * * *', '0 3 * * mon']
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
  schedules: ['0 3 * * *', '30 3 * * mon']
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

} // namespace tiphys::rules::cron_dup_schedule
