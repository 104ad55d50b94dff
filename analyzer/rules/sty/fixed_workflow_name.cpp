// Workflows that can be created once.
#include "analyzer/context.h"
#include "analyzer/edits.h"

namespace tiphys::rules::fixed_workflow_name {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kFixed{
    "a Workflow named `{}` can be created once, until it is deleted"};

void check(const ir::Document& document, Context& context) {
    if (document.kind != "Workflow" || document.object() == nullptr) return;
    const auto* metadata = ir::any_object_as(document.object()->field("metadata"));
    const ir::Entry* entry = metadata == nullptr ? nullptr : metadata->entry("name");
    const ir::Scalar* name = entry == nullptr ? nullptr : ir::scalar_as(entry->value);
    if (name == nullptr || name->text.empty()) return;
    if (metadata->entry("generateName") != nullptr) return;
    const std::string prefix = std::string(name->text) + "-";
    context.report(kFixed, name->span, name->text)
        .help("with `generateName: " + prefix + "` each submission makes a new one")
        .unsafe_fix("write `generateName: " + prefix + "`",
                    {rename_key(*metadata, *entry, "generateName"),
                     replace_value(*name, plain_or_quoted(prefix))});
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kInfo,
                 .since = "0.1",
                 .summary = "workflows with a fixed name",
                 .doc = R"md(
A Workflow is one run. With `metadata.name`, a second submission of the same file is refused as long
as the first run is still there; `generateName` lets Kubernetes choose a name for each.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {name: nightly}
spec:
  entrypoint: main
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [make]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: nightly-}
spec:
  entrypoint: main
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [make]}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::fixed_workflow_name
