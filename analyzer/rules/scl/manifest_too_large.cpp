// Objects that are too large for the cluster.
#include "analyzer/context.h"
#include "analyzer/number_text.h"

namespace tiphys::rules::manifest_too_large {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kTooLarge{
    "this object takes {} as JSON, more than can be kept"};
constexpr Message<std::string_view> kAnnotation{
    "this object takes {} as JSON, too much for `kubectl apply`"};

/// Bytes of a value as JSON without blanks; what is escaped counts once. Stops above `most`.
std::int64_t json_bytes(const ir::Value& value, std::int64_t most) {
    std::int64_t total = 2;
    const auto add = [&](std::string_view key, const ir::Value& inner) {
        total += static_cast<std::int64_t>(key.size()) + (key.empty() ? 1 : 4);
        if (total <= most) total += json_bytes(inner, most - total);
        return total <= most;
    };
    switch (value.kind) {
    case ir::ValueKind::kScalar:
        return total + static_cast<std::int64_t>(static_cast<const ir::Scalar&>(value).text.size());
    case ir::ValueKind::kList:
        for (const ir::Value* item : static_cast<const ir::List&>(value).items) {
            if (!add("", *item)) break;
        }
        return total;
    case ir::ValueKind::kMap:
        for (const ir::Entry& entry : static_cast<const ir::Map&>(value).entries) {
            if (!add(entry.key, *entry.value)) break;
        }
        return total;
    case ir::ValueKind::kObject:
        for (const ir::Entry& entry : static_cast<const ir::Object&>(value).present_fields()) {
            if (!add(entry.key, *entry.value)) break;
        }
        return total;
    }
    return total;
}

void check(const ir::Document& document, Context& context) {
    const Limits& limits = context.settings().limits;
    const ir::Object* object = document.object();
    if (object == nullptr || object->entry("kind") == nullptr) return;
    // Longer than any of the limits: nothing more exact is needed.
    const std::int64_t bytes = json_bytes(*object, 4 * limits.object_bytes);
    const ir::Entry* kind = object->entry("kind");
    if (bytes > limits.object_bytes + limits.object_bytes / 2) {
        context.report(kTooLarge, kind->value->span, byte_words(bytes))
            .note("etcd takes requests of 1.5 MiB, and Argo keeps the status in the same object")
            .help("move data into artifacts, and templates into WorkflowTemplates of their own");
    } else if (bytes > limits.annotation_bytes) {
        context.report(kAnnotation, kind->value->span, byte_words(bytes))
            .severity(Severity::kWarning)
            .note("it notes the object in an annotation, which holds 256 KiB")
            .help("use `kubectl apply --server-side` or `create`, or move data into artifacts");
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "objects that are too large for the cluster",
                 .doc = R"md(
Kubernetes keeps an object in one entry of etcd, which takes 1.5 MiB; a Workflow also carries its
status there. `kubectl apply` notes the object in an annotation, which holds 256 KiB, so that larger
ones need `--server-side`. YAML aliases count as often as they are used.

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
    - - name: each
        template: work
        withItems:
        - {rows: &rows ["abcdefghabcdefghabcdefghabcdefghabcdefghabcdefghabcdefghabcdefghabcdefghabcdefghabcdefghabcdefgh", "abcdefghabcdefghabcdefghabcdefghabcdefghabcdefghabcdefghabcdefghabcdefghabcdefghabcdefghabcdefgh", "abcdefghabcdefghabcdefghabcdefghabcdefghabcdefghabcdefghabcdefghabcdefghabcdefghabcdefghabcdefgh", "abcdefghabcdefghabcdefghabcdefghabcdefghabcdefghabcdefghabcdefghabcdefghabcdefghabcdefghabcdefgh"]}
        - {block: &block [*rows, *rows, *rows, *rows, *rows, *rows, *rows, *rows, *rows, *rows, *rows, *rows, *rows, *rows, *rows, *rows]}
        - {blocks: &blocks [*block, *block, *block, *block, *block, *block, *block, *block]}
        - {all: [*blocks, *blocks, *blocks, *blocks, *blocks, *blocks, *blocks, *blocks]}
        arguments: {parameters: [{name: part, value: '{{item}}'}]}
  - name: work
    inputs: {parameters: [{name: part}]}
    container: {image: 'alpine:3.20', command: [work, '{{inputs.parameters.part}}']}
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
        withItems:
        - {rows: &rows ["abcdefghabcdefghabcdefghabcdefghabcdefghabcdefghabcdefghabcdefghabcdefghabcdefghabcdefghabcdefgh", "abcdefghabcdefghabcdefghabcdefghabcdefghabcdefghabcdefghabcdefghabcdefghabcdefghabcdefghabcdefgh", "abcdefghabcdefghabcdefghabcdefghabcdefghabcdefghabcdefghabcdefghabcdefghabcdefghabcdefghabcdefgh", "abcdefghabcdefghabcdefghabcdefghabcdefghabcdefghabcdefghabcdefghabcdefghabcdefghabcdefghabcdefgh"]}
        - {block: &block [*rows, *rows, *rows, *rows, *rows, *rows, *rows, *rows, *rows, *rows, *rows, *rows, *rows, *rows, *rows, *rows]}
        - {blocks: &blocks [*block, *block]}
        - {all: [*blocks, *blocks]}
        arguments: {parameters: [{name: part, value: '{{item}}'}]}
  - name: work
    inputs: {parameters: [{name: part}]}
    container: {image: 'alpine:3.20', command: [work, '{{inputs.parameters.part}}']}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::manifest_too_large
