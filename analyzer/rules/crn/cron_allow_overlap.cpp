// A schedule so dense that runs which may overlap will.
#include <optional>

#include "analyzer/context.h"
#include "analyzer/cron_period.h"
#include "analyzer/edits.h"
#include "analyzer/known_times.h"
#include "compiler/front/resolve.h"

namespace tiphys::rules::cron_allow_overlap {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kOverlap{"runs start every {} and may overlap"};

/// Minutes between two runs up to which an overlap is a matter of time: starting pods alone takes
/// a good part of it.
constexpr int kDensePeriod = 5;

/// Whether runs overlap only if something else fails to prevent it: a lock, or a deadline that ends
/// a run before the next one starts.
bool is_guarded(const wf::WorkflowSpec& spec, int period_minutes) {
    if (spec.synchronization() != nullptr) return true;
    const ir::Scalar* deadline = spec.active_deadline_seconds();
    if (deadline == nullptr) return false;
    const std::optional<std::int64_t> seconds = seconds_of(deadline->text);
    return seconds.has_value() && *seconds <= period_minutes * 60;
}

void check_schedule(const wf::CronWorkflowSpec& spec, const ir::Scalar& schedule,
                    Context& context) {
    const std::optional<int> period = shortest_period_minutes(schedule.text);
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
