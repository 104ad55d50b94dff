// A dependency on a task that the DAG does not have.
#include <algorithm>

#include "analyzer/dags.h"
#include "analyzer/damage.h"
#include "analyzer/suggest.h"
#include "compiler/expr/tags.h"

namespace tiphys::rules::unknown_dependency {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kNoTask{"there is no task `{}` in this DAG"};
constexpr Message<std::string_view> kNoContainer{"there is no container `{}` in this set"};

constexpr Message<std::string_view> kDynamic{"`{}` has no value where tasks are named"};

bool is_word_operator(std::string_view word) {
    return word == "and" || word == "or" || word == "not";
}

void report(const front::FlowTemplate& dag, std::string_view name, Span span, Context& context) {
    if (is_in_damage(context, name, span)) return;
    Finding finding = context.report(kNoTask, span, name);
    if (is_word_operator(name)) {
        // Argo: the regular expression of ancestry.go takes every word for a task.
        finding.help("`depends` has the operators `&&`, `||` and `!`; words are names of tasks");
        return;
    }
    suggest(finding, span, name, dag.node_names(), "tasks here are");
}

/// Argo: validateDAG sees the template after its parameters were filled in; names of tasks that
/// other tags give are not known then.
void check_tags(const ir::Scalar* text, Context& context) {
    if (text == nullptr || !front::has_tag(text->text)) return;
    for (const expr::Tag& tag : expr::scan_tags(text->text).tags) {
        const std::string_view inner =
            text->text.substr(tag.name.begin, tag.name.end - tag.name.begin);
        if (tag.is_expression || inner.find("parameters.") != inner.npos) continue;
        context.report(kDynamic, context.span_in(*text, tag.range.begin, tag.range.end), inner)
            .help("only `{{workflow.parameters…}}` and `{{inputs.parameters…}}` are replaced "
                  "before the order of the tasks is settled");
    }
}

void check_tasks(const front::FlowTemplate& dag, const front::DagGraph& graph, Context& context) {
    for (const front::FlowNode& task : dag.nodes) {
        check_tags(task.depends, context);
        if (task.dependencies != nullptr) {
            for (const ir::Value* name : task.dependencies->items)
                check_tags(ir::scalar_as(name), context);
        }
        for (const front::Dependency& dependency : graph.dependencies_of(task)) {
            if (dependency.node != nullptr) continue;
            const std::size_t begin = dependency.task_begin;
            report(dag, dependency.task,
                   context.span_in(*dependency.scalar, begin, begin + dependency.task.size()),
                   context);
        }
    }
}

/// `target` is a list of names between blanks.
void check_target(const front::FlowTemplate& dag, Context& context) {
    const ir::Scalar* target = dag.source->dag()->target();
    if (target == nullptr) return;
    check_tags(target, context);
    const std::string_view text = target->text;
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] == ' ') {
            ++at;
            continue;
        }
        const std::size_t end = std::min(text.find(' ', at), text.size());
        const std::string_view name = text.substr(at, end - at);
        if (front::has_tag(name)) return;
        if (dag.find_node(name) == nullptr) {
            report(dag, name, context.span_in(*target, at, end), context);
        }
        at = end;
    }
}

void check(const ir::Document& document, Context& context) {
    each_dag(document, context, [&](const front::FlowTemplate& dag, const front::DagGraph& graph) {
        check_tasks(dag, graph, context);
        if (dag.source->dag() != nullptr) check_target(dag, context);
    });
}

void check_containers(const wf::ContainerSetTemplate& set, Context& context) {
    std::vector<std::string_view> names;
    for (const wf::ContainerNode* container : set.containers())
        names.push_back(ir::text_of(container->name()));
    for (const wf::ContainerNode* container : set.containers()) {
        for (const ir::Scalar* name : container->dependencies()) {
            if (front::has_tag(name->text) ||
                std::find(names.begin(), names.end(), name->text) != names.end()) {
                continue;
            }
            const Span span = context.span_in(*name, 0, name->text.size());
            suggest(context.report(kNoContainer, span, name->text), span, name->text, names,
                    "containers here are");
        }
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "dependencies on tasks that do not exist",
                 .doc = R"md(
`depends`, `dependencies` and the `target` of a DAG name tasks of the same DAG, and the
`dependencies` of a container name containers of the same set. Argo rejects a template in which
one of them names something else.

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
      - {name: compile, template: work}
      - {name: test, template: work, depends: build.Succeeded}
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
      - {name: compile, template: work}
      - {name: test, template: work, depends: compile.Succeeded}
  - name: work
    container: {image: 'alpine:3.20', command: [make]}
```
)md",
                 .checks = {on_document(check), on<check_containers>()}};

} // namespace tiphys::rules::unknown_dependency
