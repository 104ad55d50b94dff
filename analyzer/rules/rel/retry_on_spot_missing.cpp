// Steps on nodes that may be taken away, which are not tried again.
#include "analyzer/containers.h"
#include "compiler/front/resolve.h"

namespace tiphys::rules::retry_on_spot_missing {
namespace {
using namespace analyze;

constexpr Message<> kNotRetried{
    "this runs on nodes that may be taken away, and is not tried again then"};

bool names_spot(std::string_view key, std::string_view value) {
    if (key == "cloud.google.com/gke-spot" || key == "cloud.google.com/gke-preemptible") {
        return value != "false";
    }
    const auto is_spot = [](std::string_view text) {
        return text == "spot" || text == "SPOT" || text == "Spot" || text == "preemptible" ||
               text == "ec2spot" || text == "Ec2Spot";
    };
    return is_spot(value) || is_spot(key);
}

const ir::Value* spot_selector(const ir::Object& owner) {
    const ir::Map* labels = ir::map_as(owner.field("nodeSelector"));
    if (labels == nullptr) return nullptr;
    for (const ir::Entry& entry : labels->entries) {
        const ir::Scalar* value = ir::scalar_as(entry.value);
        if (value != nullptr && names_spot(entry.key, value->text)) return value;
    }
    return nullptr;
}

/// A node that is taken away deletes its pods: that is an error, not a failure.
/// Argo: workflow/controller/operator.go, "pod deleted".
bool repeats_errors(const wf::RetryStrategy* retry) {
    if (retry == nullptr) return false;
    const std::string_view policy = ir::text_of(retry->retry_policy());
    if (policy.empty()) return retry->field("expression") != nullptr;
    return policy != "OnFailure";
}

void check_template(const wf::Template& source, Context& context) {
    const auto* spec = context.enclosing<wf::WorkflowSpec>();
    if (spec == nullptr || containers_of(source, false).empty()) return;
    if (&source == spec->template_defaults()) return;
    const ir::Value* selector = spot_selector(source);
    if (selector == nullptr && source.field("nodeSelector") == nullptr) {
        selector = spot_selector(*spec);
    }
    if (selector == nullptr) return;
    const auto* defaults = spec->template_defaults();
    const bool is_repeated = repeats_errors(source.retry_strategy()) ||
                             repeats_errors(spec->retry_strategy()) ||
                             (defaults != nullptr && repeats_errors(defaults->retry_strategy()));
    if (is_repeated) return;
    Finding finding = context.report(kNotRetried, selector->span);
    const bool has_other = source.retry_strategy() != nullptr || spec->retry_strategy() != nullptr;
    finding.note(has_other ? "a pod whose node goes away is an error, which `OnFailure`, the "
                             "default, does not repeat"
                           : "a pod whose node goes away ends with an error");
    finding.help("add `retryStrategy: {limit: 3, retryPolicy: Always}`");
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "steps on spot nodes that are not tried again",
                 .doc = R"md(
Spot and preemptible nodes are cheap because they are taken away at any time. The pods on them then
end with an error, `pod deleted`. Only a `retryStrategy` with `retryPolicy: Always`, `OnError` or
`OnTransientError`, or with an expression, tries them again; `OnFailure`, the default, does not.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  templates:
  - name: main
    nodeSelector: {eks.amazonaws.com/capacityType: SPOT}
    container: {image: 'alpine:3.20', command: [make]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  templates:
  - name: main
    nodeSelector: {eks.amazonaws.com/capacityType: SPOT}
    retryStrategy: {limit: 3, retryPolicy: Always, backoff: {duration: 10s}}
    container: {image: 'alpine:3.20', command: [make]}
```
)md",
                 .checks = {on<check_template>()}};

} // namespace tiphys::rules::retry_on_spot_missing
