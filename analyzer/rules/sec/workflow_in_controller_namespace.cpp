// Workflows beside the controller.
#include "analyzer/context.h"

namespace tiphys::rules::workflow_in_controller_namespace {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kBeside{"{} runs in `argo`, beside the controller"};

void check(const ir::Document& document, Context& context) {
    const bool is_run = document.kind == "Workflow" || document.kind == "CronWorkflow";
    if (!is_run || document.namespace_name != "argo" || document.object() == nullptr) return;
    const auto* metadata = ir::any_object_as(document.object()->field("metadata"));
    if (metadata == nullptr) return;
    const ir::Scalar* name = ir::scalar_as(metadata->field("namespace"));
    if (name == nullptr) return;
    context
        .report(kBeside, name->span,
                document.kind == "Workflow" ? "this workflow" : "this schedule")
        .note("its pods can use the service accounts and Secrets of the controller and the server, "
              "and share their quota")
        .help("run workflows in a namespace of their own");
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "workflows in the namespace of the controller",
                 .doc = R"md(
A workflow's pod may use any service account of its namespace. In `argo`, where the controller and
the server usually stand, these are the strongest ones of the installation. Argo's documentation
warns against it.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-, namespace: argo}
spec:
  entrypoint: main
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [make]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-, namespace: builds}
spec:
  entrypoint: main
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [make]}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::workflow_in_controller_namespace
