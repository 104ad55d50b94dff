// Workflows whose state does not fit into one object.
#include "analyzer/context.h"
#include "analyzer/facts.h"
#include "analyzer/number_text.h"

namespace tiphys::rules::node_status_size {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view, std::string_view> kTooLarge{
    "the status of {} nodes takes about {}, {} packed"};

void check(const ir::Document& document, Context& context) {
    const std::int64_t most = context.settings().limits.object_bytes;
    for (const front::Flow* flow : context.facts().flows(document)) {
        const WorkflowBounds bounds = context.facts().bounds(*flow).workflow();
        if (bounds.status_bytes <= most || flow->spec().entrypoint() == nullptr) continue;
        // That many pods are told by fanout-exceeds-bound.
        if (bounds.total.pods.usual > context.settings().limits.most_pods) continue;
        const bool is_too_large = bounds.packed_bytes > most;
        Finding finding = context.report(
            kTooLarge, flow->spec().entrypoint()->span, grouped_number(bounds.total.nodes.usual),
            byte_words(bounds.status_bytes), byte_words(bounds.packed_bytes));
        if (is_too_large) {
            finding.help("split the work over several workflows, or keep the status in a database: "
                         "`nodeStatusOffLoad` in the controller's configuration");
        } else {
            finding.severity(Severity::kInfo)
                .note("above " + byte_words(most) +
                      " Argo packs it, which costs time with every "
                      "change of it");
        }
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "workflows whose status does not fit into one object",
                 .doc = R"md(
Argo keeps an entry for every node in the status of the Workflow object: about 800 bytes for a pod,
600 for steps and groups. Above 1 MiB it is packed to about 100 bytes each; what does not fit then
needs a database (`nodeStatusOffLoad`), without which the workflow ends with an error. Loops over
lists that are known at run time only count as one element here.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: load-}
spec:
  entrypoint: main
  templates:
  - name: main
    parallelism: 10
    steps:
    - - {name: each, template: part, withSequence: {count: '200'}}
  - name: part
    steps:
    - - {name: each, template: call, withSequence: {count: '100'}}
  - name: call
    http: {url: 'https://example.com/'}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: load-}
spec:
  entrypoint: main
  templates:
  - name: main
    parallelism: 10
    steps:
    - - {name: each, template: part, withSequence: {count: '20'}}
  - name: part
    steps:
    - - {name: each, template: call, withSequence: {count: '50'}}
  - name: call
    http: {url: 'https://example.com/'}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::node_status_size
