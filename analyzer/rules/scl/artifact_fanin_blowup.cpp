// Loops whose every pod fetches the same artifact.
#include "analyzer/context.h"
#include "analyzer/facts.h"
#include "analyzer/number_text.h"

namespace tiphys::rules::artifact_fanin_blowup {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view> kCopies{
    "`{}` is fetched {} times, once by each pod of the loop"};

void check_node(const front::FlowTemplate& caller, const front::FlowNode& node,
                const KnownValues& values, Context& context) {
    const std::int64_t most = context.settings().limits.most_artifact_copies;
    if (!node.is_loop() || node.call.arguments == nullptr) return;
    const std::int64_t count = values.loop_count(caller, node).value_or(0);
    if (count <= most) return;
    for (const wf::Artifact* artifact : node.call.arguments->artifacts()) {
        const ir::Scalar* from = artifact->from();
        if (from == nullptr || from->text.find("item") != std::string_view::npos) continue;
        context.report(kCopies, from->span, ir::text_of(artifact->name()), grouped_number(count))
            .help("mount a volume that all of them share, or hand each pod a part of it");
    }
}

void check(const ir::Document& document, Context& context) {
    for (const front::Flow* flow : context.facts().flows(document)) {
        for (const auto& caller : flow->templates()) {
            for (const front::FlowNode& node : caller->nodes)
                check_node(*caller, node, context.facts().values(*flow), context);
        }
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kInfo,
                 .since = "0.1",
                 .summary = "loops whose every pod fetches the same artifact",
                 .doc = R"md(
Each pod fetches and unpacks its artifacts for itself. In a loop of hundreds the same data crosses the
network hundreds of times; a volume that the pods share holds it once.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: load-}
spec:
  entrypoint: main
  parallelism: 20
  templates:
  - name: main
    steps:
    - - {name: load, template: load}
    - - name: each
        template: work
        withSequence: {count: '400'}
        arguments:
          parameters: [{name: part, value: '{{item}}'}]
          artifacts: [{name: data, from: '{{steps.load.outputs.artifacts.data}}'}]
  - name: load
    container: {image: 'alpine:3.20', command: [load]}
    outputs: {artifacts: [{name: data, path: /data}]}
  - name: work
    inputs:
      parameters: [{name: part}]
      artifacts: [{name: data, path: /data}]
    container: {image: 'alpine:3.20', command: [work, '{{inputs.parameters.part}}']}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: load-}
spec:
  entrypoint: main
  parallelism: 20
  templates:
  - name: main
    steps:
    - - {name: load, template: load}
    - - name: each
        template: work
        withSequence: {count: '20'}
        arguments:
          parameters: [{name: part, value: '{{item}}'}]
          artifacts: [{name: data, from: '{{steps.load.outputs.artifacts.data}}'}]
  - name: load
    container: {image: 'alpine:3.20', command: [load]}
    outputs: {artifacts: [{name: data, path: /data}]}
  - name: work
    inputs:
      parameters: [{name: part}]
      artifacts: [{name: data, path: /data}]
    container: {image: 'alpine:3.20', command: [work, '{{inputs.parameters.part}}']}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::artifact_fanin_blowup
