// Failures that are allowed and that nobody looks at.
#include <unordered_set>

#include "analyzer/context.h"
#include "analyzer/facts.h"

namespace tiphys::rules::ignored_failure {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view> kIgnored{
    "{} `{}` may fail, and nothing looks at how it ended"};

void check(const ir::Document& document, Context& context) {
    for (const front::Flow* flow : context.facts().flows(document)) {
        std::unordered_set<const front::FlowNode*> watched;
        const auto add = [&](front::Site site, std::string_view text) {
            if (site.inside == nullptr) return;
            for (const front::FlowNode& node : site.inside->nodes) {
                if (text.find(node.name_text()) != text.npos) watched.insert(&node);
            }
        };
        for (const front::TagUse& use : context.facts().uses(*flow).tags)
            add(use.text.site, use.name());
        for (const front::TextUse& use : context.facts().uses(*flow).expressions)
            add(use.site, use.scalar->text);
        for (const auto& caller : flow->templates()) {
            for (const front::FlowNode& node : caller->nodes) {
                if (node.continue_on == nullptr || watched.count(&node) > 0) continue;
                const bool goes_on = front::is_true(node.continue_on->failed()) ||
                                     front::is_true(node.continue_on->error());
                if (!goes_on || !node.hooks.empty()) continue;
                context
                    .report(kIgnored, node.object->key_span_of("continueOn"),
                            node.is_task ? "task" : "step", node.name_text())
                    .help("a later `when` can read its `status`; without that a failure goes "
                          "unnoticed");
            }
        }
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kInfo,
                 .since = "0.1",
                 .summary = "failures that are allowed and that nobody looks at",
                 .doc = R"md(
`continueOn` lets the workflow go on and succeed when a step or task has failed. Where no condition
reads its status and no hook reacts, nobody learns of the failure.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-}
spec:
  entrypoint: main
  templates:
  - name: main
    steps:
    - - {name: lint, template: work, continueOn: {failed: true}}
    - - {name: test, template: work}
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
    steps:
    - - {name: lint, template: work, continueOn: {failed: true}}
    - - {name: complain, template: work, when: "{{steps.lint.status}} == Failed"}
  - name: work
    container: {image: 'alpine:3.20', command: [make]}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::ignored_failure
