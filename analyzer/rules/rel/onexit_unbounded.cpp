// Exit handlers without a deadline of their own.
#include "analyzer/facts.h"

namespace tiphys::rules::onexit_unbounded {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kNone{"exit handler `{}` has no deadline of its own"};

bool has_deadline(const wf::Template* source) {
    return source != nullptr && (source->field("activeDeadlineSeconds") != nullptr ||
                                 source->field("timeout") != nullptr);
}

void check(const ir::Document& document, Context& context) {
    for (const front::Flow* flow : context.facts().flows(document)) {
        const bool has_default = has_deadline(flow->spec().template_defaults());
        for (const front::FlowHook& hook : flow->hooks()) {
            if (!hook.is_on_exit || has_default || hook.callee.target == nullptr) continue;
            const front::FlowTemplate* target = context.facts().flows().target_of(hook.callee);
            if (target == nullptr || !front::is_leaf(target->kind)) continue;
            if (has_deadline(target->source)) continue;
            context.report(kNone, hook.event_span, target->name())
                .note("the deadline of the workflow does not count for it: it runs after that has "
                      "passed")
                .help("add `activeDeadlineSeconds` to the template");
        }
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kInfo,
                 .since = "0.1",
                 .summary = "exit handlers without a deadline of their own",
                 .doc = R"md(
Exit handlers run after the workflow's deadline too, so that deadline does not end them. One that
hangs keeps the workflow from ending. Argo: workflow/controller/workflowpod.go.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  onExit: tell
  activeDeadlineSeconds: 3600
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [make]}
  - name: tell
    container: {image: 'alpine:3.20', command: [tell]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  onExit: tell
  activeDeadlineSeconds: 3600
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [make]}
  - name: tell
    activeDeadlineSeconds: 60
    container: {image: 'alpine:3.20', command: [tell]}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::onexit_unbounded
