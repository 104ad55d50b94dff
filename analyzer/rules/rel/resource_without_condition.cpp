// Objects that go on working when the step that made them has succeeded.
// Argo: workflow/executor/resource.go WaitResource.
#include <algorithm>
#include <array>

#include "analyzer/context.h"
#include "analyzer/embedded.h"

namespace tiphys::rules::resource_without_condition {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kUnwatched{"the step is done as soon as the {} exists"};

/// Kinds that work and then end.
constexpr std::array<std::string_view, 12> kWorkers{
    "Job",   "Pod",    "Workflow",   "SparkApplication", "RayJob",      "PyTorchJob",
    "TFJob", "MPIJob", "XGBoostJob", "TaskRun",          "PipelineRun", "DaskJob"};

bool is_given(const ir::Scalar* scalar) {
    return scalar != nullptr && !scalar->text.empty();
}

void check(const wf::ResourceTemplate& resource, Context& context) {
    const std::string_view action = ir::text_of(resource.action());
    const ir::Scalar* manifest = resource.manifest();
    if (manifest == nullptr || (action != "create" && action != "apply")) return;
    if (is_given(resource.success_condition()) || is_given(resource.failure_condition())) return;
    const EmbeddedYaml yaml(*manifest, context);
    for (const doc::Tree& tree : yaml.documents()) {
        if (tree.root == doc::NodeId::kNone || !tree.is_complete) continue;
        if (tree.node(tree.root).kind != doc::NodeKind::kMapping) continue;
        const doc::NodeId kind = child_of(tree, tree.root, "kind");
        if (kind == doc::NodeId::kNone) continue;
        const std::string_view name = tree.node(kind).text;
        if (std::find(kWorkers.begin(), kWorkers.end(), name) == kWorkers.end()) continue;
        context.report(kUnwatched, yaml.place(tree.span_of(kind)), name)
            .help("add `successCondition` and `failureCondition`, which read its status, to wait "
                  "for the outcome");
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kInfo,
                 .since = "0.1",
                 .summary = "steps that do not wait for the job that they create",
                 .doc = R"md(
A `resource` template without `successCondition` and `failureCondition` has succeeded once the object is
there. For a Job, a Workflow and the like the work begins then: what follows in the workflow runs
beside it, and its failure goes unseen.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  templates:
  - name: main
    resource:
      action: create
      manifest: |
        apiVersion: batch/v1
        kind: Job
        metadata: {generateName: load-}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  templates:
  - name: main
    resource:
      action: create
      successCondition: status.succeeded > 0
      failureCondition: status.failed > 3
      manifest: |
        apiVersion: batch/v1
        kind: Job
        metadata: {generateName: load-}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::resource_without_condition
