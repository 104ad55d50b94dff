// Comments that silence a finding and do not say why.
#include "analyzer/context.h"
#include "analyzer/suppress.h"

namespace tiphys::rules::suppress_no_reason {
namespace {

using namespace analyze;

constexpr Message<> kNoReason{"the suppression gives no reason"};

void check(const Suppression& suppression, Context& context) {
    if (!suppression.is_understood() || suppression.rules.empty() || suppression.has_reason) return;
    context.report(kNoReason, suppression.comment)
        .help("say after the `]` why the finding does not count here");
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kInfo,
                 .since = "0.1",
                 .summary = "suppressions without a reason",
                 .doc = R"md(
Whoever reads a suppression later wants to know whether it still holds. The words after the bracket
are for them.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: hello-}
spec:
  entrypoint: main
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [echo, hello]}
  - name: by-hand  # tiphys: ignore[unused-template]
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
  - name: by-hand  # tiphys: ignore[unused-template] operators start it with --entrypoint
    container: {image: 'alpine:3.20', command: [echo, hello]}
```
)md",
                 .checks = {on_suppression(check)}};

} // namespace tiphys::rules::suppress_no_reason
