// Parameters that Argo computes and then forgets.
#include "analyzer/events.h"

namespace tiphys::rules::dropped_trigger_parameters {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kDropped{
    "`parameters` of a trigger of kind `{}` have no effect"};

void report(const ir::Object& settings, std::string_view kind, Context& context) {
    const ir::List* parameters = ir::list_as(settings.field("parameters"));
    if (parameters == nullptr || parameters->items.empty()) return;
    context.report(kDropped, settings.key_span_of("parameters"), kind)
        .note("Argo computes the changed trigger, and then uses the unchanged one")
        .help("move them to `parameters` beside `template`, with `" + std::string(kind) +
              ".` in front of each `dest`");
}

/// Argo: Execute in pkg/sensors/triggers/slack/slack.go and email/email.go.
void check_slack(const events::SlackTrigger& trigger, Context& context) {
    report(trigger, "slack", context);
}
void check_email(const events::EmailTrigger& trigger, Context& context) {
    report(trigger, "email", context);
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "trigger parameters that have no effect",
                 .doc = R"md(
Slack and e-mail triggers send what the template says, without the changes of their own `parameters`.
The `parameters` of the trigger, beside `template`, do the same and work.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: on-push}
spec:
  dependencies: [{name: push, eventSourceName: github, eventName: push}]
  triggers:
  - template:
      name: tell
      slack:
        slackToken: {name: slack, key: token}
        channel: builds
        message: somebody pushed
        parameters: [{src: {dependencyName: push, dataKey: body.message}, dest: message}]
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: on-push}
spec:
  dependencies: [{name: push, eventSourceName: github, eventName: push}]
  triggers:
  - template:
      name: tell
      slack: {slackToken: {name: slack, key: token}, channel: builds, message: somebody pushed}
    parameters: [{src: {dependencyName: push, dataKey: body.message}, dest: slack.message}]
```
)md",
                 .checks = {on<check_slack>(), on<check_email>()}};

} // namespace tiphys::rules::dropped_trigger_parameters
