// An output of a node that may not have run, read where something is needed.
#include "analyzer/language_defect.h"

namespace tiphys::rules::missing_output {

namespace {

using namespace analyze;

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "a node reads an output of another one that may not have run",
                 .doc = R"md(
A node inside of `if` or with `when` has no outputs where it was skipped. Argo then hands on the
output's default, or else nothing, on which the reading node fails. Say what stands in for it with
`??`, give the output or the parameter a default, or run the reader only where the other one ran.

```tiphys bad
workflow release(target: "staging" | "prod" = "staging") {
  steps main {
    if target == "prod" { ticket = open() }
    note(ticket)
  }
  task open -> string { image: "acme/ci:3" run: ["ticket", "open"] }
  task note(text) { image: "acme/ci:3" run: ["echo", text] }
}
```

```tiphys good
workflow release(target: "staging" | "prod" = "staging") {
  steps main {
    if target == "prod" { ticket = open() }
    note(ticket ?? "none")
  }
  task open -> string { image: "acme/ci:3" run: ["ticket", "open"] }
  task note(text) { image: "acme/ci:3" run: ["echo", text] }
}
```
)md",
                 .checks = {on_defect(front::kLanguageAbsent, report_language_defect)}};

} // namespace tiphys::rules::missing_output
