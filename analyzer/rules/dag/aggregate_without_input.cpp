// Tasks that gather the results of a loop, and get none of them.
#include <algorithm>
#include <array>

#include "analyzer/context.h"
#include "analyzer/facts.h"

namespace tiphys::rules::aggregate_without_input {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view> kNothing{
    "`{}` follows the loop of `{}` and gets nothing of what that leaves"};

constexpr std::array<std::string_view, 9> kWords{
    "aggregat", "collect", "merge", "reduce", "gather", "combine", "summar", "evaluate", "report"};

bool sounds_like_gathering(const front::FlowNode& node) {
    const std::string_view callee = node.callee.target == nullptr
                                        ? ir::text_of(node.call.name)
                                        : ir::text_of(node.callee.target->name());
    return std::any_of(kWords.begin(), kWords.end(), [&](std::string_view word) {
        return node.name_text().find(word) != std::string_view::npos ||
               callee.find(word) != std::string_view::npos;
    });
}

/// The loops that a node directly follows.
std::vector<const front::FlowNode*> loops_before(const front::FlowTemplate& caller,
                                                 const front::FlowNode& node, Context& context) {
    std::vector<const front::FlowNode*> loops;
    if (node.is_task) {
        for (const front::Dependency& dependency :
             context.facts().dag(caller).dependencies_of(node))
            if (dependency.node != nullptr && dependency.node->is_loop())
                loops.push_back(dependency.node);
        return loops;
    }
    for (const front::FlowNode& other : caller.nodes) {
        if (other.group + 1 == node.group && other.is_loop()) loops.push_back(&other);
    }
    return loops;
}

/// Volumes, and places that the names of both lead to, pass things as well.
bool gets_something(const front::Flow& flow, const front::FlowNode& node) {
    if (node.call.arguments != nullptr || node.call.inline_template != nullptr) return true;
    if (!flow.spec().volumes().size() && !flow.spec().volume_claim_templates().size()) {
        const wf::Template* callee = node.callee.target;
        return callee != nullptr && callee->inputs() != nullptr;
    }
    return true;
}

void check(const ir::Document& document, Context& context) {
    for (const front::Flow* flow : context.facts().flows(document)) {
        for (const auto& caller : flow->templates()) {
            for (const front::FlowNode& node : caller->nodes) {
                if (node.name == nullptr || !sounds_like_gathering(node)) continue;
                if (gets_something(*flow, node)) continue;
                for (const front::FlowNode* loop : loops_before(*caller, node, context)) {
                    context.report(kNothing, node.name->span, node.name_text(), loop->name_text())
                        .related(loop->object->key_span_of("name"), "the loop")
                        .help("pass `{{" + std::string(node.is_task ? "tasks." : "steps.") +
                              std::string(loop->name_text()) +
                              ".outputs.result}}` or its output parameters as an argument");
                }
            }
        }
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kInfo,
                 .since = "0.1",
                 .summary = "tasks that gather the results of a loop and get none",
                 .doc = R"md(
A step or task called `aggregate`, `merge` or the like that follows a loop is there for its results.
Without arguments, inputs or volumes it can read none of them.

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
      - {name: each, template: work, withItems: [a, b]}
      - {name: aggregate, template: work, depends: each}
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
      - {name: each, template: work, withItems: [a, b]}
      - name: aggregate
        template: sum
        depends: each
        arguments: {parameters: [{name: all, value: '{{tasks.each.outputs.result}}'}]}
  - name: sum
    inputs: {parameters: [{name: all}]}
    container: {image: 'alpine:3.20', command: [echo, '{{inputs.parameters.all}}']}
  - name: work
    container: {image: 'alpine:3.20', command: [make]}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::aggregate_without_input
