// Templates of manifests (Helm charts) that are YAML only once they are rendered.
#include "analyzer/context.h"

namespace tiphys::rules::helm_or_kustomize_source {
namespace {

using namespace analyze;

constexpr Message<> kTemplated{"this document is a template for Helm, so it was not checked"};

void check(const ir::Defect& defect, Context& context) {
    context.report(kTemplated, defect.span)
        .help("check what comes of it: `helm template . | tiphys lint -`");
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "Helm templates, which cannot be checked before they are rendered",
                 .doc = R"md(
The document holds actions of Helm's template language. What it will say depends on values that are
not here, so checking it would tell you nothing true. Render it, and check the result.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata:
  generateName: {{ .Release.Name }}-
spec:
  entrypoint: {{ .Values.entrypoint }}
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
      container: {image: 'alpine:3.20', command: [echo, "{{workflow.name}}"]}
```
)md",
                 .checks = {on_defect(ir::DefectKind::kTemplatedSource, check)}};

} // namespace tiphys::rules::helm_or_kustomize_source
