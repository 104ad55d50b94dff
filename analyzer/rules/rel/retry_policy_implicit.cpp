// Retries whose policy depends on the version of Argo.
#include "analyzer/context.h"
#include "analyzer/edits.h"

namespace tiphys::rules::retry_policy_implicit {
namespace {
using namespace analyze;

constexpr Message<> kImplicit{
    "with `expression` the default of `retryPolicy` is `Always`, without it `OnFailure`"};

constexpr int kChanged = 305;

void check(const wf::RetryStrategy& retry, Context& context) {
    const ir::Entry* expression = retry.entry("expression");
    if (expression == nullptr || retry.field("retryPolicy") != nullptr) return;
    const bool is_new = context.settings().argo_version >= kChanged;
    const std::string policy = is_new ? "Always" : "OnFailure";
    context.report(kImplicit, ir::key_span(retry, *expression))
        .note("before Argo 3.5 it was `OnFailure` in both cases")
        .help("write which is meant: errors of the node count with `Always` only")
        .safe_fix("add `retryPolicy: " + policy + "`",
                  {insert_before(context, retry, *expression, "retryPolicy: " + policy)});
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kInfo,
                 .since = "0.1",
                 .summary = "retries whose policy is the default of an expression",
                 .doc = R"md(
The default of `retryPolicy` changes when an `expression` is added, and changed with Argo 3.5. Write
it down: the fix adds the one that counts for the version in use.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  templates:
  - name: main
    retryStrategy: {limit: 3, backoff: {duration: 10s}, expression: 'asInt(lastRetry.exitCode) > 1'}
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
    retryStrategy: {limit: 3, backoff: {duration: 10s}, retryPolicy: Always, expression: 'asInt(lastRetry.exitCode) > 1'}
    container: {image: 'alpine:3.20', command: [make]}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::retry_policy_implicit
