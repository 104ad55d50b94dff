#pragma once
// Event sources, sensors and event buses as rules see them: events, dependencies, triggers and how
// they find each other across the files of a project.

#include <optional>
#include <string_view>
#include <vector>

#include "analyzer/context.h"
#include "schemas/events.gen.h"

namespace tiphys::analyze {

/// One event of an EventSource: an entry of the mapping `spec.<source_type>`.
struct SourceEvent {
    std::string_view name;
    Span name_span;
    /// The field that holds it: `webhook`, `pubSub`.
    std::string_view source_type;
    /// Null where something other than a mapping was written.
    const ir::Object* settings = nullptr;
};

/// In the order of the schema's fields, then in source order.
[[nodiscard]] std::vector<SourceEvent> events_of(const events::EventSource& source);

/// Whether a single replica does the work, so that the deployment is recreated on every change.
/// Argo: RecreateStrategyEventSources in pkg/apis/events/v1alpha1/const.go.
[[nodiscard]] bool is_exclusive_source(std::string_view source_type);

/// The object with `endpoint` and `port` of a source that is called over HTTP, or null.
[[nodiscard]] const ir::Object* endpoint_of(const SourceEvent& event);

/// The EventSource that a name in a sensor means.
struct FoundSource {
    const ir::Document* document = nullptr;
    const events::EventSource* source = nullptr;
    /// No other EventSource of the project has that name and could be meant.
    bool is_only_one = false;
};
[[nodiscard]] FoundSource find_event_source(Context& context, std::string_view name);

/// Whether both stand in one folder, and so most likely belong together.
[[nodiscard]] bool is_same_folder(const Context& context, FileId a, FileId b);

/// The event that a dependency waits for; nothing where the project lacks it.
[[nodiscard]] std::optional<SourceEvent> find_event(Context& context,
                                                    const events::EventDependency& dependency);

/// The dependency of that name, or null; of several the last, as in Argo.
[[nodiscard]] const events::EventDependency* find_dependency(const events::SensorSpec& spec,
                                                             std::string_view name);
[[nodiscard]] std::vector<std::string_view> dependency_names(const events::SensorSpec& spec);

/// What a trigger does: the field of its template that says so, and its value. `settings` is null
/// where the template has none.
struct TriggerKind {
    std::string_view name;
    Span name_span;
    const ir::Object* settings = nullptr;
};
/// Of several the first in the order of Argo's pkg/sensors/trigger.go.
[[nodiscard]] TriggerKind kind_of(const events::TriggerTemplate& body);

/// The object that a `k8s` or `argoWorkflow` trigger creates or changes, where it is written in
/// the sensor itself; else null.
[[nodiscard]] const ir::Value* embedded_object(const events::TriggerTemplate& body);

/// Into what a parameter writes.
enum class ParameterTarget : std::uint8_t {
    kTemplate, ///< `parameters` of the trigger: into `template`
    kObject,   ///< `parameters` of its kind: into the object, or the kind's own fields
    kPayload,  ///< a new document
    kHeader    ///< a header of the request
};
struct ParameterUse {
    const events::TriggerParameter* parameter = nullptr;
    ParameterTarget target = ParameterTarget::kTemplate;
};
/// All parameters of a trigger in the order in which they are applied; not those of its
/// dead-letter trigger.
[[nodiscard]] std::vector<ParameterUse> parameters_of(const events::Trigger& trigger);

/// Whether a parameter of the trigger may write, before each use, a field of the template whose
/// path ends with that name. Argo: ApplyTemplateParameters in pkg/sensors/triggers/params.go.
[[nodiscard]] bool is_rewritten(const events::Trigger* trigger, std::string_view field);

/// The messaging system of a bus.
enum class BusKind : std::uint8_t { kUnknown, kStan, kJetStream, kKafka };
[[nodiscard]] BusKind bus_kind(const events::EventBusSpec& spec);

/// The name in `eventBusName`, or `default`.
[[nodiscard]] std::string_view bus_name(const ir::Scalar* event_bus_name);

/// The bus of that name in the namespace of the document being checked, or null.
[[nodiscard]] const events::EventBusSpec* find_bus(const Context& context, std::string_view name);
[[nodiscard]] BusKind bus_kind_of(const Context& context, const events::SensorSpec& spec);

/// Where a trigger stands inside of another one as its `dlqTrigger`.
[[nodiscard]] const events::Trigger* outer_trigger(const Context& context);

/// True where a field is present, neither null nor empty text.
[[nodiscard]] bool is_given(const ir::Object& object, std::string_view field);

/// The text of a field that holds a scalar; empty where it is absent.
[[nodiscard]] std::string_view text_at(const ir::Value* value,
                                       std::initializer_list<std::string_view> path);
/// The value at a path of fields or keys, through objects and mappings; null where it is absent.
[[nodiscard]] const ir::Value* value_at(const ir::Value* value,
                                        std::initializer_list<std::string_view> path);

} // namespace tiphys::analyze
