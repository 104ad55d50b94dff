// A DAG in which some tasks use `depends` and others `dependencies`.
#include "analyzer/context.h"

namespace tiphys::rules::mixed_depends_dependencies {
namespace {
using namespace analyze;

constexpr Message<> kMixed{"`dependencies` in a DAG that uses `depends`"};

bool uses_depends(const wf::DAGTask& task) {
    return task.depends() != nullptr && !task.depends()->text.empty();
}

/// The task's `dependencies` as a `depends` with the same meaning.
std::string as_depends(const wf::DAGTask& task) {
    std::string text = "depends: \"";
    bool is_first = true;
    for (const ir::Scalar* name : task.dependencies()) {
        if (!is_first) text += " && ";
        is_first = false;
        text += name->text;
    }
    return text + "\"";
}

void check(const wf::DAGTemplate& dag, Context& context) {
    const wf::DAGTask* with_depends = nullptr;
    const wf::DAGTask* with_dependencies = nullptr;
    bool has_both = false;
    std::vector<TextEdit> edits;
    for (const wf::DAGTask* task : dag.tasks()) {
        const bool depends = uses_depends(*task);
        if (depends && with_depends == nullptr) with_depends = task;
        if (task->dependencies().size() == 0) continue;
        if (with_dependencies == nullptr) with_dependencies = task;
        has_both = has_both || depends;
        const Span key = task->key_span_of("dependencies");
        const Span value = task->dependencies().list()->span;
        edits.push_back({{key.file, key.begin, value.end}, as_depends(*task)});
    }
    if (with_depends == nullptr || with_dependencies == nullptr) return;
    Finding finding = context.report(kMixed, with_dependencies->key_span_of("dependencies"));
    finding.related(with_depends->key_span_of("depends"), "`depends` is used here")
        .help("use `depends` for all tasks: `dependencies: [a, b]` means `depends: \"a && b\"`");
    // Of a task that has both, nobody knows which one was meant.
    if (!has_both) finding.safe_fix("write `depends` everywhere", std::move(edits));
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "`depends` and `dependencies` in one DAG",
                 .doc = R"md(
The tasks of a DAG name what they wait for either with `depends` or with `dependencies`. Argo
rejects a DAG in which both occur, even if in different tasks.

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
      - {name: build, template: work}
      - {name: test, template: work, dependencies: [build]}
      - {name: clean, template: work, depends: test.Failed}
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
      - {name: build, template: work}
      - {name: test, template: work, depends: build}
      - {name: clean, template: work, depends: test.Failed}
  - name: work
    container: {image: 'alpine:3.20', command: [make]}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::mixed_depends_dependencies
