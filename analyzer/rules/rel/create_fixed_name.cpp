// Objects that can be created once only.
#include "analyzer/context.h"
#include "analyzer/embedded.h"

namespace tiphys::rules::create_fixed_name {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kFixed{
    "`{}` can be created once: a second run or a retry finds it there"};

void check(const wf::ResourceTemplate& resource, Context& context) {
    const ir::Scalar* manifest = resource.manifest();
    if (manifest == nullptr || ir::text_of(resource.action()) != "create") return;
    const EmbeddedYaml yaml(*manifest, context);
    for (const doc::Tree& tree : yaml.documents()) {
        if (tree.root == doc::NodeId::kNone || !tree.is_complete) continue;
        if (tree.node(tree.root).kind != doc::NodeKind::kMapping) continue;
        const doc::NodeId metadata = child_of(tree, tree.root, "metadata");
        if (metadata == doc::NodeId::kNone) continue;
        if (tree.node(metadata).kind != doc::NodeKind::kMapping) continue;
        const doc::NodeId name = child_of(tree, metadata, "name");
        if (name == doc::NodeId::kNone || yaml.has_tag(tree.span_of(name))) continue;
        context.report(kFixed, yaml.place(tree.span_of(name)), tree.node(name).text)
            .help("write `generateName`, put `{{workflow.name}}` into the name, or use the action "
                  "`apply`");
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "objects with a fixed name that a step creates",
                 .doc = R"md(
The action `create` fails with `AlreadyExists` when the object is there: at the second run, at a run
beside the first one, and when a step is tried again after its answer got lost.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  templates:
  - name: main
    resource:
      action: create
      manifest: |
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: result
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  templates:
  - name: main
    resource:
      action: create
      manifest: |
        apiVersion: v1
        kind: ConfigMap
        metadata:
          generateName: result-
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::create_fixed_name
