// Retries that multiply with loops.
#include "analyzer/call_graph.h"
#include "analyzer/context.h"
#include "analyzer/facts.h"
#include "analyzer/known_times.h"
#include "analyzer/number_text.h"

namespace tiphys::rules::retries_times_fanout {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view, std::string_view> kTooMany{
    "`{}` makes {} pods, and up to {} where every retry is used up"};

/// The retries that multiply most on the way to the pods that are made most often.
const wf::RetryStrategy* heaviest_retries(const front::FlowTemplate& root, Bounds& bounds) {
    const wf::RetryStrategy* heaviest = nullptr;
    std::int64_t most = 0;
    std::unordered_set<const front::FlowTemplate*> seen;
    const front::FlowTemplate* at = &root;
    while (at != nullptr && seen.insert(at).second) {
        const wf::RetryStrategy* retries = at->source->retry_strategy();
        const std::int64_t limit = retries == nullptr ? 0 : retry_limit(*retries).value_or(0);
        if (limit > most) {
            most = limit;
            heaviest = retries;
        }
        const front::FlowTemplate* next = nullptr;
        std::int64_t attempts = 0;
        for (const CallBounds& call : bounds.of(*at).calls) {
            if (call.callee == nullptr) continue;
            const std::int64_t here =
                bounded_product(call.count.usual, bounds.of(*call.callee).usual_attempts);
            if (here > attempts) {
                attempts = here;
                next = call.callee;
            }
        }
        at = next;
    }
    return heaviest;
}

void check_root(const front::FlowTemplate& root, Bounds& bounds, Context& context) {
    const TemplateBounds& total = bounds.of(root);
    const std::int64_t attempts = total.usual_attempts;
    if (attempts <= context.settings().limits.most_attempts || attempts <= total.pods.usual) {
        return;
    }
    const wf::RetryStrategy* retries = heaviest_retries(root, bounds);
    // Retries of other files are told there.
    if (retries == nullptr || retries->span.file != context.document()->file) return;
    Finding finding = context.report(kTooMany, retries->limit()->span, root.name(),
                                     grouped_number(total.pods.usual), grouped_number(attempts));
    finding.label("each pod may be made so often again")
        .note("the limit is " + grouped_number(context.settings().limits.most_attempts) +
              " pods with all retries; retries of templates that call others multiply with theirs")
        .help("lower the `limit`, or retry on the level where it is cheap only");
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
                 .summary = "retries that multiply with loops to too many pods",
                 .doc = R"md(
A retry makes a pod again, and a retry of a template that calls others makes all of theirs again. In
a loop they multiply: 900 elements with 20 retries each are 18,900 pods on a bad day, which is the
day when the cluster has no room for them.

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
    - - {name: each, template: work, withSequence: {count: '900'}}
  - name: work
    retryStrategy: {limit: 20}
    container: {image: 'alpine:3.20', command: [work]}
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
    - - {name: each, template: work, withSequence: {count: '900'}}
  - name: work
    retryStrategy: {limit: 2}
    container: {image: 'alpine:3.20', command: [work]}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::retries_times_fanout
