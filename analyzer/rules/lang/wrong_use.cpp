// A value in a .tiphys file that does not fit its place.
#include "analyzer/language_defect.h"

namespace tiphys::rules::wrong_use {

namespace {

using namespace analyze;

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "a value in a .tiphys file that does not fit its place",
                 .doc = R"md(
Calls are checked against the signature of what they call, values against the types and the
phase of the place that they stand in.

```tiphys bad
workflow hello {
  dag main { say() }
  task say(text) { image: "busybox:1.36" run: ["echo", text] }
}
```

```tiphys good
workflow hello {
  dag main { say("hello") }
  task say(text) { image: "busybox:1.36" run: ["echo", text] }
}
```
)md",
                 .checks = {on_defect(front::kLanguageType, report_language_defect)}};

} // namespace tiphys::rules::wrong_use
