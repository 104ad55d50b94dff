// Triggers that let an event decide what runs.
#include <algorithm>
#include <array>

#include "analyzer/code_arguments.h"
#include "analyzer/context.h"
#include "analyzer/taint_events.h"

namespace tiphys::rules::event_dest_overwrites_spec {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view> kOverwrites{"an event overwrites `{}`, {}"};

/// What a field decides, in words; empty for fields that are data.
std::string_view power_of(std::string_view field) {
    struct Power {
        std::string_view field;
        std::string_view words;
    };
    constexpr std::array<Power, 20> kPowers{{
        {"image", "which code runs"},
        {"command", "which program runs"},
        {"source", "the script that runs"},
        {"manifest", "the object that is made"},
        {"podSpecPatch", "which may change everything about the pods"},
        {"serviceAccountName", "the rights of the pods"},
        {"serviceAccount", "the rights of the pods"},
        {"entrypoint", "which template runs"},
        {"onExit", "which template runs"},
        {"templateRef", "which template runs"},
        {"workflowTemplateRef", "which workflow runs"},
        {"templates", "all that runs"},
        {"containers", "all that runs"},
        {"container", "all that runs"},
        {"script", "the script that runs"},
        {"securityContext", "the rights of the pods"},
        {"volumes", "what the pods can read"},
        {"hostPath", "what the pods can read"},
        {"spec", "all that runs"},
        {"kind", "which object is made"},
    }};
    for (const Power& power : kPowers) {
        if (power.field == field) return power.words;
    }
    return {};
}

bool is_number(std::string_view part) {
    return !part.empty() && part.find_first_not_of("0123456789") == part.npos;
}

/// Whether a path leads into the program text of a container: the word after `sh -c`.
bool is_code(const TriggerWrite& write) {
    if (write.path.size() < 3 || write.path[write.path.size() - 2] != "args") return false;
    const std::span<const std::string> to_container(write.path.data(), write.path.size() - 2);
    const ir::Object* container = ir::any_object_as(value_at(*write.object, to_container));
    const auto code = container == nullptr ? std::nullopt : code_argument(*container);
    return code.has_value() && value_at(*write.object, write.path) == code->text;
}

std::string_view power_of(const TriggerWrite& write) {
    if (is_code(write)) return "the script that runs";
    // The place in a list says nothing; `name` below a reference decides what it means.
    std::size_t at = write.path.size();
    while (at > 0 && (is_number(write.path[at - 1]) || write.path[at - 1] == "-1"))
        --at;
    if (at == 0) return {};
    const std::string_view last = write.path[at - 1];
    const bool is_name = last == "name" || last == "template" || last == "path";
    if (is_name && at > 1) {
        const std::string_view around = write.path[at - 2];
        if (around.ends_with("emplateRef") || around == "hostPath") return power_of(around);
        return {};
    }
    return power_of(last);
}

void check(const events::Sensor& sensor, Context& context) {
    for (const TriggerWrite& write : trigger_writes(sensor)) {
        const std::string_view power = power_of(write);
        if (power.empty()) continue;
        const auto value =
            event_value(sensor, *write.parameter, context.project(), sensor.span.file);
        if (!value.has_value()) continue;
        const ir::Scalar& dest = *write.parameter->dest();
        Finding finding = context.report(kOverwrites, dest.span, dest.text, power);
        finding.label(value->words)
            .help("write the event's values into `spec.arguments.parameters` and "
                  "let the workflow choose by them");
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "triggers that let an event decide what runs",
                 .doc = R"md(
A trigger's `dest` may lead anywhere in the object that is made. Where it leads to an image, a
command, a script, a template's name, a service account or a security setting, whoever can send the
event decides which code runs in the cluster and with which rights. Values from the event belong
into arguments.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: run}
spec:
  dependencies: [{name: call, eventSourceName: webhook, eventName: run}]
  triggers:
  - template:
      name: run
      argoWorkflow:
        operation: submit
        source:
          resource:
            apiVersion: argoproj.io/v1alpha1
            kind: Workflow
            metadata: {generateName: run-}
            spec:
              entrypoint: main
              templates:
              - name: main
                container: {image: 'alpine:3.20', command: [run]}
        parameters:
        - src: {dependencyName: call, dataKey: body.image}
          dest: spec.templates.0.container.image
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: run}
spec:
  dependencies: [{name: call, eventSourceName: webhook, eventName: run}]
  triggers:
  - template:
      name: run
      argoWorkflow:
        operation: submit
        source:
          resource:
            apiVersion: argoproj.io/v1alpha1
            kind: Workflow
            metadata: {generateName: run-}
            spec:
              entrypoint: main
              arguments: {parameters: [{name: file, value: none}]}
              templates:
              - name: main
                container: {image: 'alpine:3.20', command: [run, '{{workflow.parameters.file}}']}
        parameters:
        - src: {dependencyName: call, dataKey: body.file}
          dest: spec.arguments.parameters.0.value
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::event_dest_overwrites_spec
