// A name in a .tiphys file that nothing is called by.
#include "analyzer/language_defect.h"

namespace tiphys::rules::unknown_word {

namespace {

using namespace analyze;

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "a name in a .tiphys file that nothing is called by",
                 .doc = R"md(
A variable, template, output, parameter or field is used that does not exist in this place.

```tiphys bad
workflow hello {
  task hello(text) { image: "busybox:1.36" run: ["echo", txet] }
}
```

```tiphys good
workflow hello(text = "hello") {
  task hello { image: "busybox:1.36" run: ["echo", text] }
}
```
)md",
                 .checks = {on_defect(front::kLanguageName, report_language_defect)}};

} // namespace tiphys::rules::unknown_word
