// Schedules at times that clock changes skip or repeat.
#include <algorithm>
#include <bit>

#include "analyzer/context.h"
#include "analyzer/schedules.h"

namespace tiphys::rules::cron_dst_gap {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kGap{"in `{}` the clock skips or repeats this time"};

constexpr std::int64_t kMinute = 60;
constexpr std::int64_t kHour = 3600;
/// Runs on a day up to which one of them is missed; of hourly ones it hardly is.
constexpr int kMostHours = 4;

/// A change of the clock: the times from `begin` to `end` of the old or new day are skipped or
/// shown twice.
struct ClockChange {
    std::int64_t begin = 0;
    std::int64_t end = 0; ///< as if the clock were UTC
    bool is_gap = false;
};

std::int64_t start_of_year(int year) {
    return expr::seconds_from_civil({.year = year});
}

/// The first minute of the hour before `at` in which the clock shows what it shows at `at`.
std::int64_t change_before(const expr::TimeZone& zone, std::int64_t at, std::int64_t offset) {
    while (zone.offset_at(at - kMinute).seconds == offset)
        at -= kMinute;
    return at;
}

std::vector<ClockChange> changes_of(const expr::TimeZone& zone) {
    std::vector<ClockChange> changes;
    std::int64_t before = zone.offset_at(start_of_year(kSampleYear)).seconds;
    for (std::int64_t at = start_of_year(kSampleYear); at < start_of_year(kSampleYear + 1);
         at += kHour) {
        const std::int64_t now = zone.offset_at(at).seconds;
        if (now == before) continue;
        const std::int64_t change = change_before(zone, at, now);
        changes.push_back(
            {change + std::min(now, before), change + std::max(now, before), now > before});
        before = now;
    }
    return changes;
}

/// Whether the schedule means a time that the change takes away or repeats.
bool is_touched(const expr::CronSchedule& schedule, const ClockChange& change) {
    expr::Time before;
    before.seconds = change.begin - 1;
    const auto next = expr::next_run(schedule, before, expr::TimeZone::utc());
    return next && next->seconds < change.end;
}

std::string day_of(const ClockChange& change) {
    expr::Time time;
    time.seconds = change.begin;
    return expr::format_time(time, "2006-01-02");
}

void check_use(const ScheduleUse& use, Context& context) {
    const bool is_dense = std::popcount(use.schedule.hours.values) > kMostHours;
    if (use.schedule.is_interval() || is_dense) return;
    const auto zone = zone_called(use.zone_name);
    if (zone == nullptr) return;
    std::string words;
    for (const ClockChange& change : changes_of(*zone)) {
        if (!is_touched(use.schedule, change)) continue;
        words += words.empty() ? "" : ", and ";
        words += change.is_gap ? "no run on " : "two runs on ";
        words += day_of(change);
    }
    if (words.empty()) return;
    context.report(kGap, context.span_in(*use.scalar, 0, use.scalar->text.size()), use.zone_name)
        .note(words)
        .help("choose a time outside of the change, or `timezone: UTC`");
}

void check(const wf::CronWorkflowSpec& spec, Context& context) {
    for (const ScheduleUse& use : schedules_of(spec))
        check_use(use, context);
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "schedules at times that clock changes skip or repeat",
                 .doc = R"md(
Where the clock goes forward, the hour that it skips has no runs; where it goes back, an hour comes
twice, and so do its runs. A nightly job at half past two in Berlin is left out once a year and
doubled once a year. Schedules with more than four hours a day are not reported.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: CronWorkflow
metadata: {name: nightly}
spec:
  schedules: ['30 2 * * *']
  timezone: Europe/Berlin
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
  schedules: ['30 4 * * *']
  timezone: Europe/Berlin
  concurrencyPolicy: Forbid
  workflowSpec:
    entrypoint: main
    templates:
    - name: main
      container: {image: 'alpine:3.20', command: [echo]}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::cron_dst_gap
