// Text of a .tiphys file that is not the language.
#include "analyzer/language_defect.h"

namespace tiphys::rules::unreadable_source {

namespace {

using namespace analyze;

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "text of a .tiphys file that is not the language",
                 .doc = R"md(
What cannot be read is passed over; everything else in the file is still checked.

```tiphys bad
task hello {
  image: "busybox
}
```

```tiphys good
workflow hello {
  task hello { image: "busybox:1.36" run: ["echo", "hello"] }
}
```
)md",
                 .checks = {on_defect(front::kLanguageSyntax, report_language_defect)}};

} // namespace tiphys::rules::unreadable_source
