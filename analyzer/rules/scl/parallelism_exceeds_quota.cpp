// Workflows that may run more pods than the quota of their namespace.
#include "analyzer/context.h"
#include "analyzer/facts.h"
#include "analyzer/number_text.h"
#include "compiler/expr/quantity.h"

namespace tiphys::rules::parallelism_exceeds_quota {
namespace {
using namespace analyze;

constexpr Message<std::int64_t, std::string_view, std::string_view> kExceeds{
    "{} pods at once, and the quota `{}` allows {}"};

/// A text of a foreign object.
const ir::Scalar* scalar_at(const ir::Value* root, std::initializer_list<std::string_view> path) {
    for (const std::string_view key : path) {
        const ir::Map* map = ir::map_as(root);
        const ir::Object* object = ir::any_object_as(root);
        root = map != nullptr ? map->find(key) : object != nullptr ? object->field(key) : nullptr;
    }
    return ir::scalar_as(root);
}

void check_flow(const front::Flow& flow, std::span<const ir::Document* const> quotas,
                Context& context) {
    const ir::Scalar* parallelism = flow.spec().parallelism();
    const std::string_view namespace_name = front::namespace_of(flow.place());
    if (parallelism == nullptr || namespace_name.empty()) return;
    const WorkflowBounds bounds = context.facts().bounds(flow).workflow();
    for (const ir::Document* quota : quotas) {
        if (quota->namespace_name != namespace_name) continue;
        const ir::Scalar* pods = scalar_at(quota->root, {"spec", "hard", "pods"});
        const auto most = pods == nullptr ? std::nullopt : expr::parse_quantity(pods->text);
        if (!most.has_value() || bounds.total.most_at_once <= expr::scaled_value(*most, 0)) {
            continue;
        }
        context
            .report(kExceeds, parallelism->span, bounds.total.most_at_once, quota->name, pods->text)
            .related(pods->span, "the quota")
            .help("set a `parallelism` below the quota, with room for other workflows");
    }
}

void check(const ir::Document& document, Context& context) {
    if (!context.project().defines_any("ResourceQuota")) return;
    const auto quotas = context.project().all("ResourceQuota");
    for (const front::Flow* flow : context.facts().flows(document))
        check_flow(*flow, quotas, context);
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "more pods at once than the quota of the namespace allows",
                 .doc = R"md(
A ResourceQuota among the files limits the pods of the namespace. A workflow whose `parallelism` lets
more of them run at once makes pods that Kubernetes refuses; Argo tries again and again.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: load-, namespace: batch}
spec:
  entrypoint: main
  parallelism: 200
  templates:
  - name: main
    steps:
    - - {name: each, template: work, withSequence: {count: '900'}, arguments: {parameters: [{name: x, value: '{{item}}'}]}}
  - name: work
    inputs: {parameters: [{name: x}]}
    container: {image: 'alpine:3.20', command: [work, '{{inputs.parameters.x}}']}
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: quota, namespace: batch}
spec: {hard: {pods: '100', requests.cpu: '50'}}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: load-, namespace: batch}
spec:
  entrypoint: main
  parallelism: 50
  templates:
  - name: main
    steps:
    - - {name: each, template: work, withSequence: {count: '900'}, arguments: {parameters: [{name: x, value: '{{item}}'}]}}
  - name: work
    inputs: {parameters: [{name: x}]}
    container: {image: 'alpine:3.20', command: [work, '{{inputs.parameters.x}}']}
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: quota, namespace: batch}
spec: {hard: {pods: '100', requests.cpu: '50'}}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::parallelism_exceeds_quota
