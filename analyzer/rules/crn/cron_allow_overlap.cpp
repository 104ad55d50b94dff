// A schedule so dense that runs which may overlap will.
#include <bitset>
#include <charconv>
#include <optional>

#include "analyzer/context.h"
#include "analyzer/edits.h"
#include "compiler/expr/duration.h"
#include "compiler/front/resolve.h"

namespace tiphys::rules::cron_allow_overlap {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kOverlap{"runs start every {} and may overlap"};

/// Minutes between two runs up to which an overlap is a matter of time: starting pods alone takes
/// a good part of it.
constexpr int kDensePeriod = 5;
constexpr std::size_t kMinutes = 60;

std::optional<int> number(std::string_view text) {
    int value = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool is_number = parsed.ec == std::errc{} && parsed.ptr == text.data() + text.size();
    return is_number && value >= 0 ? std::optional(value) : std::nullopt;
}

std::string_view cut(std::string_view& text, char separator) {
    const std::size_t at = std::min(text.find(separator), text.size());
    const std::string_view part = text.substr(0, at);
    text.remove_prefix(std::min(at + 1, text.size()));
    return part;
}

/// Adds the minutes of one part of a minute field: `*`, `5`, `10-20`, `*/5`, `10-40/5`, `5/10`.
bool add_minutes(std::string_view part, std::bitset<kMinutes>& minutes) {
    const std::string_view range = cut(part, '/');
    const std::optional<int> step = part.empty() ? 1 : number(part);
    std::optional<int> first = 0;
    std::optional<int> last = static_cast<int>(kMinutes) - 1;
    if (range != "*" && range != "?") {
        std::string_view bounds = range;
        first = number(cut(bounds, '-'));
        const bool is_one = bounds.empty() && part.empty();
        if (is_one) last = first;
        if (!bounds.empty()) last = number(bounds);
    }
    if (!first || !last || !step || *step == 0 || *last >= static_cast<int>(kMinutes)) return false;
    for (int minute = *first; minute <= *last; minute += *step)
        minutes.set(static_cast<std::size_t>(minute));
    return true;
}

/// The shortest time between two runs within an hour, in minutes; nothing where the schedule is
/// not one of minutes, or is not understood (cron-syntax speaks about that).
std::optional<int> shortest_period(std::string_view schedule) {
    if (schedule.starts_with("@every ")) {
        const auto every = expr::parse_go_duration_ns(schedule.substr(7));
        if (!every.has_value()) return std::nullopt;
        return static_cast<int>(*every / 60'000'000'000);
    }
    if (schedule.starts_with("CRON_TZ=") || schedule.starts_with("TZ=")) cut(schedule, ' ');
    std::string_view fields = schedule;
    std::string_view minute_field = cut(fields, ' ');
    std::bitset<kMinutes> minutes;
    while (!minute_field.empty()) {
        if (!add_minutes(cut(minute_field, ','), minutes)) return std::nullopt;
    }
    if (minutes.count() < 2) return std::nullopt;
    int shortest = static_cast<int>(kMinutes);
    int before = -1;
    for (int minute = 0; minute < static_cast<int>(kMinutes); ++minute) {
        if (!minutes.test(static_cast<std::size_t>(minute))) continue;
        if (before >= 0) shortest = std::min(shortest, minute - before);
        before = minute;
    }
    return shortest;
}

/// Whether runs overlap only if something else fails to prevent it: a lock, or a deadline that ends
/// a run before the next one starts.
bool is_guarded(const wf::WorkflowSpec& spec, int period_minutes) {
    if (spec.synchronization() != nullptr) return true;
    const ir::Scalar* deadline = spec.active_deadline_seconds();
    if (deadline == nullptr) return false;
    const std::optional<int> seconds = number(deadline->text);
    return seconds.has_value() && *seconds <= period_minutes * 60;
}

void check_schedule(const wf::CronWorkflowSpec& spec, const ir::Scalar& schedule,
                    Context& context) {
    const std::optional<int> period = shortest_period(schedule.text);
    if (!period.has_value() || *period > kDensePeriod) return;
    if (is_guarded(*spec.workflow_spec(), *period)) return;
    const bool is_interval = schedule.text.starts_with("@every ");
    const std::string words = is_interval    ? std::string(schedule.text.substr(7))
                              : *period <= 1 ? std::string("minute")
                                             : std::to_string(*period) + " minutes";
    Finding finding =
        context.report(kOverlap, context.span_in(schedule, 0, schedule.text.size()), words);
    const ir::Scalar* policy = spec.concurrency_policy();
    if (policy == nullptr) {
        finding.note("`concurrencyPolicy` is `Allow` where it is not set");
        finding.help("set `concurrencyPolicy: Forbid`, or `Replace`");
        return;
    }
    finding.related(policy->span, "allowed here").help("write `Forbid` or `Replace`");
    finding.unsafe_fix("write `Forbid`", {replace_value(*policy, "Forbid")});
}

void check(const wf::CronWorkflowSpec& spec, Context& context) {
    const ir::Scalar* policy = spec.concurrency_policy();
    if (policy != nullptr && policy->text != "Allow") return;
    if (spec.workflow_spec() == nullptr || front::is_true(spec.suspend())) return;
    for (const ir::Scalar* schedule : spec.schedules())
        check_schedule(spec, *schedule, context);
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "dense schedules whose runs may overlap",
                 .doc = R"md(
With `concurrencyPolicy: Allow`, which is also the default, a run starts whether the last one is
done or not. When runs start every few minutes, one slow image pull is enough for two of them to
work at the same time, and a failing dependency lets them pile up. A lock (`synchronization`), or an
`activeDeadlineSeconds` that is shorter than the period, prevents it, too.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: CronWorkflow
metadata: {name: poll}
spec:
  schedules: ['*/2 * * * *']
  timezone: UTC
  concurrencyPolicy: Allow
  workflowSpec:
    entrypoint: main
    templates:
    - name: main
      container: {image: 'alpine:3.20', command: [poll]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: CronWorkflow
metadata: {name: poll}
spec:
  schedules: ['*/2 * * * *']
  timezone: UTC
  concurrencyPolicy: Forbid
  workflowSpec:
    entrypoint: main
    templates:
    - name: main
      container: {image: 'alpine:3.20', command: [poll]}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::cron_allow_overlap
