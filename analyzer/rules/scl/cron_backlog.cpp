// Schedules that are denser than the runs are long.
#include "analyzer/context.h"
#include "analyzer/cron_period.h"
#include "analyzer/facts.h"
#include "analyzer/number_text.h"

namespace tiphys::rules::cron_backlog {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view> kBacklog{
    "runs start every {} and take at least {}"};

std::string_view consequence(std::string_view policy) {
    if (policy == "Forbid") return "every other run is left out, since the one before still runs";
    if (policy == "Replace") return "no run reaches its end, since the next one replaces it";
    return "more and more runs go on at the same time";
}

void check_flow(const front::Flow& flow, Context& context) {
    const auto* spec = flow.place().owner == nullptr
                           ? nullptr
                           : ir::object_as<wf::CronWorkflowSpec>(flow.place().owner->field("spec"));
    if (spec == nullptr) return;
    const std::int64_t seconds = context.facts().bounds(flow).workflow().total.least_seconds;
    if (seconds == 0) return;
    for (const ir::Scalar* schedule : spec->schedules()) {
        const std::optional<int> period = shortest_period_minutes(schedule->text);
        if (!period.has_value() || seconds <= std::int64_t{*period} * 60) continue;
        context
            .report(kBacklog, context.span_in(*schedule, 0, schedule->text.size()),
                    time_words(std::int64_t{*period} * 60), time_words(seconds))
            .note(std::string(consequence(ir::text_of(spec->concurrency_policy()))))
            .help("make the schedule less dense, or the waiting shorter; tiphys stats shows where "
                  "the time comes from");
    }
}

void check(const ir::Document& document, Context& context) {
    for (const front::Flow* flow : context.facts().flows(document))
        check_flow(*flow, context);
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "schedules that are denser than the runs are long",
                 .doc = R"md(
What a workflow sleeps and waits for adds up to the time that it takes at least. Where that is longer
than the time between two runs, runs pile up, are left out or replace one another before they end,
depending on `concurrencyPolicy`.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: CronWorkflow
metadata: {name: poll}
spec:
  schedules: ['*/10 * * * *']
  timezone: UTC
  concurrencyPolicy: Forbid
  workflowSpec:
    entrypoint: main
    templates:
    - name: main
      steps:
      - - {name: wait, template: wait}
      - - {name: work, template: work}
    - name: wait
      suspend: {duration: 15m}
    - name: work
      container: {image: 'alpine:3.20', command: [work]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: CronWorkflow
metadata: {name: poll}
spec:
  schedules: ['*/10 * * * *']
  timezone: UTC
  concurrencyPolicy: Forbid
  workflowSpec:
    entrypoint: main
    templates:
    - name: main
      steps:
      - - {name: wait, template: wait}
      - - {name: work, template: work}
    - name: wait
      suspend: {duration: 2m}
    - name: work
      container: {image: 'alpine:3.20', command: [work]}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::cron_backlog
