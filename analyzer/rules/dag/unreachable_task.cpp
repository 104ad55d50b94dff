// Tasks that the targets of a DAG leave out.
// Argo: executeDAG runs the targets and their ancestors.
#include <algorithm>

#include "analyzer/dags.h"

namespace tiphys::rules::unreachable_task {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kNever{"task `{}` never runs: no target needs it"};

std::vector<const front::FlowNode*> targets_of(const front::FlowTemplate& dag,
                                               std::string_view text) {
    std::vector<const front::FlowNode*> targets;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find(' ', at), text.size());
        const front::FlowNode* target = dag.find_node(text.substr(at, end - at));
        if (target != nullptr) targets.push_back(target);
        at = end + 1;
    }
    return targets;
}

void check_dag(const front::FlowTemplate& dag, const front::DagGraph& graph,
               const ir::Scalar& target, Context& context) {
    if (front::has_tag(target.text)) return;
    const std::vector<const front::FlowNode*> targets = targets_of(dag, target.text);
    // An unknown name is another rule's finding.
    if (targets.empty()) return;
    for (const front::FlowNode& task : dag.nodes) {
        const bool is_needed =
            std::any_of(targets.begin(), targets.end(), [&](const front::FlowNode* wanted) {
                return wanted == &task || graph.is_ancestor(task, *wanted);
            });
        if (is_needed || task.name == nullptr) continue;
        context.report(kNever, task.name->span, task.name_text())
            .related(target.span, "only these and what they wait for run")
            .help("add it to `target`, or take it out");
    }
}

void check(const ir::Document& document, Context& context) {
    each_dag(document, context, [&](const front::FlowTemplate& dag, const front::DagGraph& graph) {
        const wf::DAGTemplate* source = dag.source->dag();
        if (source != nullptr && source->target() != nullptr) {
            check_dag(dag, graph, *source->target(), context);
        }
    });
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "tasks that the targets of a DAG leave out",
                 .doc = R"md(
With `target`, a DAG runs the named tasks and those that they wait for, and no others. Where the
target is written out, tasks outside of it never run.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-}
spec:
  entrypoint: main
  templates:
  - name: main
    dag:
      target: test
      tasks:
      - {name: build, template: work}
      - {name: test, template: work, depends: build}
      - {name: push, template: work, depends: test}
  - name: work
    inputs: {parameters: [{name: x, default: ''}]}
    container: {image: 'alpine:3.20', command: [echo, '{{inputs.parameters.x}}']}
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
      target: push
      tasks:
      - {name: build, template: work}
      - {name: test, template: work, depends: build}
      - {name: push, template: work, depends: test}
  - name: work
    inputs: {parameters: [{name: x, default: ''}]}
    container: {image: 'alpine:3.20', command: [echo, '{{inputs.parameters.x}}']}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::unreachable_task
