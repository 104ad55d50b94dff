// Dates of a CronWorkflow's runs that depend on when the run was made.
// Argo: workflow/controller/operator.go setGlobalParameters, workflow/cron/operator.go.
#include <algorithm>
#include <array>

#include "analyzer/context.h"
#include "analyzer/facts.h"

namespace tiphys::rules::creation_time_in_cron {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kLate{"`{}` is the date of the start, not of the schedule"};

constexpr std::string_view kTime = "workflow.creationTimestamp.";
/// Parts that say the day.
constexpr std::array<std::string_view, 8> kDays{"Y", "y", "m", "B", "b", "d", "j", "F"};

bool is_day(std::string_view name) {
    if (!name.starts_with(kTime)) return false;
    return std::find(kDays.begin(), kDays.end(), name.substr(kTime.size())) != kDays.end();
}

void check(const ir::Document& document, Context& context) {
    if (document.kind != "CronWorkflow") return;
    for (const front::Flow* flow : context.facts().flows(document)) {
        const ir::Scalar* seen = nullptr;
        for (const front::TagUse& use : context.facts().uses(*flow).tags) {
            // A date of several parts is one finding.
            if (use.tag.is_expression || use.text.scalar == seen || !is_day(use.name())) continue;
            seen = use.text.scalar;
            const Span span =
                context.span_in(*use.text.scalar, use.tag.range.begin, use.tag.range.end);
            context.report(kLate, span, use.name())
                .note("a run that is made up for, or starts late, gets the date of another day")
                .help("use `workflow.scheduledTime`, the time at which the run was due");
        }
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "dates in CronWorkflows that depend on when the run was made",
                 .doc = R"md(
`workflow.creationTimestamp` is the moment at which the controller made the Workflow. After an outage
(`startingDeadlineSeconds`), by hand (`argo cron`, `argo submit --from`), or late before midnight, that
is another day than the schedule's, and yesterday's data are worked on twice or never.
`workflow.scheduledTime` is the time at which the run was due.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: CronWorkflow
metadata: {name: nightly}
spec:
  schedules: ['50 23 * * *']
  concurrencyPolicy: Forbid
  workflowSpec:
    entrypoint: main
    templates:
    - name: main
      container:
        image: etl:1.4
        command: [load, '{{workflow.creationTimestamp.Y}}-{{workflow.creationTimestamp.m}}']
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: CronWorkflow
metadata: {name: nightly}
spec:
  schedules: ['50 23 * * *']
  concurrencyPolicy: Forbid
  workflowSpec:
    entrypoint: main
    templates:
    - name: main
      container: {image: 'etl:1.4', command: [load, '{{workflow.scheduledTime}}']}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::creation_time_in_cron
