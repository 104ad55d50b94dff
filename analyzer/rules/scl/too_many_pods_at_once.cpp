// Loops of a known length, all of whose pods start at once.
#include <algorithm>

#include "analyzer/call_graph.h"
#include "analyzer/context.h"
#include "analyzer/edits.h"
#include "analyzer/facts.h"
#include "analyzer/number_text.h"

namespace tiphys::rules::too_many_pods_at_once {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view> kAtOnce{
    "`{}` starts {} pods at the same time"};

/// The known loop that makes most pods at once below a template.
struct WidestLoop {
    const front::FlowTemplate* caller = nullptr;
    const CallBounds* call = nullptr;
    std::int64_t each = 1;
    std::int64_t at_once = 0;
};

WidestLoop widest_loop(const front::FlowTemplate& root, Bounds& bounds) {
    WidestLoop widest;
    std::vector<const front::FlowTemplate*> open{&root};
    std::unordered_set<const front::FlowTemplate*> seen{&root};
    for (std::size_t i = 0; i < open.size(); ++i) {
        for (const CallBounds& call : bounds.of(*open[i]).calls) {
            if (call.callee != nullptr && seen.insert(call.callee).second) {
                open.push_back(call.callee);
            }
            if (!call.node->is_loop() || call.count.most == kUnbounded) continue;
            const std::int64_t each =
                call.callee == nullptr ? 1 : bounds.of(*call.callee).most_at_once;
            if (each == kUnbounded) continue;
            const std::int64_t at_once = bounded_product(call.at_once, each);
            if (at_once > widest.at_once) widest = {open[i], &call, each, at_once};
        }
    }
    return widest;
}

void check_root(const front::FlowTemplate& root, Bounds& bounds, Context& context) {
    const std::int64_t most = context.settings().limits.most_pods_at_once;
    if (bounds.of(root).most_at_once <= most) return;
    const WidestLoop widest = widest_loop(root, bounds);
    if (widest.call == nullptr || widest.at_once <= most) return;
    const front::FlowNode& node = *widest.call->node;
    // A loop that has a `parallelism` has the one that its author wants.
    if (widest.call->rows > 1 || node.object->span.file != context.document()->file) return;
    const Span span = node.name == nullptr ? node.object->span : node.name->span;
    Finding finding =
        context.report(kAtOnce, span, node.name_text(), grouped_number(widest.at_once));
    finding.help("set `parallelism` on template `" + std::string(widest.caller->name()) +
                 "` or on the workflow, so that the loop does not fill the cluster");
    const ir::Entry* name = widest.caller->source->entry("name");
    if (name == nullptr) return;
    // How many are wanted is for the author to say.
    const std::int64_t fitting = std::max<std::int64_t>(most / 2 / widest.each, 1);
    const std::string field = "parallelism: " + std::to_string(fitting);
    finding.unsafe_fix("add `" + field + "` to template `" + std::string(widest.caller->name()) +
                           "`",
                       {insert_after(context, *widest.caller->source, *name, field)});
}

void check(const ir::Document& document, Context& context) {
    for (const front::Flow* flow : context.facts().flows(document)) {
        for (const front::FlowTemplate* root : roots_of(*flow))
            check_root(*root, context.facts().bounds(*flow), context);
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "loops that start too many pods at the same time",
                 .doc = R"md(
Argo starts the pods of all elements of a loop as soon as it can. Hundreds of them at the same
moment fill the scheduler's queue, the quota and whatever they talk to, and other workflows wait.
`parallelism`, on the template with the loop or on the workflow, lets so many run at a time.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: load-}
spec:
  entrypoint: main
  templates:
  - name: main
    steps:
    - - {name: each, template: work, withSequence: {count: '500'}}
  - name: work
    container: {image: 'alpine:3.20', command: [work]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: load-}
spec:
  entrypoint: main
  parallelism: 20
  templates:
  - name: main
    steps:
    - - {name: each, template: work, withSequence: {count: '500'}}
  - name: work
    container: {image: 'alpine:3.20', command: [work]}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::too_many_pods_at_once
