// Mappings that hold a key twice.
#include "analyzer/context.h"

namespace tiphys::rules::duplicate_key {
namespace {

using namespace analyze;

constexpr Message<std::string_view> kTwice{"key `{}` is written twice in the same mapping"};

void check(const ir::Defect& defect, Context& context) {
    context.report(kTwice, defect.span, defect.text)
        .label("again here")
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
take the last value and drop the first without a word.

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
