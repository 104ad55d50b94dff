// A statement in a .tiphys file that cannot stand in its block.
#include "analyzer/language_defect.h"

namespace tiphys::rules::misplaced_statement {

namespace {

using namespace analyze;

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "a statement in a .tiphys file that cannot stand in its block",
                 .doc = R"md(
Each block takes statements of its own kind: a dag takes nodes, a task takes fields.

```tiphys bad
workflow hello {
  task hello {
    image: "busybox:1.36"
    every "0 2 * * *"
  }
}
```

```tiphys good
workflow hello {
  every "0 2 * * *" { concurrency: Forbid }
  task hello { image: "busybox:1.36" run: ["echo", "hello"] }
}
```
)md",
                 .checks = {on_defect(front::kLanguageStructure, report_language_defect)}};

} // namespace tiphys::rules::misplaced_statement
