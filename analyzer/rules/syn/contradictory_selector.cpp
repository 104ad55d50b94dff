// Conditions of selectors whose operator and values do not go together.
// Kubernetes: NewRequirement in k8s.io/apimachinery/pkg/labels/selector.go.
#include "analyzer/context.h"
#include "schemas/k8s.gen.h"

namespace tiphys::rules::contradictory_selector {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kNoValues{"`{}` compares with `values`, and there are none"};
constexpr Message<std::string_view> kValues{"`{}` asks for the key alone, and there are `values`"};

void check(const k8s::LabelSelectorRequirement& own, Context& context) {
    const ir::Scalar* operation = own.operator_();
    if (operation == nullptr) return;
    const std::string_view text = operation->text;
    if (text == "In" || text == "NotIn") {
        if (own.values().size() == 0) context.report(kNoValues, operation->span, text);
    } else if (text == "Exists" || text == "DoesNotExist") {
        if (own.values().size() == 0) return;
        context.report(kValues, own.key_span_of("values"), text)
            .related(operation->span, "the operator")
            .help(text == "Exists" ? "compare with `In`, or take the values out"
                                   : "compare with `NotIn`, or take the values out");
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "selectors whose operator and values do not go together",
                 .doc = R"md(
In `matchExpressions`, `In` and `NotIn` compare a label with `values`; `Exists` and `DoesNotExist`
look at the key alone. Argo (in `podGC`) and Kubernetes (elsewhere) refuse other combinations.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-}
spec:
  entrypoint: main
  podGC:
    strategy: OnPodCompletion
    labelSelector: {matchExpressions: [{key: keep, operator: DoesNotExist, values: ['true']}]}
  templates:
  - name: main
    container: {image: 'golang:1.23', command: [go, build]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-}
spec:
  entrypoint: main
  podGC:
    strategy: OnPodCompletion
    labelSelector: {matchExpressions: [{key: keep, operator: NotIn, values: ['true']}]}
  templates:
  - name: main
    container: {image: 'golang:1.23', command: [go, build]}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::contradictory_selector
