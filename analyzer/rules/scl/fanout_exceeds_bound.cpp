// Loops that make more pods than one workflow should have.
#include <unordered_set>

#include "analyzer/call_graph.h"
#include "analyzer/context.h"
#include "analyzer/facts.h"
#include "analyzer/number_text.h"

namespace tiphys::rules::fanout_exceeds_bound {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::int64_t, std::int64_t> kTooMany{
    "template `{}` makes {} pods or more, and the limit is {}"};

Span span_of(const front::FlowNode& node) {
    if (node.with_sequence != nullptr) {
        const wf::Sequence& sequence = *node.with_sequence;
        const ir::Scalar* bound = sequence.count() != nullptr ? sequence.count() : sequence.end();
        return bound != nullptr ? bound->span : sequence.span;
    }
    if (node.with_param != nullptr) return node.with_param->span;
    return node.with_items != nullptr ? node.object->key_span_of("withItems") : node.object->span;
}

/// One level of the way down to the loop that makes most pods.
struct Level {
    const front::FlowTemplate* caller = nullptr;
    const CallBounds* call = nullptr;
};

class RootCheck {
public:
    RootCheck(const ir::Document& document, Bounds& bounds, Context& context)
        : document_(document), bounds_(bounds), context_(context) {}

    void run(const front::FlowTemplate& root) {
        const std::int64_t most = context_.settings().limits.most_pods;
        const std::int64_t total = bounds_.of(root).pods.usual;
        if (total <= most) return;
        const std::vector<Level> levels = heaviest_way(root);
        const Level* loop = nullptr;
        for (const Level& level : levels) {
            const bool is_here = level.call->node->object->span.file == document_.file;
            if (!level.call->node->is_loop() || !is_here) continue;
            if (loop == nullptr || level.call->count.usual > loop->call->count.usual) {
                loop = &level;
            }
        }
        // Loops of other files are told there.
        if (loop == nullptr || !reported_.insert(loop->call->node).second) return;
        Finding finding =
            context_.report(kTooMany, span_of(*loop->call->node), root.name(), total, most);
        for (const Level& level : levels)
            explain(level, finding);
        for (const Level& level : levels) {
            if (level.call->node->is_loop() && &level != loop) {
                finding.related(span_of(*level.call->node), "another loop on the way");
            }
        }
        finding.note("each pod costs about 10 calls of the Kubernetes API: " +
                     grouped_number(bounded_product(total, 10)) + " calls");
        finding.help("work on several elements in one pod, or split the work over workflows: the "
                     "state of all pods is kept in one object, which may not exceed 1 MiB");
    }

private:
    std::vector<Level> heaviest_way(const front::FlowTemplate& root) {
        std::vector<Level> levels;
        std::unordered_set<const front::FlowTemplate*> seen;
        const front::FlowTemplate* at = &root;
        while (at != nullptr && seen.insert(at).second) {
            const CallBounds* best = nullptr;
            for (const CallBounds& call : bounds_.of(*at).calls) {
                if (best == nullptr || call.pods.usual > best->pods.usual) best = &call;
            }
            if (best == nullptr) break;
            levels.push_back({at, best});
            at = best->callee;
        }
        return levels;
    }

    static void explain(const Level& level, Finding finding) {
        const CallBounds& call = *level.call;
        if (call.count.usual == 1 && call.pods_each.usual == 1) return;
        std::string text = "`" + std::string(level.caller->name()) + "` runs `" +
                           std::string(call.node->name_text()) + "` ";
        text += call.count.usual == 1 ? "once" : std::to_string(call.count.usual) + " times";
        text += call.pods_each.usual == 1
                    ? ", one pod each"
                    : ", " + std::to_string(call.pods_each.usual) + " pods each";
        finding.note(text);
    }

    const ir::Document& document_;
    Bounds& bounds_;
    Context& context_;
    std::unordered_set<const front::FlowNode*> reported_;
};

void check(const ir::Document& document, Context& context) {
    for (const front::Flow* flow : context.facts().flows(document)) {
        RootCheck root_check(document, context.facts().bounds(*flow), context);
        for (const front::FlowTemplate* root : roots_of(*flow))
            root_check.run(*root);
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "loops that make more pods than a workflow should have",
                 .doc = R"md(
The loops of a workflow multiply: a loop over 100 elements whose template loops over 50 makes
5,000 pods. Argo keeps the state of each of them in the Workflow object, which may not exceed 1 MiB,
and looks at all of them each time one changes, so a workflow with thousands of pods becomes slow
and then fails. Counted are loops whose length is written out: `withItems`, `withSequence` with
numbers, `withParam` with a list, also through parameters.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: load-}
spec:
  entrypoint: main
  parallelism: 50
  templates:
  - name: main
    steps:
    - - {name: call, template: call, withSequence: {count: '100000'}}
  - name: call
    container: {image: 'alpine:3.20', command: [call]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: load-}
spec:
  entrypoint: main
  parallelism: 50
  templates:
  - name: main
    steps:
    - - {name: call, template: call, withSequence: {count: '100'}}
  - name: call
    container: {image: 'alpine:3.20', command: [call, --repeat, '1000']}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::fanout_exceeds_bound
