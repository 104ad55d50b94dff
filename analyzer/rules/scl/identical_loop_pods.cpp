// Loops whose pods all do the same.
#include "analyzer/context.h"
#include "analyzer/facts.h"
#include "analyzer/number_text.h"

namespace tiphys::rules::identical_loop_pods {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kIdentical{
    "`{}` uses no element of its loop, so that all of its runs do the same"};

/// Repetitions up to which a loop may be a way to say "some times".
constexpr std::int64_t kMostRepetitions = 20;

/// Whether some text of a step or task reads the element.
bool reads_item(const ir::Value& value) {
    switch (value.kind) {
    case ir::ValueKind::kScalar:
        return static_cast<const ir::Scalar&>(value).text.find("item") != std::string_view::npos;
    case ir::ValueKind::kList:
        for (const ir::Value* item : static_cast<const ir::List&>(value).items) {
            if (reads_item(*item)) return true;
        }
        return false;
    case ir::ValueKind::kMap:
        for (const ir::Entry& entry : static_cast<const ir::Map&>(value).entries) {
            if (reads_item(*entry.value)) return true;
        }
        return false;
    case ir::ValueKind::kObject:
        for (const ir::Entry& entry : static_cast<const ir::Object&>(value).present_fields()) {
            const bool is_loop = entry.key == "withItems" || entry.key == "withParam" ||
                                 entry.key == "withSequence" || entry.key == "name";
            if (!is_loop && reads_item(*entry.value)) return true;
        }
        return false;
    }
    return false;
}

void check_node(const front::FlowTemplate& caller, const front::FlowNode& node,
                const KnownValues& values, Context& context) {
    if (!node.is_loop() || reads_item(*node.object)) return;
    const auto count = values.loop_count(caller, node);
    if (count.has_value() && *count < 2) return;
    // A literal that is no list is another defect.
    if (node.with_param != nullptr && !front::has_tag(node.with_param->text)) return;
    const Span span = node.name == nullptr ? node.object->span : node.name->span;
    Finding finding = context.report(kIdentical, span, node.name_text());
    if (count.has_value()) finding.label(grouped_number(*count) + " identical runs");
    if (count.has_value() && *count <= kMostRepetitions) finding.severity(Severity::kInfo);
    finding.help("hand the element over in `arguments`, as `{{item}}`, or leave the loop out");
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
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "loops whose pods all do the same",
                 .doc = R"md(
A loop that hands `{{item}}` to nobody makes the same pod for each element: usually the argument was
forgotten. Up to 20 elements may say how often something runs: they are told with `--strict` only.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: load-}
spec:
  entrypoint: main
  parallelism: 5
  templates:
  - name: main
    steps:
    - - {name: each, template: work, withItems: [a, b, c]}
  - name: work
    container: {image: 'alpine:3.20', command: [work]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: load-}
spec:
  entrypoint: main
  parallelism: 5
  templates:
  - name: main
    steps:
    - - name: each
        template: work
        withItems: [a, b, c]
        arguments: {parameters: [{name: part, value: '{{item}}'}]}
  - name: work
    inputs: {parameters: [{name: part}]}
    container: {image: 'alpine:3.20', command: [work, '{{inputs.parameters.part}}']}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::identical_loop_pods
