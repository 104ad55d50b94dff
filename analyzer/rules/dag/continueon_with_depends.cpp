// `continueOn` in a DAG that uses `depends`.
#include "analyzer/context.h"

namespace tiphys::rules::continueon_with_depends {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kIgnored{
    "task `{}` has `continueOn` in a DAG that uses `depends`"};

void check(const wf::DAGTemplate& dag, Context& context) {
    const wf::DAGTask* with_depends = nullptr;
    for (const wf::DAGTask* task : dag.tasks()) {
        const bool uses_it = task->depends() != nullptr && !task->depends()->text.empty();
        if (uses_it && with_depends == nullptr) with_depends = task;
    }
    if (with_depends == nullptr) return;
    for (const wf::DAGTask* task : dag.tasks()) {
        const ir::Entry* entry = task->entry("continueOn");
        if (entry == nullptr || ir::is_null(*entry->value)) continue;
        const std::string name(ir::text_of(task->name()));
        context.report(kIgnored, ir::key_span(*task, *entry), name)
            .related(with_depends->key_span_of("depends"), "`depends` is used here")
            .help("say it where `" + name + "` is waited for: `" + name + ".Succeeded || " + name +
                  ".Failed`");
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "`continueOn` in a DAG that uses `depends`",
                 .doc = R"md(
`depends` says for which results of a task another one starts, so `continueOn` has nothing to
say there: Argo rejects a DAG in which one task uses `depends` and any task has `continueOn`.

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
      - {name: lint, template: work, continueOn: {failed: true}}
      - {name: test, template: work, depends: lint}
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
      - {name: lint, template: work}
      - {name: test, template: work, depends: lint.Succeeded || lint.Failed}
  - name: work
    container: {image: 'alpine:3.20', command: [make]}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::continueon_with_depends
