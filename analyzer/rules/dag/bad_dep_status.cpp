// A result in `depends` that tasks do not have.
#include <algorithm>

#include "analyzer/dags.h"
#include "analyzer/suggest.h"

namespace tiphys::rules::bad_dep_status {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kUnknown{"`{}` is not a result that a task can have"};
constexpr Message<std::string_view, std::string_view> kNoLoop{
    "`{}` asks for the items of task `{}`, which has no loop"};

bool is_about_items(std::string_view result) {
    return result == "AnySucceeded" || result == "AllFailed";
}

void check_dependency(const front::Dependency& dependency, Context& context) {
    if (dependency.result.empty() || dependency.node == nullptr) return;
    const std::string_view result = dependency.result;
    const std::size_t begin = dependency.result_begin;
    const Span span = context.span_in(*dependency.scalar, begin, begin + result.size());
    const auto& known = front::kTaskResults;
    if (std::find(known.begin(), known.end(), result) == known.end()) {
        suggest(context.report(kUnknown, span, result), span, result, known, "the results are");
        return;
    }
    const front::FlowNode& node = *dependency.node;
    if (!is_about_items(result) || node.is_loop()) return;
    const std::string_view plain = result == "AllFailed" ? "Failed" : "Succeeded";
    context.report(kNoLoop, span, result, node.name_text())
        .related(node.name->span, "has no `withItems`, `withParam` or `withSequence`")
        .help("ask for `" + std::string(plain) + "`")
        .safe_fix("write `" + std::string(plain) + "`", {{span, std::string(plain)}});
}

void check(const ir::Document& document, Context& context) {
    each_dag(document, context, [&](const front::FlowTemplate& dag, const front::DagGraph& graph) {
        for (const front::FlowNode& task : dag.nodes) {
            for (const front::Dependency& dependency : graph.dependencies_of(task))
                check_dependency(dependency, context);
        }
    });
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "results in `depends` that a task cannot have",
                 .doc = R"md(
After a task's name, `depends` can ask for one result: `Succeeded`, `Failed`, `Errored`,
`Skipped`, `Omitted` or `Daemoned`, and, for a task with a loop, `AnySucceeded` or `AllFailed`.
Argo rejects any other word, and the two for loops on a task without one.

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
      - {name: test, template: work}
      - {name: report, template: work, depends: test.Failure}
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
      - {name: test, template: work}
      - {name: report, template: work, depends: test.Failed}
  - name: work
    container: {image: 'alpine:3.20', command: [make]}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::bad_dep_status
