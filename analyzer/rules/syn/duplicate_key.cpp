// Mappings that hold a key twice.
#include "analyzer/context.h"

namespace tiphys::rules::duplicate_key {
namespace {

using namespace analyze;

constexpr Message<std::string_view> kTwice{"key `{}` is written twice in the same mapping"};
constexpr Message<std::string_view> kMerged{"key `{}` is merged in as well"};

/// Labels and annotations change nothing that runs.
bool is_in_metadata(const ir::Defect& defect, const Context& context) {
    if (context.document() == nullptr || context.document()->object() == nullptr) return false;
    const ir::Value* metadata = context.document()->object()->field("metadata");
    return metadata != nullptr && metadata->span.begin <= defect.span.begin &&
           defect.span.end <= metadata->span.end;
}

void check(const ir::Defect& defect, Context& context) {
    if (context.text(defect.other) == "<<") {
        context.report(kMerged, defect.span, defect.text)
            .related(defect.other, "by this merge")
            .help("take the key out of one of the two; Argo's strict reader refuses the file, "
                  "other tools take the one that is written out");
        return;
    }
    Finding finding = context.report(kTwice, defect.span, defect.text);
    if (is_in_metadata(defect, context)) finding.severity(Severity::kWarning);
    finding.label("again here")
        .related(defect.other, "first here")
        .help("keep one of the two; Argo refuses the file, other tools take the last one");
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "the same key twice in one mapping",
                 .doc = R"md(
YAML forbids equal keys in one mapping. Argo's strict reader refuses the document; tools that do not
take the last value and drop the first without a word. In an object's metadata it is a warning. A
key that a merge (`<<`) brings in counts like a written one.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata:
  generateName: hello-
spec:
  entrypoint: main
  templates:
    - name: main
      container: {image: 'alpine:3.19', command: [echo, hello]}
      container: {image: 'alpine:3.20', command: [echo, hello]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata:
  generateName: hello-
spec:
  entrypoint: main
  templates:
    - name: main
      container: {image: 'alpine:3.20', command: [echo, hello]}
```
)md",
                 .checks = {on_defect(ir::DefectKind::kDuplicateKey, check)}};

} // namespace tiphys::rules::duplicate_key
