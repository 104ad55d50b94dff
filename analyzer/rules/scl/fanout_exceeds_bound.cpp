// Loops that make more pods than one workflow should have.
#include <limits>
#include <unordered_map>
#include <unordered_set>

#include "analyzer/context.h"
#include "analyzer/facts.h"
#include "analyzer/known_values.h"

namespace tiphys::rules::fanout_exceeds_bound {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::int64_t, std::int64_t> kTooMany{
    "template `{}` makes {} pods or more, and the limit is {}"};

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

std::int64_t product(std::int64_t a, std::int64_t b) {
    if (a == 0 || b == 0) return 0;
    return a > kMost / b ? kMost : a * b;
}
std::int64_t sum(std::int64_t a, std::int64_t b) {
    return a > kMost - b ? kMost : a + b;
}

/// Lower bounds of the pods that templates make: unknown lists count as one element, conditions as
/// true, repetition by recursion as none.
class PodCounter {
public:
    explicit PodCounter(Facts& facts) : facts_(facts) {}

    std::int64_t of_template(const front::FlowTemplate& at, const front::Flow& flow) {
        if (front::is_pod(at.kind)) return 1;
        const auto [known, is_new] = pods_.try_emplace(&at, 0);
        if (!is_new) return known->second;
        std::int64_t total = 0;
        for (const front::FlowNode& node : at.nodes)
            total = sum(total, of_node(at, node, flow));
        pods_[&at] = total;
        return total;
    }

    std::int64_t of_node(const front::FlowTemplate& caller, const front::FlowNode& node,
                         const front::Flow& flow) {
        return product(loop_count(caller, node, flow), of_callee(node));
    }

    std::int64_t loop_count(const front::FlowTemplate& caller, const front::FlowNode& node,
                            const front::Flow& flow) {
        if (!node.is_loop()) return 1;
        return std::max<std::int64_t>(facts_.values(flow).loop_count(caller, node).value_or(1), 0);
    }

    /// A template that is not in the project makes one pod, as far as is known.
    std::int64_t of_callee(const front::FlowNode& node) {
        const front::FlowTemplate* callee = facts_.flows().target_of(node.callee);
        if (callee == nullptr) return 1;
        return of_template(*callee, facts_.flows().of(node.callee.place));
    }

private:
    Facts& facts_;
    std::unordered_map<const front::FlowTemplate*, std::int64_t> pods_;
};

/// One level of the way down to the loop that makes most pods.
struct Level {
    const front::FlowTemplate* caller = nullptr;
    const front::FlowNode* node = nullptr;
    std::int64_t count = 1;
    std::int64_t pods_each = 1;
};

Span span_of(const front::FlowNode& node) {
    if (node.with_sequence != nullptr) {
        const wf::Sequence& sequence = *node.with_sequence;
        const ir::Scalar* bound = sequence.count() != nullptr ? sequence.count() : sequence.end();
        return bound != nullptr ? bound->span : sequence.span;
    }
    if (node.with_param != nullptr) return node.with_param->span;
    return node.with_items != nullptr ? node.object->key_span_of("withItems") : node.object->span;
}

class RootCheck {
public:
    RootCheck(const ir::Document& document, PodCounter& counter, Context& context)
        : document_(document), counter_(counter), context_(context) {}

    void run(const front::FlowTemplate& root, const front::Flow& flow) {
        const std::int64_t most = context_.settings().limits.most_pods;
        const std::int64_t total = counter_.of_template(root, flow);
        if (total <= most) return;
        const std::vector<Level> levels = heaviest_way(root, flow);
        const Level* loop = nullptr;
        for (const Level& level : levels) {
            const bool is_here = level.node->object->span.file == document_.file;
            if (!level.node->is_loop() || !is_here) continue;
            if (loop == nullptr || level.count > loop->count) loop = &level;
        }
        // Loops of other files are told there.
        if (loop == nullptr || !reported_.insert(loop->node).second) return;
        Finding finding = context_.report(kTooMany, span_of(*loop->node), root.name(), total, most);
        for (const Level& level : levels)
            explain(level, finding);
        for (const Level& level : levels) {
            if (level.node->is_loop() && &level != loop) {
                finding.related(span_of(*level.node), "another loop on the way");
            }
        }
        finding.help("work on several elements in one pod, or split the work over workflows: the "
                     "state of all pods is kept in one object, which may not exceed 1 MiB");
    }

private:
    std::vector<Level> heaviest_way(const front::FlowTemplate& root, const front::Flow& flow) {
        std::vector<Level> levels;
        std::unordered_set<const front::FlowTemplate*> seen;
        const front::FlowTemplate* at = &root;
        const front::Flow* around = &flow;
        while (at != nullptr && !at->nodes.empty() && seen.insert(at).second) {
            Level best;
            std::int64_t most = -1;
            for (const front::FlowNode& node : at->nodes) {
                const std::int64_t pods = counter_.of_node(*at, node, *around);
                if (pods <= most) continue;
                most = pods;
                best = {at, &node, counter_.loop_count(*at, node, *around),
                        counter_.of_callee(node)};
            }
            levels.push_back(best);
            const front::FlowTemplate* callee =
                context_.facts().flows().target_of(best.node->callee);
            if (callee != nullptr) around = &context_.facts().flows().of(best.node->callee.place);
            at = callee;
        }
        return levels;
    }

    static void explain(const Level& level, Finding finding) {
        if (level.count == 1 && level.pods_each == 1) return;
        std::string text = "`" + std::string(level.caller->name()) + "` runs `" +
                           std::string(level.node->name_text()) + "` ";
        text += level.count == 1 ? "once" : std::to_string(level.count) + " times";
        text += level.pods_each == 1 ? ", one pod each"
                                     : ", " + std::to_string(level.pods_each) + " pods each";
        finding.note(text);
    }

    const ir::Document& document_;
    PodCounter& counter_;
    Context& context_;
    std::unordered_set<const front::FlowNode*> reported_;
};

/// Templates that a workflow begins with; of a library those that it does not call itself.
std::vector<const front::FlowTemplate*> roots_of(const front::Flow& flow) {
    std::vector<const front::FlowTemplate*> roots;
    const auto add = [&](const front::Callee& callee) {
        const front::FlowTemplate* found =
            callee.target == nullptr ? nullptr : flow.find(*callee.target);
        if (found != nullptr) roots.push_back(found);
    };
    add(flow.entrypoint());
    for (const front::FlowHook& hook : flow.hooks())
        add(hook.callee);
    if (!flow.is_library()) return roots;
    std::unordered_set<const wf::Template*> called;
    for (const auto& each : flow.templates()) {
        for (const front::FlowNode& node : each->nodes)
            called.insert(node.callee.target);
    }
    for (const auto& each : flow.templates()) {
        if (called.count(each->source) == 0) roots.push_back(each.get());
    }
    return roots;
}

void check(const ir::Document& document, Context& context) {
    for (const front::Flow* flow : context.facts().flows(document)) {
        PodCounter counter(context.facts());
        RootCheck root_check(document, counter, context);
        for (const front::FlowTemplate* root : roots_of(*flow))
            root_check.run(*root, *flow);
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
