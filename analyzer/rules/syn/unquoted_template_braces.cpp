// Values that begin with a tag and have no quotes: YAML reads a brace as the start of a mapping.
#include <algorithm>

#include "analyzer/context.h"
#include "analyzer/edits.h"

namespace tiphys::rules::unquoted_template_braces {
namespace {

using namespace analyze;

constexpr Message<> kUnquoted{"a value that begins with `{{` needs quotes"};

/// The tag and the text behind it on the same line, without a comment. What follows a comma or a
/// bracket belongs to a list or mapping in brackets.
Span whole_value(Span tag, std::string_view file) {
    const std::size_t line = std::min(file.find_first_of("\r\n", tag.end), file.size());
    const std::size_t comment = std::min(file.find(" #", tag.end), line);
    std::size_t end = comment;
    while (end > tag.end && (file[end - 1] == ' ' || file[end - 1] == '\t'))
        --end;
    const std::string_view rest = file.substr(tag.end, end - tag.end);
    const bool is_in_brackets = rest.find_first_of(",]}") != rest.npos;
    if (!is_in_brackets) tag.end = static_cast<std::uint32_t>(end);
    return tag;
}

void check(const ir::Defect& defect, Context& context) {
    Finding finding = context.report(kUnquoted, defect.span);
    finding.note("without them YAML takes the brace for the start of a mapping");
    const std::string_view file = context.project().sources().file(defect.span.file).text;
    const Span whole = whole_value(defect.span, file);
    const std::string_view text = context.text(whole);
    if (text.find('\n') != text.npos) {
        finding.help("put the whole value in quotes");
        return;
    }
    finding.help("put it in quotes").safe_fix("quote it", {{whole, double_quoted(text)}});
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "values that begin with a tag and have no quotes",
                 .doc = R"md(
YAML reads `{` at the start of a value as a mapping in braces, so that a tag there is not a text. The
document is refused, or holds something you did not mean.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata:
  generateName: hello-
spec:
  entrypoint: main
  arguments:
    parameters:
      - name: who
        value: world
  templates:
    - name: main
      container:
        image: alpine:3.20
        command: [echo]
        args:
          - {{workflow.parameters.who}}
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
      - name: who
        value: world
  templates:
    - name: main
      container:
        image: alpine:3.20
        command: [echo]
        args:
          - "{{workflow.parameters.who}}"
```
)md",
                 .checks = {on_defect(ir::DefectKind::kUnquotedBraces, check)}};

} // namespace tiphys::rules::unquoted_template_braces
