// Rate limits that stop the sensor.
#include "analyzer/events.h"

namespace tiphys::rules::rate_limit_not_positive {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kZero{"a rate limit of {} stops the whole sensor"};
constexpr Message<std::string_view> kNegative{"a rate limit of {} limits nothing"};

/// Argo: initRateLimiter in pkg/sensors/listener.go divides by it when the sensor starts.
void check(const events::RateLimit& limit, Context& context) {
    const ir::Scalar* rate = limit.requests_per_unit();
    if (rate == nullptr) {
        const bool is_misspelt =
            !limit.unknown.empty() || limit.field("requestsPerUnit") != nullptr;
        if (is_misspelt) return;
        context.report(kZero, context.headline(), "nothing").help("add `requestsPerUnit`");
        return;
    }
    if (rate->scalar_type != ScalarType::kInt) return;
    const bool is_zero = rate->text.find_first_not_of("+-0") == rate->text.npos;
    const char* const help = "write 1 or more, or leave `rateLimit` out";
    if (is_zero) {
        context.report(kZero, rate->span, rate->text).help(help);
    } else if (rate->text.starts_with('-')) {
        context.report(kNegative, rate->span, rate->text).severity(Severity::kWarning).help(help);
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "rate limits of nothing",
                 .doc = R"md(
The sensor divides the unit of time by `requestsPerUnit` when it starts. With 0, or without the field,
its process ends there, and with it all triggers of the sensor; nothing validates this before.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: on-push}
spec:
  dependencies: [{name: push, eventSourceName: github, eventName: push}]
  triggers:
  - template: {name: log, log: {}}
    rateLimit: {unit: Minute, requestsPerUnit: 0}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: on-push}
spec:
  dependencies: [{name: push, eventSourceName: github, eventName: push}]
  triggers:
  - template: {name: log, log: {}}
    rateLimit: {unit: Minute, requestsPerUnit: 10}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::rate_limit_not_positive
