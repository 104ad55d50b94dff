// Text that is not YAML.
#include "analyzer/context.h"
#include "analyzer/yaml_reasons.h"

namespace tiphys::rules::yaml_syntax {
namespace {

using namespace analyze;

constexpr Message<std::string_view> kNotYaml{"not YAML: {}"};

void check(const ir::Defect& defect, Context& context) {
    const YamlReason reason = yaml_reason(defect.text);
    Finding finding = context.report(kNotYaml, defect.span, reason.what);
    if (!reason.help.empty()) finding.help(std::string(reason.help));
    if (defect.other.is_known() && defect.other != defect.span) {
        finding.related(defect.other, "it begins here");
    }
    const ir::Document* document = context.document();
    const bool is_read =
        document != nullptr && document->root != nullptr && defect.span.begin <= document->span.end;
    finding.note(is_read ? "the rest of the document was checked as far as it could be read"
                         : "nothing else in this document was checked");
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "text that is not YAML",
                 .doc = R"md(
The document cannot be read, so nothing in it can run. Other documents of the same file are still
checked: they are told apart by the `---` lines.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: hello-
spec:
  entrypoint: main
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: hello-}
spec:
  entrypoint: main
  templates:
    - name: main
      container: {image: 'alpine:3.20', command: [echo, hello]}
```
)md",
                 .checks = {on_defect(ir::DefectKind::kYamlSyntax, check)}};

} // namespace tiphys::rules::yaml_syntax
