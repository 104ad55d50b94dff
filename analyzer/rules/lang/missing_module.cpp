// A module that a .tiphys file uses and that is not there.
#include "analyzer/language_defect.h"

namespace tiphys::rules::missing_module {

namespace {

using namespace analyze;

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "a module that a .tiphys file uses and that is not there",
                 .doc = R"md(
Paths of modules start at the folder of the file that uses them; modules of the standard library
have names. Modules that use each other in a circle cannot be read.

```tiphys bad
use "./no-such-file.tiphys" as lib
```

```tiphys good
use "argo:build-tools" as tools
```
)md",
                 .checks = {on_defect(front::kLanguageModule, report_language_defect)}};

} // namespace tiphys::rules::missing_module
