// Words that YAML 1.1, which Kubernetes reads, takes for booleans.
#include "analyzer/context.h"

namespace tiphys::rules::yaml11_implicit_bool {
namespace {

using namespace analyze;

constexpr Message<std::string_view, std::string_view> kBool{
    "`{}` without quotes is a bool for Kubernetes, and `{}` wants a string"};

constexpr Message<std::string_view, std::string_view> kRewritten{
    "`{}` without quotes reaches Argo as the text `{}`"};

constexpr Message<std::string_view, std::string_view> kKey{
    "the key `{}` without quotes is the key `{}` for Kubernetes"};

bool is_yes(std::string_view text) {
    return text.front() == 'y' || text.front() == 'Y' || text == "on" || text == "On" ||
           text == "ON";
}

void report_key(const ir::Defect& defect, Context& context) {
    const std::string written(defect.text);
    context.report(kKey, defect.span, written, is_yes(written) ? "true" : "false")
        .severity(Severity::kWarning)
        .help("put it in quotes: `\"" + written + "\"`")
        .safe_fix("quote it", {{defect.span, "\"" + written + "\""}});
}

void check(const ir::Defect& defect, Context& context) {
    if (defect.value == nullptr) {
        report_key(defect, context);
        return;
    }
    const ir::Scalar& scalar = *ir::scalar_as(defect.value);
    const std::string_view field = defect.field == nullptr ? "this field" : defect.field->name;
    const bool is_rewritten =
        defect.field != nullptr && defect.field->shape.form == schema::Form::kAnyString;
    Finding finding = is_rewritten ? context
                                         .report(kRewritten, defect.span, scalar.text,
                                                 is_yes(scalar.text) ? "true" : "false")
                                         .severity(Severity::kWarning)
                                   : context.report(kBool, defect.span, scalar.text, field);
    finding.help("put it in quotes: `\"" + std::string(scalar.text) + "\"`")
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
files. In the value of a parameter, which may be anything, the text arrives as `true` or `false`.

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
