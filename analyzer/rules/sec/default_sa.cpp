// Workflows that run as the service account `default`.
#include "analyzer/context.h"
#include "compiler/front/resolve.h"

namespace tiphys::rules::default_sa {
namespace {
using namespace analyze;

constexpr Message<> kDefault{"its pods run as the service account `default`"};

void check(const ir::Document& document, Context& context) {
    for (const front::WorkflowPlace& place : front::workflow_places(document)) {
        const bool is_library =
            document.kind == "WorkflowTemplate" || document.kind == "ClusterWorkflowTemplate";
        if (place.spec == nullptr || is_library) continue;
        if (place.spec->field("workflowTemplateRef") != nullptr) continue;
        if (place.spec->field("serviceAccountName") != nullptr) continue;
        const ir::Scalar* first = place.spec->entrypoint();
        if (first == nullptr) continue;
        context.report(kDefault, place.spec->key_span_of("entrypoint"))
            .note("rights that are given to it are given to every pod of the namespace that says "
                  "nothing else")
            .help("add `serviceAccountName` with an account that may do what the executor needs: "
                  "create and patch `workflowtaskresults`");
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kInfo,
                 .since = "0.1",
                 .summary = "workflows that run as the service account `default`",
                 .doc = R"md(
Without `serviceAccountName` pods run as `default`. Argo's executor needs rights of its own, and when
`default` is given them, every other pod of the namespace has them too.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [make]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  serviceAccountName: builder
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [make]}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::default_sa
