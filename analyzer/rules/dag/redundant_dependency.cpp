// Dependencies that others imply.
#include "analyzer/dags.h"

namespace tiphys::rules::redundant_dependency {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view, std::string_view> kImplied{
    "task `{}` waits for `{}` already through `{}`"};

void check_task(const front::DagGraph& graph, const front::FlowNode& task, Context& context) {
    // A condition over results says more than an order.
    if (task.depends != nullptr) return;
    const auto& dependencies = graph.dependencies_of(task);
    for (const front::Dependency& dependency : dependencies) {
        for (const front::Dependency& other : dependencies) {
            if (dependency.node == nullptr || other.node == nullptr) continue;
            if (dependency.node == other.node || dependency.node == &task) continue;
            if (!graph.is_ancestor(*dependency.node, *other.node)) continue;
            // In a cycle everything is implied by everything.
            if (graph.is_ancestor(*other.node, *dependency.node)) continue;
            context
                .report(kImplied, dependency.scalar->span, task.name_text(), dependency.task,
                        other.task)
                .related(other.scalar->span, "this one waits for it");
            break;
        }
    }
}

void check(const ir::Document& document, Context& context) {
    each_dag(document, context, [&](const front::FlowTemplate& dag, const front::DagGraph& graph) {
        for (const front::FlowNode& task : dag.nodes)
            check_task(graph, task, context);
    });
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kInfo,
                 .since = "0.1",
                 .summary = "dependencies that others imply",
                 .doc = R"md(
A task that waits for `b`, which waits for `a`, need not name `a`. The shorter list shows the order
as it is.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-}
spec:
  entrypoint: main
  templates:
  - name: main
    dag:
      tasks:
      - {name: a, template: work}
      - {name: b, template: work, dependencies: [a]}
      - {name: c, template: work, dependencies: [a, b]}
  - name: work
    container: {image: 'alpine:3.20', command: [make]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-}
spec:
  entrypoint: main
  templates:
  - name: main
    dag:
      tasks:
      - {name: a, template: work}
      - {name: b, template: work, dependencies: [a]}
      - {name: c, template: work, dependencies: [b]}
  - name: work
    container: {image: 'alpine:3.20', command: [make]}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::redundant_dependency
