// Logs that go with their pods.
#include "analyzer/context.h"
#include "compiler/front/resolve.h"

namespace tiphys::rules::logs_lost_with_pods {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kLost{
    "`{}` deletes failed pods too, and their logs are not stored"};

void check(const wf::WorkflowSpec& spec, Context& context) {
    const wf::PodGC* gc = spec.pod_gc();
    if (gc == nullptr || front::is_true(spec.archive_logs())) return;
    const ir::Scalar* strategy = gc->strategy();
    const std::string_view text = ir::text_of(strategy);
    if (text != "OnPodCompletion" || gc->field("deleteDelayDuration") != nullptr) return;
    context.report(kLost, strategy->span, text)
        .note("unless the controller is set up to archive logs, nobody can see why a step failed")
        .help("write `OnPodSuccess`, or add `archiveLogs: true`");
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kInfo,
                 .since = "0.1",
                 .summary = "logs of failed steps that go with their pods",
                 .doc = R"md(
`podGC` with `OnPodCompletion` deletes every pod as soon as it has ended, and its log with it.
`OnPodSuccess` keeps those that failed; `archiveLogs` stores the logs as artifacts.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  podGC: {strategy: OnPodCompletion}
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [make]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  podGC: {strategy: OnPodSuccess}
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [make]}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::logs_lost_with_pods
