// Aliases that stand for themselves, or for more values than anybody can mean.
#include "analyzer/context.h"
#include "compiler/base/limits.h"

namespace tiphys::rules::alias_cycle {
namespace {

using namespace analyze;

constexpr Message<> kEndless{"the aliases here expand without end, or to far too many values"};

void check(const ir::Defect& defect, Context& context) {
    Finding finding = context.report(kEndless, defect.span);
    finding.note("the limit is " + std::to_string(limits::kAliasExpansion) +
                 " values in one document");
    finding.help("write the value out, or let the alias name a part that does not contain it");
    if (defect.other.is_known()) finding.related(defect.other, "the anchor is here");
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "aliases that contain themselves or expand without bounds",
                 .doc = R"md(
An alias inside of the value that its own anchor marks has no end, and a few lines of aliases of
aliases expand to more memory than a machine has. Kubernetes refuses both.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: &meta
  generateName: hello-
  labels: *meta
spec:
  entrypoint: main
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata:
  generateName: hello-
  labels: &labels {app: hello}
spec:
  entrypoint: main
  podMetadata:
    labels: *labels
  templates:
    - name: main
      container: {image: 'alpine:3.20', command: [echo, hello]}
```
)md",
                 .checks = {on_defect(ir::DefectKind::kAliasCycle, check)}};

} // namespace tiphys::rules::alias_cycle
