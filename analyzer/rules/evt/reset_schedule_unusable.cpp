// Schedules by which conditions are reset that Argo refuses, or that run in a zone nobody named.
#include "analyzer/events.h"

namespace tiphys::rules::reset_schedule_unusable {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kDescriptor{"`{}` is no schedule of five fields"};
constexpr Message<> kLocal{"this schedule is in the time zone of the sensor's pod"};

/// Argo: validateTriggerTemplate in pkg/reconciler/sensor/validate.go: a parser of the five fields,
/// without descriptors. The zone: listenEvents in pkg/sensors/listener.go.
void check(const events::ConditionsResetByTime& reset, Context& context) {
    const ir::Scalar* cron = reset.cron();
    if (cron == nullptr || cron->text.empty()) return;
    if (cron->text.starts_with('@')) {
        context.report(kDescriptor, context.span_in(*cron, 0, cron->text.size()), cron->text)
            .help("write minute, hour, day, month and weekday, as in `0 0 * * *`");
        return;
    }
    const bool has_zone = is_given(reset, "timezone") || cron->text.starts_with("TZ=") ||
                          cron->text.starts_with("CRON_TZ=");
    if (has_zone) return;
    context.report(kLocal, reset.key_span_of("cron"))
        .severity(Severity::kInfo)
        .help("add `timezone`, as in `timezone: UTC`");
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "schedules of `conditionsReset` that the controller refuses",
                 .doc = R"md(
`conditionsReset` takes a schedule of five fields; `@daily` and the like, which other schedules know,
make the controller refuse the sensor. Without `timezone` (information only) the schedule follows the
clock of the pod, whatever its image says.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: on-push}
spec:
  dependencies:
  - {name: push, eventSourceName: github, eventName: push}
  - {name: tag, eventSourceName: github, eventName: tag}
  triggers:
  - template:
      name: log
      conditionsReset: [{byTime: {cron: '@daily', timezone: UTC}}]
      log: {}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: on-push}
spec:
  dependencies:
  - {name: push, eventSourceName: github, eventName: push}
  - {name: tag, eventSourceName: github, eventName: tag}
  triggers:
  - template:
      name: log
      conditionsReset: [{byTime: {cron: '0 0 * * *', timezone: UTC}}]
      log: {}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::reset_schedule_unusable
