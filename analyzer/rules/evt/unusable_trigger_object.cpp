// Objects that a trigger cannot create, or of which it takes only a part.
#include <algorithm>
#include <array>

#include "analyzer/events.h"
#include "analyzer/rbac.h"
#include "compiler/front/resolve.h"

namespace tiphys::rules::unusable_trigger_object {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kSubmitFrom{"`submit-from` cannot start a {}"};
constexpr Message<> kIgnored{
    "`submit-from` ignores what the object says but for its kind and name"};
constexpr Message<std::string_view> kOnlyWorkflows{"`submit` is for Workflows, not for a {}"};
constexpr Message<std::string_view> kClusterWide{
    "a trigger cannot create a {}: it has no namespace"};
constexpr Message<> kLiveObject{"`liveObject` counts for the operation `update` only"};

/// Argo: clusterResources in pkg/sensors/triggers/standard-k8s/standard-k8s.go knows five kinds.
constexpr std::array<std::string_view, 8> kUnknownClusterKinds{"ClusterWorkflowTemplate",
                                                               "StorageClass",
                                                               "PriorityClass",
                                                               "CustomResourceDefinition",
                                                               "IngressClass",
                                                               "RuntimeClass",
                                                               "APIService",
                                                               "ValidatingWebhookConfiguration"};

void check_submit_from(const TriggerKind& kind, const ir::Value& object, Context& context) {
    const ir::Scalar* what = ir::scalar_as(value_at(&object, {"kind"}));
    if (what == nullptr) return;
    const bool is_known = what->text == "WorkflowTemplate" || what->text == "CronWorkflow";
    if (!is_known) {
        context.report(kSubmitFrom, what->span, what->text)
            .help(
                what->text == "ClusterWorkflowTemplate"
                    ? "submit a Workflow with `workflowTemplateRef` and `clusterScope: true`"
                    : "it takes a WorkflowTemplate or a CronWorkflow; use `submit` for a Workflow");
        return;
    }
    const ir::List* parameters = ir::list_as(kind.settings->field("parameters"));
    if (parameters == nullptr || parameters->items.empty()) return;
    for (const ir::Value* item : parameters->items) {
        const ir::Scalar* dest = ir::scalar_as(value_at(item, {"dest"}));
        if (dest == nullptr || dest->text.starts_with("metadata")) continue;
        context.report(kIgnored, dest->span)
            .help("pass arguments with `args: [-p, name=value]`, or `submit` a Workflow with "
                  "`workflowTemplateRef`");
        return;
    }
}

void check(const events::TriggerTemplate& body, Context& context) {
    const TriggerKind kind = kind_of(body);
    if (kind.name == "k8s" && front::is_true(ir::scalar_as(kind.settings->field("liveObject"))) &&
        text_at(kind.settings, {"operation"}) != "update") {
        context.report(kLiveObject, kind.settings->key_span_of("liveObject"))
            .severity(Severity::kWarning)
            .help("write `operation: update`, or leave it out");
    }
    const ir::Value* object = embedded_object(body);
    if (object == nullptr) return;
    const std::string_view operation = text_at(kind.settings, {"operation"});
    const ir::Scalar* what = ir::scalar_as(value_at(object, {"kind"}));
    if (what == nullptr) return;
    if (kind.name == "argoWorkflow" && operation == "submit-from") {
        check_submit_from(kind, *object, context);
    } else if (kind.name == "argoWorkflow" && operation == "submit") {
        if (what->text == "Workflow") return;
        context.report(kOnlyWorkflows, what->span, what->text)
            .help("make it a Workflow, or use `submit-from`");
    } else if (kind.name == "k8s") {
        const bool is_cluster_wide =
            std::find(kUnknownClusterKinds.begin(), kUnknownClusterKinds.end(), what->text) !=
            kUnknownClusterKinds.end();
        if (!is_cluster_wide) return;
        context.report(kClusterWide, what->span, what->text)
            .note("Argo Events adds the sensor's namespace to every kind but five, and the cluster "
                  "then does not find the resource")
            .help("create it by a workflow's `resource` template");
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "objects that a trigger cannot use",
                 .doc = R"md(
`submit-from` starts WorkflowTemplates and CronWorkflows by their names and looks at nothing else:
parameters that write into the object have no effect. `submit` takes Workflows. A `k8s` trigger gives
its object a namespace, which kinds without one, such as ClusterWorkflowTemplate, cannot have.

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
        operation: submit-from
        source:
          resource:
            apiVersion: argoproj.io/v1alpha1
            kind: ClusterWorkflowTemplate
            metadata: {name: build}
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
      argoWorkflow:
        operation: submit
        source:
          resource:
            apiVersion: argoproj.io/v1alpha1
            kind: Workflow
            metadata: {generateName: build-}
            spec: {workflowTemplateRef: {name: build, clusterScope: true}}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::unusable_trigger_object
