// Quotas on requests in namespaces where Argo's own containers get none.
// Kubernetes: pkg/quota/v1/evaluator/core/pods.go Constraints.
#include <algorithm>
#include <array>

#include "analyzer/context.h"
#include "analyzer/events.h"

namespace tiphys::rules::quota_without_limit_range {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kRefused{
    "the quota asks each container for `{}`, and nothing gives one to Argo's own"};

constexpr std::array<std::string_view, 6> kCompute{
    "requests.cpu", "requests.memory", "limits.cpu", "limits.memory", "cpu", "memory"};

bool is_same_namespace(const ir::Document& a, const ir::Document& b) {
    return a.namespace_name.empty() || b.namespace_name.empty() ||
           a.namespace_name == b.namespace_name;
}

/// A LimitRange for containers with defaults; one for pods has none that count.
bool gives_defaults(const ir::Document& range) {
    const ir::List* limits = ir::list_as(value_at(range.root, {"spec", "limits"}));
    if (limits == nullptr) return false;
    return std::any_of(limits->items.begin(), limits->items.end(), [](const ir::Value* limit) {
        return text_at(limit, {"type"}) == "Container" &&
               (value_at(limit, {"default"}) != nullptr ||
                value_at(limit, {"defaultRequest"}) != nullptr);
    });
}

/// Argo's containers get resources from `executor` in the controller's configuration.
bool has_controller_settings(const ir::Project& project) {
    const auto maps = project.all("ConfigMap");
    return std::any_of(maps.begin(), maps.end(), [](const ir::Document* map) {
        const bool is_config = map->name == "workflow-controller-configmap";
        return is_config && (value_at(map->root, {"data", "executor"}) != nullptr ||
                             value_at(map->root, {"data", "config"}) != nullptr);
    });
}

bool has_workflows(const ir::Document& quota, const ir::Project& project) {
    for (const std::string_view kind : {"Workflow", "WorkflowTemplate", "CronWorkflow"}) {
        for (const ir::Document* workflow : project.all(kind)) {
            if (is_same_namespace(quota, *workflow)) return true;
        }
    }
    return false;
}

void check(const ir::Document& document, Context& context) {
    if (document.kind != "ResourceQuota") return;
    const ir::Map* hard = ir::map_as(value_at(document.root, {"spec", "hard"}));
    if (hard == nullptr || !has_workflows(document, context.project())) return;
    for (const ir::Document* range : context.project().all("LimitRange")) {
        if (is_same_namespace(document, *range) && gives_defaults(*range)) return;
    }
    if (has_controller_settings(context.project())) return;
    for (const ir::Entry& entry : hard->entries) {
        if (std::find(kCompute.begin(), kCompute.end(), entry.key) == kCompute.end()) continue;
        context.report(kRefused, ir::key_span(*hard, entry), entry.key)
            .note("Kubernetes refuses pods with a container that lacks what the quota counts; "
                  "Argo's `init` and `wait` have no resources by themselves")
            .help("add a LimitRange with `type: Container` and `defaultRequest`, or give the "
                  "controller's `executor` resources");
        return;
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kInfo,
                 .since = "0.1",
                 .summary = "quotas on requests that Argo's own containers do not meet",
                 .doc = R"md(
Where a ResourceQuota counts requests or limits, Kubernetes refuses every pod with a container that
does not state them. Argo adds the containers `init` and `wait` to each pod, without resources unless
the controller's `executor` setting has some. A LimitRange for containers gives them defaults.

```yaml bad
apiVersion: v1
kind: ResourceQuota
metadata: {name: quota, namespace: batch}
spec: {hard: {pods: '100', requests.cpu: '50'}}
---
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: load-, namespace: batch}
spec:
  entrypoint: main
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [make]}
```

```yaml good
apiVersion: v1
kind: ResourceQuota
metadata: {name: quota, namespace: batch}
spec: {hard: {pods: '100', requests.cpu: '50'}}
---
apiVersion: v1
kind: LimitRange
metadata: {name: defaults, namespace: batch}
spec:
  limits:
  - {type: Container, defaultRequest: {cpu: 100m, memory: 128Mi}}
---
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: load-, namespace: batch}
spec:
  entrypoint: main
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [make]}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::quota_without_limit_range
