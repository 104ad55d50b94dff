// Locks that wait for one another.
#include <map>
#include <unordered_set>

#include "analyzer/call_graph.h"
#include "analyzer/facts.h"

namespace tiphys::rules::mutex_deadlock {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kItself{
    "mutex `{}` is held here while a step inside waits for it"};
constexpr Message<std::string_view, std::string_view> kOrder{
    "mutex `{}` is taken while `{}` is held, and elsewhere the other way round"};

using Names = std::vector<const ir::Scalar*>;

/// Mutexes of a known name: a semaphore may have room for both.
Names mutexes_of(const wf::Synchronization* synchronization) {
    Names names;
    if (synchronization == nullptr) return names;
    const auto add = [&](const wf::Mutex* mutex) {
        if (mutex == nullptr || mutex->name() == nullptr) return;
        if (!front::has_tag(mutex->name()->text)) names.push_back(mutex->name());
    };
    for (const wf::Mutex* mutex : synchronization->mutexes())
        add(mutex);
    add(ir::object_as<wf::Mutex>(synchronization->field("mutex")));
    return names;
}

/// A mutex that is taken below a node that holds another one.
struct Order {
    const ir::Scalar* outer = nullptr;
    const ir::Scalar* inner = nullptr;
};

class FlowCheck {
public:
    FlowCheck(const front::Flow& flow, Context& context) : flow_(flow), context_(context) {}

    void run() {
        for (const ir::Scalar* name : mutexes_of(flow_.spec().synchronization()))
            hold(name, nullptr);
        for (const auto& each : flow_.templates()) {
            for (const ir::Scalar* name : mutexes_of(each->source->synchronization()))
                hold(name, each.get());
        }
        for (const auto& [names, order] : orders_)
            check_order(order);
    }

private:
    /// Looks at everything that runs while the mutex is held; `holder` is null for the workflow.
    void hold(const ir::Scalar* outer, const front::FlowTemplate* holder) {
        std::vector<const front::FlowTemplate*> open;
        std::unordered_set<const front::FlowTemplate*> seen;
        const auto add = [&](const front::Callee& callee) {
            const front::FlowTemplate* target = context_.facts().flows().target_of(callee);
            if (target != nullptr && seen.insert(target).second) open.push_back(target);
        };
        const auto add_calls = [&](const front::FlowTemplate& caller) {
            for (const front::FlowNode& node : caller.nodes)
                add(node.callee);
        };
        if (holder == nullptr) {
            add(flow_.entrypoint());
        } else {
            add_calls(*holder);
        }
        while (!open.empty()) {
            const front::FlowTemplate* at = open.back();
            open.pop_back();
            for (const ir::Scalar* inner : mutexes_of(at->source->synchronization()))
                take(outer, inner);
            add_calls(*at);
        }
    }

    void take(const ir::Scalar* outer, const ir::Scalar* inner) {
        if (outer->text == inner->text) {
            if (!reported_.insert(outer).second) return;
            context_.report(kItself, outer->span, outer->text)
                .related(inner->span, "it is wanted again here")
                .note("the step waits for the lock of what waits for the step")
                .help("take it at one of the two places only");
            return;
        }
        orders_.try_emplace({outer->text, inner->text}, Order{outer, inner});
    }

    void check_order(const Order& order) {
        const auto other = orders_.find({order.inner->text, order.outer->text});
        if (other == orders_.end() || order.outer->text > order.inner->text) return;
        context_.report(kOrder, order.inner->span, order.inner->text, order.outer->text)
            .related(order.outer->span, "held here")
            .related(other->second.outer->span, "the other way round: held here")
            .note("two runs that each have one of them wait for each other for ever")
            .help("take them in the same order everywhere");
    }

    const front::Flow& flow_;
    Context& context_;
    std::map<std::pair<std::string_view, std::string_view>, Order> orders_;
    std::unordered_set<const ir::Scalar*> reported_;
};

void check(const ir::Document& document, Context& context) {
    for (const front::Flow* flow : context.facts().flows(document)) {
        FlowCheck(*flow, context).run();
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "mutexes that wait for one another",
                 .doc = R"md(
A node keeps its mutex until everything below it has ended. Where a step inside wants the same mutex,
it waits for ever. Where two templates take two mutexes in different orders, two runs can each hold
one and wait for the other. Calls are followed through all templates of the project.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  templates:
  - name: main
    synchronization: {mutexes: [{name: deploy}]}
    steps:
    - - {name: a, template: a}
  - name: a
    synchronization: {mutexes: [{name: deploy}]}
    container: {image: 'alpine:3.20', command: [make]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  templates:
  - name: main
    synchronization: {mutexes: [{name: deploy}]}
    steps:
    - - {name: a, template: a}
  - name: a
    container: {image: 'alpine:3.20', command: [make]}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::mutex_deadlock
