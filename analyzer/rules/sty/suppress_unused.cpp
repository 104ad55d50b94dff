// Comments that silence nothing.
#include <algorithm>

#include "analyzer/context.h"
#include "analyzer/suppress.h"

namespace tiphys::rules::suppress_unused {
namespace {

using namespace analyze;

constexpr Message<std::string_view> kUnused{"`{}` finds nothing here: the suppression is not used"};

/// Rules see nothing of a document that could not be read.
bool is_readable(const ir::SourceUnit& unit) {
    return std::none_of(unit.defects.begin(), unit.defects.end(), [](const ir::Defect& defect) {
        return defect.kind == ir::DefectKind::kYamlSyntax ||
               defect.kind == ir::DefectKind::kAliasCycle ||
               defect.kind == ir::DefectKind::kTemplatedSource;
    });
}

void check(const Suppression& suppression, Context& context) {
    if (!suppression.is_understood() || !is_readable(context.unit())) return;
    for (const SuppressedRule& named : suppression.rules) {
        // Comments about comments are judged after this rule.
        if (named.rule == nullptr || named.is_used || named.name.starts_with("suppress-")) continue;
        const bool is_alone = suppression.rules.size() == 1;
        context.report(kUnused, named.span, named.name)
            .help("remove it, so that it does not hide a defect that comes later")
            .safe_fix(is_alone ? "remove the comment"
                               : "remove `" + std::string(named.name) + "` from the comment",
                      {remove_from(suppression, named, context.project().sources())});
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "suppressions that silence nothing",
                 .doc = R"md(
A comment `# tiphys: ignore[rule]` that silences no finding is a leftover: the defect was mended, or
moved to another line, and the comment would hide the next one. Rules that are not run are judged as
well, so the result is the same with and without `--strict`.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: hello-}
spec:
  entrypoint: main
  templates:
  - name: main  # tiphys: ignore[unused-template] started by hand
    container: {image: 'alpine:3.20', command: [echo, hello]}
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
  - name: by-hand  # tiphys: ignore[unused-template] started by hand
    container: {image: 'alpine:3.20', command: [echo, hello]}
```
)md",
                 .checks = {on_suppression(check)}};

} // namespace tiphys::rules::suppress_unused
