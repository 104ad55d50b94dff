// Retries that leave out what fails most.
#include "analyzer/context.h"

namespace tiphys::rules::retry_onerror_only {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kOnly{
    "`{}` does not repeat a container that fails or runs out of memory"};

void check(const wf::RetryStrategy& retry, Context& context) {
    const ir::Scalar* policy = retry.retry_policy();
    if (policy == nullptr || policy->text != "OnError") return;
    if (retry.field("expression") != nullptr) return;
    context.report(kOnly, policy->span, policy->text)
        .note("an exit code other than zero and a container killed for memory are failures; errors "
              "are those of the controller, of the executor and of the pod itself")
        .help("write `OnFailure` or `Always` where these are meant");
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kInfo,
                 .since = "0.1",
                 .summary = "retries of errors only",
                 .doc = R"md(
`OnError` is for what goes wrong around the container: a pod that is deleted, an artifact that cannot
be stored. A main container that exits with another code than zero, or is killed because it used too
much memory, is a failure, and is not tried again.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  templates:
  - name: main
    retryStrategy: {limit: 3, retryPolicy: OnError, backoff: {duration: 10s}}
    container: {image: 'alpine:3.20', command: [make]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  templates:
  - name: main
    retryStrategy: {limit: 3, retryPolicy: Always, backoff: {duration: 10s}}
    container: {image: 'alpine:3.20', command: [make]}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::retry_onerror_only
