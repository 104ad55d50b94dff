// Retries without end.
#include "analyzer/context.h"
#include "analyzer/edits.h"
#include "compiler/front/resolve.h"

namespace tiphys::rules::retry_without_limit {
namespace {
using namespace analyze;

constexpr Message<> kEndless{
    "nothing ends these retries: a step that cannot succeed is tried for ever"};

void check(const wf::RetryStrategy& retry, Context& context) {
    if (retry.field("limit") != nullptr || retry.field("expression") != nullptr) return;
    const wf::Backoff* backoff = retry.backoff();
    if (backoff != nullptr && backoff->field("maxDuration") != nullptr) return;
    Finding finding = context.report(kEndless, context.headline());
    finding.help("add `limit`, or `maxDuration` to `backoff`");
    const std::vector<ir::Entry> entries = entries_in_order(retry);
    if (entries.empty()) {
        if (is_flow(context, retry)) {
            finding.unsafe_fix("add `limit: 3`", {{retry.span, "{limit: 3}"}});
        }
    } else {
        finding.unsafe_fix("add `limit: 3`",
                           {insert_before(context, retry, entries.front(), "limit: 3")});
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "retries without end",
                 .doc = R"md(
A `retryStrategy` without `limit` tries as often as it takes. A step with a wrong argument then makes
one pod after the other, until somebody sees it. An `expression` or `maxDuration` can end them too.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  templates:
  - name: main
    retryStrategy: {retryPolicy: Always}
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
    retryStrategy: {limit: 3, backoff: {duration: 10s, factor: 2}}
    container: {image: 'alpine:3.20', command: [make]}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::retry_without_limit
