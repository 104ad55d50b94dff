// Pauses that end without anybody, or never.
#include "analyzer/context.h"
#include "analyzer/facts.h"

namespace tiphys::rules::suspend_forever {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kByItself{
    "`{}` is approved by time alone: it has a `duration`"};
constexpr Message<std::string_view> kForever{"`{}` waits until somebody resumes it"};

bool is_approval(std::string_view name) {
    return name.find("approv") != name.npos || name.find("confirm") != name.npos;
}

void check(const wf::Template& own, Context& context) {
    const wf::SuspendTemplate* suspend = own.suspend();
    if (suspend == nullptr || own.name() == nullptr) return;
    const std::string_view name = own.name()->text;
    if (suspend->duration() == nullptr) {
        if (own.active_deadline_seconds() != nullptr) return;
        context.report(kForever, own.key_span_of("suspend"), name)
            .help("`activeDeadlineSeconds` of the template gives it an end");
        return;
    }
    if (!is_approval(name)) return;
    context.report(kByItself, suspend->key_span_of("duration"), name)
        .severity(Severity::kWarning)
        .help("without `duration` it waits for a person; `activeDeadlineSeconds` lets it fail "
              "when nobody comes");
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kInfo,
                 .since = "0.1",
                 .summary = "pauses that end without anybody, or never",
                 .doc = R"md(
A `suspend` template without `duration` waits for a person, for as long as it takes: that is a hint.
One with `duration` goes on by itself, so an approval with one is given by time alone: that is a
warning.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-}
spec:
  entrypoint: main
  templates:
  - name: main
    steps: [[{name: wait, template: wait-for-approval}]]
  - name: wait-for-approval
    suspend: {duration: 1h}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-}
spec:
  entrypoint: main
  templates:
  - name: main
    steps: [[{name: wait, template: wait-for-approval}]]
  - name: wait-for-approval
    activeDeadlineSeconds: 86400
    suspend: {}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::suspend_forever
