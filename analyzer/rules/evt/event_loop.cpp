// Sensors that wake themselves up.
#include <algorithm>

#include "analyzer/events.h"
#include "analyzer/rbac.h"

namespace tiphys::rules::event_loop {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kLoop{"this creates a {}, and the sensor waits for just that"};

/// The object that a trigger makes; empty where it changes or deletes one.
struct Made {
    std::string group;
    std::string resource;
    std::string_view name;
    std::string_view namespace_name;
    const ir::Value* labels = nullptr;
    std::string_view kind;
};

std::optional<Made> made_by(const events::TriggerTemplate& body) {
    const TriggerKind kind = kind_of(body);
    const ir::Value* object = embedded_object(body);
    if (object == nullptr) return std::nullopt;
    const std::string_view operation = text_at(kind.settings, {"operation"});
    if (!operation.empty() && operation != "create" && operation != "submit") return std::nullopt;
    Made made;
    made.kind = text_at(object, {"kind"});
    if (made.kind.empty()) return std::nullopt;
    made.group = group_of(text_at(object, {"apiVersion"}));
    made.resource = plural_of(made.kind);
    made.name = text_at(object, {"metadata", "name"});
    if (made.name.empty()) made.name = text_at(object, {"metadata", "generateName"});
    made.namespace_name = text_at(object, {"metadata", "namespace"});
    made.labels = value_at(object, {"metadata", "labels"});
    return made;
}

bool is_about_creation(const ir::Object& watch) {
    const ir::List* types = ir::list_as(watch.field("eventTypes"));
    if (types == nullptr) return false;
    return std::any_of(types->items.begin(), types->items.end(), [](const ir::Value* item) {
        return ir::text_of(ir::scalar_as(item)) == "ADD";
    });
}

/// Whether the filter of a watch certainly lets the object through. Labels and fields are
/// conditions that its author has thought about.
bool lets_through(const ir::Object& watch, const Made& made) {
    const auto* filter = ir::any_object_as(watch.field("filter"));
    if (filter == nullptr) return true;
    if (filter->field("labels") != nullptr || filter->field("fields") != nullptr) return false;
    const std::string_view prefix = text_at(filter, {"prefix"});
    return prefix.empty() || made.name.starts_with(prefix);
}

bool watches(const SourceEvent& event, const Made& made, const Context& context) {
    if (event.source_type != "resource" || event.settings == nullptr) return false;
    const ir::Object& watch = *event.settings;
    const std::string_view there = text_at(&watch, {"namespace"});
    const std::string_view here =
        made.namespace_name.empty() ? context.document()->namespace_name : made.namespace_name;
    const bool is_same_place = there.empty() || here.empty() || there == here;
    return is_same_place && text_at(&watch, {"group"}) == made.group &&
           text_at(&watch, {"resource"}) == made.resource && is_about_creation(watch) &&
           lets_through(watch, made);
}

void check(const events::SensorSpec& spec, Context& context) {
    for (const events::Trigger* trigger : spec.triggers()) {
        if (trigger->template_() == nullptr || trigger->template_()->name() == nullptr) continue;
        const std::optional<Made> made = made_by(*trigger->template_());
        if (!made) continue;
        for (const events::EventDependency* dependency : spec.dependencies()) {
            if (dependency->filters() != nullptr) continue;
            const std::optional<SourceEvent> event = find_event(context, *dependency);
            if (!event || !watches(*event, *made, context)) continue;
            context.report(kLoop, trigger->template_()->name()->span, made->kind)
                .related(dependency->name() == nullptr ? dependency->span
                                                       : dependency->name()->span,
                         "the dependency")
                .related(event->name_span, "the watch")
                .note("each object that it creates is an event that creates the next one")
                .help("have the watch select other objects by a label or a prefix, or watch in "
                      "another namespace");
        }
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "sensors that wake themselves up",
                 .doc = R"md(
A sensor that creates objects of the kind that its EventSource watches is woken by its own work, and
goes on until the cluster is full. A filter by label or prefix keeps the two apart.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: EventSource
metadata: {name: watch}
spec:
  template: {serviceAccountName: watch}
  resource:
    workflows: {group: argoproj.io, version: v1alpha1, resource: workflows, eventTypes: [ADD]}
---
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: on-workflow}
spec:
  template: {serviceAccountName: build}
  dependencies: [{name: started, eventSourceName: watch, eventName: workflows}]
  triggers:
  - template:
      name: follow-up
      k8s:
        operation: create
        source:
          resource:
            apiVersion: argoproj.io/v1alpha1
            kind: Workflow
            metadata: {generateName: follow-up-}
            spec: {workflowTemplateRef: {name: follow-up}}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: EventSource
metadata: {name: watch}
spec:
  template: {serviceAccountName: watch}
  resource:
    workflows:
      group: argoproj.io
      version: v1alpha1
      resource: workflows
      eventTypes: [ADD]
      filter: {labels: [{key: app, operation: '==', value: build}]}
---
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: on-workflow}
spec:
  template: {serviceAccountName: build}
  dependencies: [{name: started, eventSourceName: watch, eventName: workflows}]
  triggers:
  - template:
      name: follow-up
      k8s:
        operation: create
        source:
          resource:
            apiVersion: argoproj.io/v1alpha1
            kind: Workflow
            metadata: {generateName: follow-up-}
            spec: {workflowTemplateRef: {name: follow-up}}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::event_loop
