// Triggers without something to send.
#include <array>

#include "analyzer/dest_path.h"
#include "analyzer/events.h"

namespace tiphys::rules::trigger_lacks_content {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view> kLacks{"a trigger of kind `{}` needs {}"};

/// What Argo looks for only when it fires: at least one field of each.
/// Argo: Execute in the folders below pkg/sensors/triggers.
struct Content {
    std::string_view kind;
    std::array<std::string_view, 3> fields;
    std::string_view words;
};
constexpr std::array kContents{
    Content{"slack", {"channel"}, "a `channel`"},
    Content{
        "slack", {"message", "attachments", "blocks"}, "a `message`, `attachments` or `blocks`"},
    Content{"email", {"to"}, "a receiver in `to`"},
    Content{"email", {"subject"}, "a `subject`"},
    Content{"email", {"body"}, "a `body`"},
    Content{"azureEventHubs", {"payload"}, "a `payload`"},
    Content{"azureServiceBus", {"payload"}, "a `payload`"},
    Content{"azureServiceBus", {"queueName", "topicName"}, "a `queueName` or `topicName`"},
    Content{"pulsar", {"url"}, "a `url`"},
    Content{"pulsar", {"topic"}, "a `topic`"},
    Content{"pulsar", {"payload"}, "a `payload`"},
};

bool is_written(const events::Trigger& trigger, std::string_view kind, std::string_view field) {
    for (const ParameterUse& use : parameters_of(trigger)) {
        const DestPath path = split_dest(ir::text_of(use.parameter->dest()));
        if (path.is_query) return true;
        // Slack and e-mail drop what the kind's own parameters write.
        const bool is_dropped = kind == "slack" || kind == "email";
        const std::size_t at = use.target == ParameterTarget::kTemplate ? 1 : 0;
        if (use.target == ParameterTarget::kObject && is_dropped) continue;
        if (at == 1 && path.parts[0].text != kind) continue;
        if (path.parts.size() <= at || path.parts[at].text == field) return true;
    }
    return false;
}

void check(const events::Trigger& trigger, Context& context) {
    if (trigger.template_() == nullptr) return;
    const TriggerKind kind = kind_of(*trigger.template_());
    if (kind.settings == nullptr || !kind.settings->unknown.empty()) return;
    for (const Content& content : kContents) {
        if (content.kind != kind.name) continue;
        bool has_one = false;
        for (const std::string_view field : content.fields) {
            if (field.empty()) continue;
            has_one =
                has_one || is_given(*kind.settings, field) || is_written(trigger, kind.name, field);
        }
        if (has_one) continue;
        context.report(kLacks, kind.name_span, kind.name, content.words)
            .help("add it; the controller accepts the sensor, and the trigger fails at each event");
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "triggers without something to send",
                 .doc = R"md(
Messages need a receiver and a content. For Slack, e-mail, Pulsar and Azure the controller does not
look for them, and the trigger fails whenever it fires.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: on-push}
spec:
  dependencies: [{name: push, eventSourceName: github, eventName: push}]
  triggers:
  - template: {name: tell, slack: {slackToken: {name: slack, key: token}, channel: builds}}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: on-push}
spec:
  dependencies: [{name: push, eventSourceName: github, eventName: push}]
  triggers:
  - template: {name: tell, slack: {slackToken: {name: slack, key: token}, channel: builds}}
    parameters: [{src: {dependencyName: push, dataKey: body.message}, dest: slack.message}]
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::trigger_lacks_content
