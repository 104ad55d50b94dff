// Retries so many that they hide what is broken.
#include <charconv>

#include "analyzer/context.h"

namespace tiphys::rules::too_many_retries {
namespace {
using namespace analyze;

constexpr Message<std::int64_t> kMany{"up to {} retries"};

/// More attempts seldom succeed where so many have failed.
constexpr std::int64_t kMost = 10;

void check(const wf::RetryStrategy& retry, Context& context) {
    const ir::Scalar* limit = retry.limit();
    if (limit == nullptr) return;
    std::int64_t number = 0;
    const std::string_view text = limit->text;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size() || number <= kMost) return;
    // Whoever says which failures pass, or for how long to try, has thought about it.
    const wf::Backoff* backoff = retry.backoff();
    const bool is_bounded = backoff != nullptr && backoff->max_duration() != nullptr;
    if (is_bounded || retry.expression() != nullptr) return;
    context.report(kMany, limit->span, number)
        .help("lower the `limit`, bound the time with `backoff.maxDuration`, or say in "
              "`expression` which failures pass by themselves");
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "limits of retries above ten",
                 .doc = R"md(
A failure that passes by itself is gone after a few attempts. Each further one costs a pod, keeps what
waits for it waiting, and hides the defect: the workflow fails hours later than it could.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: fetch-}
spec:
  entrypoint: main
  templates:
  - name: main
    retryStrategy: {limit: 50, backoff: {duration: 10s}}
    container: {image: 'fetch:2.1', command: [fetch]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: fetch-}
spec:
  entrypoint: main
  templates:
  - name: main
    retryStrategy: {limit: 50, backoff: {duration: 10s, maxDuration: 10m}}
    container: {image: 'fetch:2.1', command: [fetch]}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::too_many_retries
