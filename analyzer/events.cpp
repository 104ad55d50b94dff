// Event sources, sensors and event buses as rules see them.
#include "analyzer/events.h"

#include <algorithm>
#include <array>

#include "analyzer/facts.h"

namespace tiphys::analyze {
namespace {

/// Argo: RecreateStrategyEventSources in pkg/apis/events/v1alpha1/const.go.
constexpr std::array<std::string_view, 19> kExclusive{
    "amqp",   "calendar",       "emitter",         "file",        "sftp",
    "hdfs",   "kafka",          "minio",           "mqtt",        "nats",
    "nsq",    "pubSub",         "redis",           "redisStream", "resource",
    "pulsar", "azureEventsHub", "azureServiceBus", "generic"};

/// Argo: GetTrigger in pkg/sensors/trigger.go.
constexpr std::array<std::string_view, 14> kTriggerOrder{
    "k8s",   "argoWorkflow", "http", "awsLambda", "azureEventHubs", "azureServiceBus",
    "kafka", "pulsar",       "nats", "slack",     "openWhisk",      "custom",
    "log",   "email"};

bool can_be_same_namespace(std::string_view a, std::string_view b) {
    return a.empty() || b.empty() || a == b;
}

void add_parameters(const ir::Value* list, ParameterTarget target, std::vector<ParameterUse>& out) {
    for (const events::TriggerParameter* parameter : ir::ListOf<events::TriggerParameter>(list))
        out.push_back({parameter, target});
}

} // namespace

std::vector<SourceEvent> events_of(const events::EventSource& source) {
    std::vector<SourceEvent> found;
    if (source.spec() == nullptr) return found;
    for (const ir::Entry& field : source.spec()->present_fields()) {
        const int index = schema::find_field(*source.spec()->type, field.key);
        if (source.spec()->type->fields[static_cast<std::size_t>(index)].defines !=
            schema::Symbol::kEvent) {
            continue;
        }
        const ir::Map* map = ir::map_as(field.value);
        if (map == nullptr) continue;
        for (const ir::Entry& event : map->entries) {
            found.push_back(
                {event.key, ir::key_span(*map, event), field.key, ir::any_object_as(event.value)});
        }
    }
    return found;
}

bool is_exclusive_source(std::string_view source_type) {
    return std::find(kExclusive.begin(), kExclusive.end(), source_type) != kExclusive.end();
}

const ir::Object* endpoint_of(const SourceEvent& event) {
    if (event.settings == nullptr) return nullptr;
    if (event.source_type == "webhook") return event.settings;
    return ir::object_as<events::WebhookContext>(event.settings->field("webhook"));
}

FoundSource find_event_source(Context& context, std::string_view name) {
    FoundSource found;
    const ir::Document& asking = *context.document();
    found.document =
        context.project().find("EventSource", asking.namespace_name, name, asking.file);
    if (found.document == nullptr) return found;
    found.source = ir::object_as<events::EventSource>(found.document->root);
    const auto all = context.facts().event_sources(name);
    found.is_only_one =
        1 == std::count_if(all.begin(), all.end(), [&](const ir::Document* other) {
            return can_be_same_namespace(other->namespace_name, asking.namespace_name);
        });
    return found;
}

bool is_same_folder(const Context& context, FileId a, FileId b) {
    const auto folder = [&](FileId file) {
        const std::string_view path = context.project().sources().file(file).path;
        return path.substr(0, path.rfind('/') + 1);
    };
    return a == b || folder(a) == folder(b);
}

std::optional<SourceEvent> find_event(Context& context, const events::EventDependency& dependency) {
    const FoundSource found =
        find_event_source(context, ir::text_of(dependency.event_source_name()));
    if (found.source == nullptr) return std::nullopt;
    for (const SourceEvent& event : events_of(*found.source)) {
        if (event.name == ir::text_of(dependency.event_name())) return event;
    }
    return std::nullopt;
}

const events::EventDependency* find_dependency(const events::SensorSpec& spec,
                                               std::string_view name) {
    const events::EventDependency* found = nullptr;
    for (const events::EventDependency* dependency : spec.dependencies()) {
        if (ir::text_of(dependency->name()) == name) found = dependency;
    }
    return found;
}

std::vector<std::string_view> dependency_names(const events::SensorSpec& spec) {
    std::vector<std::string_view> names;
    for (const events::EventDependency* dependency : spec.dependencies()) {
        const std::string_view name = ir::text_of(dependency->name());
        const bool is_new = std::find(names.begin(), names.end(), name) == names.end();
        if (!name.empty() && is_new) names.push_back(name);
    }
    return names;
}

TriggerKind kind_of(const events::TriggerTemplate& body) {
    for (const std::string_view name : kTriggerOrder) {
        const ir::Object* settings = ir::any_object_as(body.field(name));
        if (settings != nullptr) return {name, body.key_span_of(name), settings};
    }
    return {};
}

const ir::Value* embedded_object(const events::TriggerTemplate& body) {
    const TriggerKind kind = kind_of(body);
    if (kind.name != "k8s" && kind.name != "argoWorkflow") return nullptr;
    return value_at(kind.settings, {"source", "resource"});
}

std::vector<ParameterUse> parameters_of(const events::Trigger& trigger) {
    std::vector<ParameterUse> uses;
    add_parameters(trigger.field("parameters"), ParameterTarget::kTemplate, uses);
    const events::TriggerTemplate* body = trigger.template_();
    if (body == nullptr) return uses;
    const TriggerKind kind = kind_of(*body);
    if (kind.settings == nullptr) return uses;
    add_parameters(kind.settings->field("parameters"), ParameterTarget::kObject, uses);
    add_parameters(kind.settings->field("payload"), ParameterTarget::kPayload, uses);
    add_parameters(kind.settings->field("dynamicHeaders"), ParameterTarget::kHeader, uses);
    return uses;
}

bool is_rewritten(const events::Trigger* trigger, std::string_view field) {
    if (trigger == nullptr) return false;
    for (const events::TriggerParameter* parameter : trigger->parameters()) {
        const std::string_view dest = ir::text_of(parameter->dest());
        const std::size_t at = dest.rfind(field);
        if (at != dest.npos && (at == 0 || dest[at - 1] == '.')) return true;
    }
    return false;
}

BusKind bus_kind(const events::EventBusSpec& spec) {
    // Argo: getInstaller in pkg/reconciler/eventbus/installer/installer.go asks in this order.
    if (spec.field("nats") != nullptr) return BusKind::kStan;
    if (spec.field("jetstream") != nullptr) return BusKind::kJetStream;
    if (spec.field("kafka") != nullptr) return BusKind::kKafka;
    if (spec.field("jetstreamExotic") != nullptr) return BusKind::kJetStream;
    return BusKind::kUnknown;
}

std::string_view bus_name(const ir::Scalar* event_bus_name) {
    const std::string_view name = ir::text_of(event_bus_name);
    return name.empty() ? std::string_view("default") : name;
}

const events::EventBusSpec* find_bus(const Context& context, std::string_view name) {
    const ir::Document& asking = *context.document();
    const ir::Document* document =
        context.project().find("EventBus", asking.namespace_name, name, asking.file);
    if (document == nullptr) return nullptr;
    const auto* bus = ir::object_as<events::EventBus>(document->root);
    return bus == nullptr ? nullptr : bus->spec();
}

BusKind bus_kind_of(const Context& context, const events::SensorSpec& spec) {
    const events::EventBusSpec* bus = find_bus(context, bus_name(spec.event_bus_name()));
    return bus == nullptr ? BusKind::kUnknown : bus_kind(*bus);
}

const events::Trigger* outer_trigger(const Context& context) {
    return context.enclosing<events::Trigger>();
}

bool is_given(const ir::Object& object, std::string_view field) {
    const ir::Value* value = object.field(field);
    if (value == nullptr || ir::is_null(*value)) return false;
    const ir::Scalar* scalar = ir::scalar_as(value);
    return scalar == nullptr || !scalar->text.empty();
}

const ir::Value* value_at(const ir::Value* value, std::initializer_list<std::string_view> path) {
    for (const std::string_view key : path) {
        if (const ir::Object* object = ir::any_object_as(value)) {
            value = object->field(key);
        } else if (const ir::Map* map = ir::map_as(value)) {
            value = map->find(key);
        } else {
            return nullptr;
        }
    }
    return value;
}

std::string_view text_at(const ir::Value* value, std::initializer_list<std::string_view> path) {
    return ir::text_of(ir::scalar_as(value_at(value, path)));
}

} // namespace tiphys::analyze
