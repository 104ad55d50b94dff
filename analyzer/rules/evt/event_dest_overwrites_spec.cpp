// Trigger parameters that let an event choose what runs, or with which rights.
#include <algorithm>
#include <array>

#include "analyzer/dest_path.h"
#include "analyzer/events.h"

namespace tiphys::rules::event_dest_overwrites_spec {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kOverwrites{"an event chooses the {} here"};

struct Target {
    std::string_view field;
    std::string_view words;
};
constexpr std::array kTargets{
    Target{"image", "image"},
    Target{"command", "command"},
    Target{"args", "arguments of a command"},
    Target{"source", "script"},
    Target{"manifest", "manifest"},
    Target{"podSpecPatch", "pod's settings"},
    Target{"serviceAccountName", "service account"},
    Target{"privileged", "privileges of a container"},
    Target{"hostPath", "path on the node"},
    Target{"workflowTemplateRef", "WorkflowTemplate"},
    Target{"templateRef", "WorkflowTemplate"},
    Target{"kind", "kind of object"},
    Target{"serverURL", "server"},
    Target{"url", "server"},
    Target{"host", "server"},
};

/// The fields that decide what runs; the metadata of an object are none of them, and names of
/// parameters are free.
const Target* target_of(const DestPath& path) {
    for (const DestPart& part : path.parts) {
        const bool is_free =
            part.text == "metadata" || part.text == "arguments" || part.text == "parameters";
        if (is_free) return nullptr;
    }
    for (std::size_t i = path.parts.size(); i-- > 0;) {
        const std::string& text = path.parts[i].text;
        const auto* found =
            std::find_if(kTargets.begin(), kTargets.end(),
                         [&](const Target& target) { return target.field == text; });
        if (found != kTargets.end()) return found;
    }
    return nullptr;
}

bool is_constant(const events::TriggerParameterSource& source) {
    for (const std::string_view field :
         {"contextKey", "contextTemplate", "dataKey", "dataTemplate"}) {
        if (is_given(source, field)) return false;
    }
    return source.value() != nullptr;
}

/// A literal context key is written by the EventSource, not by who sends the event.
bool is_from_outside(const events::TriggerParameterSource& source) {
    return is_given(source, "dataKey") || is_given(source, "dataTemplate");
}

/// The commands whose arguments are programs.
bool runs_text(const ir::Value* container) {
    bool is_shell = false;
    for (const std::string_view field : {"command", "args"}) {
        const ir::List* words = ir::list_as(value_at(container, {field}));
        if (words == nullptr) continue;
        for (const ir::Value* word : words->items) {
            const std::string_view text = ir::text_of(ir::scalar_as(word));
            if (text == "-c" || text == "-e" || text == "-lc" || text == "-ec") is_shell = true;
        }
    }
    return is_shell;
}

/// The container whose `args` a path of an embedded object names.
const ir::Value* container_of(const ir::Value& root, const DestPath& path) {
    DestPath outer;
    for (const DestPart& part : path.parts) {
        if (part.text == "args") break;
        outer.parts.push_back(part);
    }
    return follow_dest(root, outer).value;
}

constexpr Target kManifest{"source", "object that is made"};

/// What a path in the trigger's template decides; `resource` holds the object itself.
const Target* target_in_template(const DestPath& path) {
    const auto resource =
        std::find_if(path.parts.begin(), path.parts.end(),
                     [](const DestPart& part) { return part.text == "resource"; });
    if (resource == path.parts.end()) {
        const bool is_source = path.parts.size() > 2 && path.parts[1].text == "source";
        if (is_source) return &kManifest;
        return path.parts.size() == 2 ? target_of(path) : nullptr;
    }
    DestPath inner;
    inner.parts.assign(resource + 1, path.parts.end());
    return target_of(inner);
}

/// What a path in the kind's own fields, or in the object that it makes, decides.
const Target* target_in_object(const DestPath& path, const TriggerKind& kind,
                               const ir::Value* object) {
    const Target* target = target_of(path);
    if (target == nullptr) return nullptr;
    const bool makes_object = kind.name == "k8s" || kind.name == "argoWorkflow";
    if (!makes_object) return path.parts.size() == 1 && kind.name != "custom" ? target : nullptr;
    if (target->words == "server") return nullptr;
    if (target->field == "args") {
        const bool is_program = object != nullptr && runs_text(container_of(*object, path));
        return is_program ? target : nullptr;
    }
    // An object of a foreign kind has fields of its own.
    const bool is_known = object == nullptr || ir::any_object_as(object) != nullptr ||
                          target->field == "image" || target->field == "serviceAccountName";
    return is_known ? target : nullptr;
}

void check_use(const ParameterUse& use, const events::TriggerTemplate& body, Context& context) {
    const ir::Scalar* dest = use.parameter->dest();
    if (dest == nullptr || use.parameter->src() == nullptr) return;
    if (is_constant(*use.parameter->src()) || !is_from_outside(*use.parameter->src())) return;
    const DestPath path = split_dest(dest->text);
    const Target* target = nullptr;
    if (use.target == ParameterTarget::kTemplate) target = target_in_template(path);
    if (use.target == ParameterTarget::kObject) {
        target = target_in_object(path, kind_of(body), embedded_object(body));
    }
    if (target == nullptr) return;
    context.report(kOverwrites, context.span_in(*dest, 0, dest->text.size()), target->words)
        .note("whoever can send the event decides; the service account of the sensor does the rest")
        .help("write the value into the manifest, choose among fixed triggers by filters, or pass "
              "the event's value as an argument that is checked");
}

void check(const events::Trigger& trigger, Context& context) {
    if (trigger.template_() == nullptr) return;
    for (const ParameterUse& use : parameters_of(trigger))
        check_use(use, *trigger.template_(), context);
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "events that choose the image, command, script or service account",
                 .doc = R"md(
A trigger parameter that writes an event's value over an image, a command, a script or a service
account hands the cluster to whoever can send the event. Values belong into arguments.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: on-push}
spec:
  template: {serviceAccountName: build}
  dependencies: [{name: push, eventSourceName: github, eventName: push}]
  triggers:
  - template:
      name: build
      argoWorkflow:
        operation: submit
        source:
          resource:
            apiVersion: argoproj.io/v1alpha1
            kind: Workflow
            metadata: {generateName: build-}
            spec:
              entrypoint: main
              templates:
              - name: main
                container: {image: 'alpine:3.20', command: [echo]}
        parameters:
        - {src: {dependencyName: push, dataKey: body.image}, dest: spec.templates.0.container.image}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: on-push}
spec:
  template: {serviceAccountName: build}
  dependencies: [{name: push, eventSourceName: github, eventName: push}]
  triggers:
  - template:
      name: build
      argoWorkflow:
        operation: submit
        source:
          resource:
            apiVersion: argoproj.io/v1alpha1
            kind: Workflow
            metadata: {generateName: build-}
            spec:
              arguments: {parameters: [{name: ref, value: main}]}
              entrypoint: main
              templates:
              - name: main
                container: {image: 'alpine:3.20', command: [echo, '{{workflow.parameters.ref}}']}
        parameters:
        - {src: {dependencyName: push, dataKey: body.ref}, dest: spec.arguments.parameters.0.value}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::event_dest_overwrites_spec
