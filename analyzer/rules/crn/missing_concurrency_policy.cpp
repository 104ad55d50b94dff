// A CronWorkflow that does not say what happens when runs overlap.
#include "analyzer/context.h"
#include "analyzer/edits.h"

namespace tiphys::rules::missing_concurrency_policy {
namespace {
using namespace analyze;

constexpr Message<> kMissing{"no `concurrencyPolicy`: Argo lets runs overlap"};

void check(const wf::CronWorkflow& cron, Context& context) {
    const wf::CronWorkflowSpec* spec = cron.spec();
    if (spec == nullptr) return;
    const ir::Value* policy = spec->field("concurrencyPolicy");
    if (policy != nullptr && !ir::is_null(*policy)) return;
    Finding finding = context.report(kMissing, cron.key_span_of("spec"));
    finding.help("say what is wanted: `Forbid` leaves a run out while the last one is going on, "
                 "`Replace` stops the last one, `Allow` lets them overlap");
    // Forbid is what most schedules need, but it is another behaviour than today's.
    constexpr std::string_view kTitle = "add `concurrencyPolicy: Forbid`";
    const std::vector<ir::Entry> entries = entries_in_order(*spec);
    if (policy != nullptr) {
        finding.unsafe_fix(std::string(kTitle), {replace_value(*policy, "Forbid")});
    } else if (!entries.empty()) {
        finding.unsafe_fix(std::string(kTitle), {insert_before(context, *spec, entries.front(),
                                                               "concurrencyPolicy: Forbid")});
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "CronWorkflows without a `concurrencyPolicy`",
                 .doc = R"md(
Without `concurrencyPolicy` Argo means `Allow`: when a run takes longer than its schedule's period,
the next one starts beside it, works on the same data, and the cluster fills up. Say which
behaviour is wanted, even if it is `Allow`.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: CronWorkflow
metadata: {name: nightly}
spec:
  schedules: ['0 2 * * *']
  timezone: UTC
  workflowSpec:
    entrypoint: main
    templates:
    - name: main
      container: {image: 'alpine:3.20', command: [backup]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: CronWorkflow
metadata: {name: nightly}
spec:
  schedules: ['0 2 * * *']
  timezone: UTC
  concurrencyPolicy: Forbid
  workflowSpec:
    entrypoint: main
    templates:
    - name: main
      container: {image: 'alpine:3.20', command: [backup]}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::missing_concurrency_policy
