// DAGs and steps without anything to order.
#include "analyzer/context.h"
#include "analyzer/facts.h"

namespace tiphys::rules::single_task_dag {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view> kSingle{
    "template `{}` has a single task, so there is nothing to order: `{}`"};
constexpr Message<std::string_view> kSerial{
    "the steps of template `{}` run one after another, and none needs another's outputs"};

/// Whether any node of the template reads what another one left.
bool passes_values(const front::Flow& flow, const front::FlowTemplate& at, Context& context) {
    for (const front::TagUse& use : context.facts().uses(flow).tags) {
        if (use.text.site.inside != &at || use.text.site.node == nullptr) continue;
        if (use.name().find("steps") != std::string_view::npos) return true;
    }
    return false;
}

bool is_plain(const front::FlowNode& node) {
    const bool has_condition = node.when != nullptr || node.continue_on != nullptr;
    const bool is_quiet = node.hooks.empty() && !node.is_loop();
    return !has_condition && is_quiet;
}

void check_steps(const front::Flow& flow, const front::FlowTemplate& at, Context& context) {
    if (at.nodes.size() < 4) return;
    for (const front::FlowNode& node : at.nodes) {
        const bool is_alone = node.group == node.index;
        if (!is_alone || !is_plain(node) || node.name == nullptr) return;
    }
    if (passes_values(flow, at, context)) return;
    context.report(kSerial, at.source->key_span_of("steps"), at.name())
        .help("steps of one group, or tasks of a DAG, run at the same time");
}

void check(const ir::Document& document, Context& context) {
    for (const front::Flow* flow : context.facts().flows(document)) {
        for (const auto& each : flow->templates()) {
            if (each->kind == front::TemplateKind::kSteps) check_steps(*flow, *each, context);
            if (each->kind != front::TemplateKind::kDag || each->nodes.size() != 1) continue;
            const front::FlowNode& only = each->nodes.front();
            // Arguments, outputs and loops need the DAG around the task.
            const bool needs_dag = !is_plain(only) || only.call.arguments != nullptr ||
                                   only.call.inline_template != nullptr ||
                                   only.call.reference != nullptr ||
                                   each->source->outputs() != nullptr;
            if (needs_dag || only.name == nullptr) continue;
            context.report(kSingle, only.name->span, each->name(), only.name_text());
        }
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kInfo,
                 .since = "0.1",
                 .summary = "DAGs and steps without anything to order",
                 .doc = R"md(
A DAG with one task and no arguments does what the called template does, with one more node. Four or
more steps in groups of their own, of which none reads what an earlier one left, may have been meant
to run at the same time.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-}
spec:
  entrypoint: main
  templates:
  - name: main
    dag: {tasks: [{name: only, template: work}]}
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
      - {name: one, template: work}
      - {name: two, template: work, depends: one}
  - name: work
    container: {image: 'alpine:3.20', command: [make]}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::single_task_dag
