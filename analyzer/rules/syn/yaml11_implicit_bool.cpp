// Words that YAML 1.1, which Kubernetes reads, takes for booleans.
#include "analyzer/context.h"

namespace tiphys::rules::yaml11_implicit_bool {
namespace {

using namespace analyze;

constexpr Message<std::string_view, std::string_view> kBool{
    "`{}` without quotes is a bool for Kubernetes, and `{}` wants a string"};

void check(const ir::Defect& defect, Context& context) {
    const ir::Scalar& scalar = *ir::scalar_as(defect.value);
    const std::string_view field = defect.field == nullptr ? "this field" : defect.field->name;
    context.report(kBool, defect.span, scalar.text, field)
        .help("put it in quotes: `\"" + std::string(scalar.text) + "\"`")
        .note("YAML 1.1 reads y, n, yes, no, on and off as true and false")
        .safe_fix("quote it", {quote_scalar(scalar)});
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "words like `no` and `y` that Kubernetes reads as bools",
                 .doc = R"md(
Kubernetes reads YAML by the rules of version 1.1, where a plain `y`, `n`, `yes`, `no`, `on` or `off`
is a bool. In a field that wants a string the object is refused; `argo lint` then gives up on all
files.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata:
  generateName: hello-
spec:
  entrypoint: main
  arguments:
    parameters:
      - name: n
        value: "3"
  templates:
    - name: main
      container: {image: 'alpine:3.20', command: [echo, "{{workflow.parameters.n}}"]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata:
  generateName: hello-
spec:
  entrypoint: main
  arguments:
    parameters:
      - name: "n"
        value: "3"
  templates:
    - name: main
      container: {image: 'alpine:3.20', command: [echo, "{{workflow.parameters.n}}"]}
```
)md",
                 .checks = {on_defect(ir::DefectKind::kImplicitBool, check)}};

} // namespace tiphys::rules::yaml11_implicit_bool
