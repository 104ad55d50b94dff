// Retries that follow at once.
#include "analyzer/context.h"
#include "analyzer/durations.h"
#include "analyzer/edits.h"
#include "compiler/front/resolve.h"

namespace tiphys::rules::retry_without_backoff {
namespace {
using namespace analyze;

constexpr Message<> kAtOnce{"a failed attempt is repeated at once: there is no `backoff`"};

/// So few attempts do no harm where they come at once.
constexpr std::int64_t kFew = 3;

void check(const wf::RetryStrategy& retry, Context& context) {
    const ir::Value* backoff = retry.field("backoff");
    if (backoff != nullptr && !ir::is_null(*backoff)) return;
    const auto limit = integer_of(retry.limit());
    if (limit && *limit <= 0) return;
    Finding finding = context.report(kAtOnce, context.headline());
    const bool is_unknown = !limit && retry.field("limit") != nullptr;
    if (is_unknown || (limit && *limit <= kFew)) finding.severity(Severity::kInfo);
    finding
        .note("what failed because a service is down fails again, and many pods that try "
              "together keep it down")
        .help("add `backoff: {duration: 10s, factor: 2, cap: 5m}`");
    const std::vector<ir::Entry> entries = entries_in_order(retry);
    if (backoff == nullptr && !entries.empty()) {
        finding.unsafe_fix("add a `backoff`", {insert_after(context, retry, entries.back(),
                                                            "backoff: {duration: 10s, factor: "
                                                            "2}")});
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "retries without `backoff`",
                 .doc = R"md(
Without `backoff` the next attempt starts as soon as the last one has failed. A service that is
overloaded gets more load, a quota that is used up stays so, and all attempts are over before
anything could change. Up to three retries are information (`--strict`).

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  templates:
  - name: main
    retryStrategy: {limit: 10}
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
    retryStrategy: {limit: 10, backoff: {duration: 10s, factor: 2}}
    container: {image: 'alpine:3.20', command: [make]}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::retry_without_backoff
