// Policies that a trigger does not look at, or that make it fail.
#include <algorithm>
#include <array>

#include "analyzer/events.h"

namespace tiphys::rules::ineffective_policy {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view> kIgnored{
    "a trigger of kind `{}` ignores `{}`"};
constexpr Message<std::string_view> kFails{"`{}` with a policy always counts as failed"};
constexpr Message<std::string_view> kKind{"triggers of kind `{}` have no policy"};

constexpr std::array<std::string_view, 2> kByLabels{"k8s", "argoWorkflow"};
constexpr std::array<std::string_view, 3> kByStatus{"http", "awsLambda", "openWhisk"};

template <class Names>
bool holds(const Names& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

void check_labels(const events::Trigger& trigger, const TriggerKind& kind, Context& context) {
    const std::string_view operation = text_at(kind.settings, {"operation"});
    const Span span = trigger.policy()->key_span_of("k8s");
    if (kind.name == "argoWorkflow" && (operation.empty() || operation == "submit")) {
        // Argo: Execute in argo-workflow.go hands on a struct where ApplyPolicy wants a pointer.
        context.report(kFails, span, "submit")
            .help("create the workflow with a `k8s` trigger, whose policy works");
    } else if (kind.name == "k8s" && operation == "delete") {
        context.report(kFails, span, "delete").help("leave the policy out");
    }
}

void check(const events::Trigger& trigger, Context& context) {
    if (trigger.policy() == nullptr || trigger.template_() == nullptr) return;
    const TriggerKind kind = kind_of(*trigger.template_());
    // A custom server judges by itself.
    if (kind.settings == nullptr || kind.name == "custom") return;
    const bool by_labels = holds(kByLabels, kind.name);
    const bool by_status = holds(kByStatus, kind.name);
    if (!by_labels && !by_status) {
        context.report(kKind, trigger.key_span_of("policy"), kind.name)
            .severity(Severity::kWarning)
            .help("leave `policy` out; only whether the call went through is looked at");
        return;
    }
    const std::string_view other = by_labels ? "status" : "k8s";
    if (trigger.policy()->field(other) != nullptr) {
        context.report(kIgnored, trigger.policy()->key_span_of(other), kind.name, other)
            .severity(Severity::kWarning)
            .help(by_labels ? "use `k8s` with the labels that mean success"
                            : "use `status` with the codes that mean success");
    }
    if (by_labels && value_at(trigger.policy(), {"k8s", "labels"}) != nullptr) {
        check_labels(trigger, kind, context);
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "policies that a trigger ignores, or that make it fail",
                 .doc = R"md(
`policy.k8s` is for triggers that make a Kubernetes object, `policy.status` for calls over HTTP; the
other one is ignored, and the remaining kinds of trigger have none. On `argoWorkflow` with `submit`,
and on `k8s` with `delete`, a policy cannot be applied: the trigger always counts as failed.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: on-push}
spec:
  template: {serviceAccountName: build}
  dependencies: [{name: push, eventSourceName: github, eventName: push}]
  triggers:
  - template:
      name: build
      argoWorkflow:
        operation: submit
        source:
          resource:
            apiVersion: argoproj.io/v1alpha1
            kind: Workflow
            metadata: {generateName: build-}
            spec: {workflowTemplateRef: {name: build}}
    policy: {k8s: {labels: {workflows.argoproj.io/phase: Succeeded}, backoff: {steps: 5, duration: 10s}}}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: on-push}
spec:
  template: {serviceAccountName: build}
  dependencies: [{name: push, eventSourceName: github, eventName: push}]
  triggers:
  - template:
      name: build
      k8s:
        operation: create
        source:
          resource:
            apiVersion: argoproj.io/v1alpha1
            kind: Workflow
            metadata: {generateName: build-}
            spec: {workflowTemplateRef: {name: build}}
    policy: {k8s: {labels: {workflows.argoproj.io/phase: Succeeded}, backoff: {steps: 5, duration: 10s}}}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::ineffective_policy
