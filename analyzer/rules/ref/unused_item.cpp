// A loop whose nodes do not look at their element: all of them do the same.
#include <unordered_set>

#include "analyzer/context.h"
#include "analyzer/facts.h"

namespace tiphys::rules::unused_item {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view> kSame{
    "every node of the loop of {} `{}` does the same: nothing reads `item`"};

using Nodes = std::unordered_set<const front::FlowNode*>;

/// All steps and tasks around a site may have the loop that it speaks of.
void add_around(front::Site site, Nodes& readers) {
    while (true) {
        if (site.node != nullptr) readers.insert(site.node);
        if (site.inside == nullptr) return;
        site.node = site.inside->outer_node;
        site.inside = site.inside->outer;
    }
}

Nodes readers_of_item(const front::Uses& uses) {
    Nodes readers;
    for (const front::TagUse& use : uses.tags) {
        if (use.name().find("item") != std::string_view::npos) add_around(use.text.site, readers);
    }
    for (const front::TextUse& use : uses.expressions) {
        if (use.scalar->text.find("item") != std::string_view::npos) {
            add_around(use.site, readers);
        }
    }
    return readers;
}

/// What the loop goes over.
Span loop_span(const front::FlowNode& node) {
    for (const std::string_view field : {"withItems", "withParam", "withSequence"}) {
        if (node.object->entry(field) != nullptr) return node.object->key_span_of(field);
    }
    return node.object->span;
}

void check(const ir::Document& document, Context& context) {
    for (const front::Flow* flow : context.facts().flows(document)) {
        const Nodes readers = readers_of_item(context.facts().uses(*flow));
        for (const auto& caller : flow->templates()) {
            for (const front::FlowNode& node : caller->nodes) {
                if (!node.is_loop() || readers.count(&node) > 0) continue;
                // One element is no repetition.
                if (node.with_items != nullptr && node.with_items->items.size() < 2) continue;
                context
                    .report(kSame, loop_span(node), node.is_task ? "task" : "step",
                            node.name_text())
                    .help("pass `{{item}}` as an argument, so that each node has its own part of "
                          "the work");
            }
        }
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kInfo,
                 .since = "0.1",
                 .summary = "loops whose nodes do not look at their element",
                 .doc = R"md(
Each node of a loop gets its element as `{{item}}`. Where nothing in the step or task mentions it,
all nodes run the same command on the same input: usually an argument was forgotten.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-}
spec:
  entrypoint: main
  templates:
  - name: main
    steps:
    - - {name: each, template: work, withSequence: {count: '100'}}
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
    steps:
    - - name: each
        template: work
        withSequence: {count: '100'}
        arguments: {parameters: [{name: x, value: '{{item}}'}]}
  - name: work
    inputs: {parameters: [{name: x, default: ''}]}
    container: {image: 'alpine:3.20', command: [echo, '{{inputs.parameters.x}}']}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::unused_item
