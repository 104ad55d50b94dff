// Waits of a backoff that are written as bare numbers.
#include <charconv>

#include "analyzer/edits.h"
#include "analyzer/events.h"

namespace tiphys::rules::backoff_in_nanoseconds {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kNanoseconds{"{} is a number of nanoseconds"};

/// Argo: Convert2WaitBackoff in pkg/shared/util/retry.go.
void check(const events::Backoff& backoff, Context& context) {
    const ir::Scalar* duration = backoff.duration();
    if (duration == nullptr || duration->scalar_type != ScalarType::kInt) return;
    std::int64_t number = 0;
    const auto parsed = std::from_chars(duration->text.data(),
                                        duration->text.data() + duration->text.size(), number);
    // Somebody who writes a million knows the unit.
    if (parsed.ec != std::errc{} || number >= 1'000'000 || number == 0) return;
    const std::string seconds = std::string(duration->text) + "s";
    context.report(kNanoseconds, duration->span, duration->text)
        .help("write a unit, as in `\"" + seconds + "\"`")
        .unsafe_fix("write `" + seconds + "`", {replace_value(*duration, double_quoted(seconds))});
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "waits between attempts that are bare numbers",
                 .doc = R"md(
In Argo Events a bare number as `duration` of a backoff counts nanoseconds, so `duration: 10` is no
wait at all. A text with a unit says what is meant.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: EventSource
metadata: {name: queue}
spec:
  amqp:
    jobs:
      url: amqp://rabbitmq:5672
      exchangeName: jobs
      exchangeType: fanout
      routingKey: jobs
      connectionBackoff: {duration: 10, steps: 5}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: EventSource
metadata: {name: queue}
spec:
  amqp:
    jobs:
      url: amqp://rabbitmq:5672
      exchangeName: jobs
      exchangeType: fanout
      routingKey: jobs
      connectionBackoff: {duration: 10s, steps: 5}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::backoff_in_nanoseconds
