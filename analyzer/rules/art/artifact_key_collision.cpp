// Nodes of a loop that store their artifacts under one key.
#include "analyzer/artifacts.h"
#include "analyzer/context.h"
#include "analyzer/facts.h"

namespace tiphys::rules::artifact_key_collision {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view> kSameKey{
    "all nodes of the loop of `{}` store artifact `{}` under the same key"};

/// Whether a key can differ between the nodes of a loop: workflow-wide names cannot.
bool may_differ(std::string_view key) {
    for (const std::string_view part : {"inputs.", "pod.name", "node.name", "item", "retries"}) {
        if (key.find(part) != key.npos) return true;
    }
    // An expression may be anything.
    return key.find("{{=") != key.npos;
}

void check_node(const front::FlowTemplate& caller, const front::FlowNode& node, Context& context,
                const KnownValues& known) {
    if (!node.is_loop() || node.callee.target == nullptr) return;
    const auto count = known.loop_count(caller, node);
    const wf::Outputs* outputs = node.callee.target->outputs();
    if (outputs == nullptr || (count.has_value() && *count < 2)) return;
    for (const wf::Artifact* artifact : outputs->artifacts()) {
        const ir::Scalar* key = written_key(*artifact);
        if (key == nullptr || may_differ(key->text)) continue;
        // Found from several loops it is still one defect: at the loop.
        context.report(kSameKey, node.name->span, node.name_text(), ir::text_of(artifact->name()))
            .related(key->span, "the key is the same for all of them")
            .help("put `{{pod.name}}`, or an input that the loop fills with `{{item}}`, into the "
                  "key");
    }
}

void check(const ir::Document& document, Context& context) {
    for (const front::Flow* flow : context.facts().flows(document)) {
        const KnownValues& known = context.facts().values(*flow);
        for (const auto& caller : flow->templates()) {
            for (const front::FlowNode& node : caller->nodes) {
                if (node.name != nullptr) check_node(*caller, node, context, known);
            }
        }
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "nodes of a loop that store their artifacts under one key",
                 .doc = R"md(
An output artifact with a key of its own is stored under exactly that key. The nodes of a loop then
overwrite each other's file without a word: the last one stays.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-}
spec:
  entrypoint: main
  templates:
  - name: main
    steps:
    - - {name: each, template: render, withItems: [a, b]}
  - name: render
    container: {image: 'alpine:3.20', command: [make]}
    outputs: {artifacts: [{name: page, path: /page, s3: {key: '{{workflow.name}}/page.tgz'}}]}
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
    - - {name: each, template: render, withItems: [a, b]}
  - name: render
    container: {image: 'alpine:3.20', command: [make]}
    outputs:
      artifacts: [{name: page, path: /page, s3: {key: '{{workflow.name}}/{{pod.name}}.tgz'}}]
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::artifact_key_collision
