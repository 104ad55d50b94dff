// Approvals that are given by waiting.
#include "analyzer/context.h"

namespace tiphys::rules::approval_times_out {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view> kGiven{
    "`{}` looks like an approval, but goes on by itself after {}"};

void check(const wf::Template& source, Context& context) {
    const wf::SuspendTemplate* suspend = source.suspend();
    const ir::Scalar* name = source.name();
    if (suspend == nullptr || name == nullptr || suspend->duration() == nullptr) return;
    bool is_approval = false;
    for (const std::string_view word : {"approv", "confirm", "sign-off", "signoff", "manual"}) {
        is_approval = is_approval || name->text.find(word) != name->text.npos;
    }
    if (!is_approval) return;
    context.report(kGiven, suspend->duration()->span, name->text, suspend->duration()->text)
        .note("a `suspend` whose time is over has succeeded")
        .help("leave `duration` out, and end the wait by `activeDeadlineSeconds` of the workflow");
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "approvals that are given by waiting",
                 .doc = R"md(
`duration` of a `suspend` is how long it waits, not how long somebody has time to answer: when it is
over, the node succeeds and the workflow goes on as if it had been approved.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  templates:
  - name: main
    steps:
    - - {name: ask, template: wait-for-approval}
  - name: wait-for-approval
    suspend: {duration: 1h}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  templates:
  - name: main
    steps:
    - - {name: ask, template: wait-for-approval}
  - name: wait-for-approval
    suspend: {}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::approval_times_out
