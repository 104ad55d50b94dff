// The same notification by a task and by the exit handler.
#include <algorithm>
#include <array>

#include "analyzer/facts.h"

namespace tiphys::rules::notified_twice {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kTwice{
    "`{}` sends a message that the exit handler sends as well"};

constexpr std::array<std::string_view, 7> kWords{"notif", "slack", "mail",   "alert",
                                                 "teams", "pager", "webhook"};

bool sounds_like_message(std::string_view name) {
    return std::any_of(kWords.begin(), kWords.end(),
                       [&](std::string_view word) { return name.find(word) != name.npos; });
}

/// A call without a condition.
struct Sending {
    const wf::Template* target = nullptr;
    Span span;
};

bool is_unconditional(const front::FlowNode& node) {
    return node.when == nullptr && node.depends == nullptr && node.dependencies == nullptr &&
           !node.is_loop() && node.callee.target != nullptr;
}

/// What the exit handler sends whatever became of the workflow.
std::vector<Sending> sendings_at_exit(const front::Flow& flow, Facts& facts) {
    std::vector<Sending> found;
    for (const front::FlowHook& hook : flow.hooks()) {
        if (hook.event != "exit" || hook.callee.target == nullptr) continue;
        if (hook.source != nullptr && hook.source->field("expression") != nullptr) continue;
        const front::FlowTemplate* handler = facts.flows().target_of(hook.callee);
        if (handler == nullptr) continue;
        if (front::is_pod(handler->kind)) found.push_back({handler->source, hook.event_span});
        for (const front::FlowNode& node : handler->nodes) {
            if (is_unconditional(node)) found.push_back({node.callee.target, node.name->span});
        }
    }
    return found;
}

void check_flow(const front::Flow& flow, Context& context) {
    const std::vector<Sending> at_exit = sendings_at_exit(flow, context.facts());
    if (at_exit.empty()) return;
    const front::FlowTemplate* start = context.facts().flows().target_of(flow.entrypoint());
    if (start == nullptr) return;
    for (const front::FlowNode& node : start->nodes) {
        if (node.name == nullptr || node.when != nullptr || node.callee.target == nullptr) continue;
        const wf::Template* target = node.callee.target;
        if (!sounds_like_message(ir::text_of(target->name()))) continue;
        const auto again = std::find_if(at_exit.begin(), at_exit.end(),
                                        [&](const Sending& each) { return each.target == target; });
        if (again == at_exit.end()) continue;
        context.report(kTwice, node.name->span, node.name_text())
            .related(again->span, "sent at the end in any case")
            .help("leave it to the exit handler, or give one of the two a `when`");
    }
}

void check(const ir::Document& document, Context& context) {
    for (const front::Flow* flow : context.facts().flows(document))
        check_flow(*flow, context);
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kInfo,
                 .since = "0.1",
                 .summary = "the same notification by a task and by the exit handler",
                 .doc = R"md(
The exit handler runs after success as well as after failure. A last task that calls the same
notifying template, without a condition, sends a second message about each success.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-}
spec:
  entrypoint: main
  onExit: notify
  templates:
  - name: main
    steps:
    - - {name: build, template: build}
    - - {name: done, template: notify}
  - name: build
    container: {image: 'acme/build:2.1', command: [build]}
  - name: notify
    container: {image: 'acme/notify:1.0', command: [notify, '{{workflow.name}}']}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-}
spec:
  entrypoint: main
  onExit: at-exit
  templates:
  - name: main
    steps:
    - - {name: build, template: build}
    - - {name: done, template: notify}
  - name: at-exit
    steps:
    - - {name: failed, template: notify, when: '{{workflow.status}} != Succeeded'}
  - name: build
    container: {image: 'acme/build:2.1', command: [build]}
  - name: notify
    container: {image: 'acme/notify:1.0', command: [notify, '{{workflow.name}}']}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::notified_twice
