// Retries that never start, since the time is over before.
#include <optional>

#include "analyzer/context.h"
#include "analyzer/durations.h"
#include "compiler/front/resolve.h"

namespace tiphys::rules::backoff_exceeds_deadline {
namespace {
using namespace analyze;

constexpr Message<std::int64_t, std::string, std::string_view, std::string> kNever{
    "retry {} never starts: the waits before it take {}, `{}` is {}"};

constexpr std::int64_t kMostRetries = 1000;

struct Waits {
    std::int64_t duration = 0;
    std::int64_t factor = 1;
    std::optional<std::int64_t> cap;
    std::int64_t limit = 0;
};

std::optional<Waits> waits_of(const wf::RetryStrategy& retry) {
    const wf::Backoff* backoff = retry.backoff();
    const auto limit = integer_of(retry.limit());
    if (backoff == nullptr || !limit || *limit <= 0 || *limit > kMostRetries) return std::nullopt;
    const auto duration = seconds_of(backoff->duration());
    if (!duration || *duration <= 0) return std::nullopt;
    Waits waits{*duration, 1, std::nullopt, *limit};
    if (backoff->field("factor") != nullptr) {
        const auto factor = integer_of(backoff->factor());
        if (!factor || *factor < 1) return std::nullopt;
        waits.factor = *factor;
    }
    if (backoff->field("cap") != nullptr) {
        waits.cap = seconds_of(backoff->cap());
        if (!waits.cap) return std::nullopt;
    }
    return waits;
}

struct Late {
    std::int64_t retry = 0;
    std::int64_t seconds = 0;
};

/// The first retry before which more than `most` seconds are waited.
/// Argo: workflow/controller/operator.go processNodeRetries: duration * factor^(retry - 1).
std::optional<Late> first_late(const Waits& waits, std::int64_t most) {
    std::int64_t total = 0;
    std::int64_t wait = waits.duration;
    for (std::int64_t retry = 1; retry <= waits.limit; ++retry) {
        total += waits.cap && *waits.cap < wait ? *waits.cap : wait;
        if (total > most) return Late{retry, total};
        if (wait < most) wait *= waits.factor;
    }
    return std::nullopt;
}

void report(const wf::RetryStrategy& retry, const Late& late, std::string_view field,
            std::int64_t most, Span limit, Context& context) {
    context
        .report(kNever, retry.limit()->span, late.retry, seconds_text(late.seconds), field,
                seconds_text(most))
        .related(limit, "this ends them")
        .help("lower `limit` or the waits, or give them more time");
}

void check(const wf::RetryStrategy& retry, Context& context) {
    const auto waits = waits_of(retry);
    if (!waits) return;
    const ir::Scalar* longest = retry.backoff()->max_duration();
    const auto most = seconds_of(longest);
    if (most && *most > 0) {
        if (const auto late = first_late(*waits, *most)) {
            report(retry, *late, "maxDuration", *most, longest->span, context);
            return;
        }
    }
    const auto* spec = context.enclosing<wf::WorkflowSpec>();
    if (spec == nullptr) return;
    const ir::Scalar* deadline = spec->active_deadline_seconds();
    const auto seconds = seconds_of(deadline);
    if (!seconds || *seconds <= 0) return;
    if (const auto late = first_late(*waits, *seconds)) {
        report(retry, *late, "activeDeadlineSeconds", *seconds, deadline->span, context);
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "retries that can never start",
                 .doc = R"md(
The waits of a `backoff` grow by its factor. Where their sum is more than `maxDuration`, or more than
the deadline of the workflow, the last retries exist on paper only. The time that the attempts
themselves take comes on top and is not counted here.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  templates:
  - name: main
    retryStrategy: {limit: 5, backoff: {duration: 10s, factor: 2, maxDuration: 3m}}
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
    retryStrategy: {limit: 4, backoff: {duration: 10s, factor: 2, maxDuration: 3m}}
    container: {image: 'alpine:3.20', command: [make]}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::backoff_exceeds_deadline
