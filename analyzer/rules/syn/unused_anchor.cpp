// Anchors that no alias names.
#include "analyzer/context.h"

namespace tiphys::rules::unused_anchor {
namespace {

using namespace analyze;

constexpr Message<std::string_view> kUnused{"no alias uses the anchor `&{}`"};

void check(const ir::Defect& defect, Context& context) {
    Span span = defect.span;
    const std::string_view file = context.project().sources().file(span.file).text;
    // With the blank that parts it from its value.
    Span removed = span;
    while (removed.end < file.size() && file[removed.end] == ' ')
        ++removed.end;
    const bool is_last_of_line =
        removed.end >= file.size() || file[removed.end] == '\n' || file[removed.end] == '\r';
    while (is_last_of_line && removed.begin > 0 && file[removed.begin - 1] == ' ')
        --removed.begin;
    context.report(kUnused, span, defect.text)
        .help("remove it, or write `*" + std::string(defect.text) + "` where the value is meant")
        .safe_fix("remove the anchor", {{removed, ""}});
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "anchors that no alias uses",
                 .doc = R"md(
An anchor without an alias does nothing. Often the alias was removed, or names another anchor by
mistake.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata:
  generateName: hello-
spec:
  entrypoint: main
  templates:
    - name: main
      container: &shared
        image: alpine:3.20
        command: [echo, hello]
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata:
  generateName: hello-
spec:
  entrypoint: main
  onExit: last
  templates:
    - name: main
      container: &shared
        image: alpine:3.20
        command: [echo, hello]
    - name: last
      container: *shared
```
)md",
                 .checks = {on_defect(ir::DefectKind::kUnusedAnchor, check)}};

} // namespace tiphys::rules::unused_anchor
