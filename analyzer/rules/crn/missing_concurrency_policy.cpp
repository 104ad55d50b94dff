// A CronWorkflow that does not say what happens when runs overlap.
#include <algorithm>

#include "analyzer/context.h"

namespace tiphys::rules::missing_concurrency_policy {
namespace {
using namespace analyze;

constexpr Message<> kMissing{"no `concurrencyPolicy`: Argo lets runs overlap"};

/// The edit that makes `text` the first entry of a mapping, in the form in which it is written.
std::vector<TextEdit> insert_first(const ir::Object& object, std::string_view text,
                                   Context& context) {
    const auto fields = object.present_fields();
    const bool is_flow = context.text(object.span).starts_with("{");
    if (fields.empty()) {
        if (!is_flow) return {};
        const std::uint32_t at = object.span.begin + 1;
        return {{{object.span.file, at, at}, std::string(text)}};
    }
    const auto first =
        std::min_element(fields.begin(), fields.end(), [](const ir::Entry& a, const ir::Entry& b) {
            return a.key_begin < b.key_begin;
        });
    const Span at{object.span.file, first->key_begin, first->key_begin};
    if (is_flow) return {{at, std::string(text) + ", "}};
    const std::uint32_t column = context.project().sources().position(at.file, at.begin).column;
    return {{at, std::string(text) + "\n" + std::string(column - 1, ' ')}};
}

void check(const wf::CronWorkflow& cron, Context& context) {
    const wf::CronWorkflowSpec* spec = cron.spec();
    if (spec == nullptr) return;
    const ir::Value* policy = spec->field("concurrencyPolicy");
    if (policy != nullptr && !ir::is_null(*policy)) return;
    Finding finding = context.report(kMissing, cron.key_span_of("spec"));
    finding.help("say what is wanted: `Forbid` leaves a run out while the last one is going on, "
                 "`Replace` stops the last one, `Allow` lets them overlap");
    std::vector<TextEdit> edits = policy == nullptr
                                      ? insert_first(*spec, "concurrencyPolicy: Forbid", context)
                                      : std::vector<TextEdit>{{policy->span, "Forbid"}};
    // Forbid is what most schedules need, but it is another behaviour than today's.
    if (!edits.empty()) finding.unsafe_fix("add `concurrencyPolicy: Forbid`", std::move(edits));
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
