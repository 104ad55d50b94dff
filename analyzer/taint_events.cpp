// What events may write into workflows.
// Argo: pkg/sensors/triggers/params.go; workflow/events in argo-workflows' server/event.
#include "analyzer/taint_events.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "analyzer/dest_path.h"
#include "schemas/k8s.gen.h"
#include "schemas/workflow.gen.h"

namespace tiphys::analyze {
namespace {

constexpr int kMostTriggerLevels = 8;

std::vector<std::string> parts_of(const ir::Scalar* dest) {
    std::vector<std::string> parts;
    for (DestPart& part : split_dest(ir::text_of(dest)).parts)
        parts.push_back(std::move(part.text));
    return parts;
}

/// `x` of `#(name=="x")`.
std::string_view queried_name(std::string_view part) {
    constexpr std::string_view kQuery = "#(name==";
    if (!part.starts_with(kQuery)) return {};
    part.remove_prefix(kQuery.size());
    while (!part.empty() && (part.back() == '#' || part.back() == ')'))
        part.remove_suffix(1);
    if (part.size() >= 2 && part.front() == '"') part = part.substr(1, part.size() - 2);
    return part;
}

const ir::Value* element_at(const ir::List& list, std::string_view part) {
    const std::string_view wanted = queried_name(part);
    if (wanted.empty()) {
        std::size_t index = 0;
        const auto parsed = std::from_chars(part.data(), part.data() + part.size(), index);
        const bool is_index = parsed.ec == std::errc{} && parsed.ptr == part.data() + part.size();
        return is_index && index < list.items.size() ? list.items[index] : nullptr;
    }
    for (const ir::Value* item : list.items) {
        const ir::Object* object = ir::any_object_as(item);
        const bool is_it =
            object != nullptr && ir::text_of(ir::scalar_as(object->field("name"))) == wanted;
        if (is_it) return item;
    }
    return nullptr;
}

class WriteCollector {
public:
    std::vector<TriggerWrite> run(const events::Sensor& sensor) {
        if (sensor.spec() == nullptr) return {};
        for (const events::Trigger* trigger : sensor.spec()->triggers())
            add_trigger(*trigger, 0);
        return std::move(writes_);
    }

private:
    void add_trigger(const events::Trigger& trigger, int depth) {
        if (trigger.template_() == nullptr || depth == kMostTriggerLevels) return;
        const events::TriggerTemplate& what = *trigger.template_();
        if (const auto* workflow = what.argo_workflow()) {
            add_kind(trigger, "argoWorkflow", workflow->source(), workflow->parameters());
        }
        if (const auto* object = what.k8s()) {
            add_kind(trigger, "k8s", object->source(), object->parameters());
        }
        if (trigger.dlq_trigger() != nullptr) add_trigger(*trigger.dlq_trigger(), depth + 1);
    }

    void add_kind(const events::Trigger& trigger, std::string_view kind,
                  const events::ArtifactLocation* source,
                  const ir::ListOf<events::TriggerParameter>& parameters) {
        const ir::Object* object =
            source == nullptr ? nullptr : ir::any_object_as(source->field("resource"));
        if (object == nullptr) return;
        for (const events::TriggerParameter* parameter : parameters)
            writes_.push_back({parameter, object, parts_of(parameter->dest())});
        for (const events::TriggerParameter* parameter : trigger.parameters()) {
            std::vector<std::string> path = parts_of(parameter->dest());
            const bool is_inside =
                path.size() > 3 && path[0] == kind && path[1] == "source" && path[2] == "resource";
            if (!is_inside) continue;
            path.erase(path.begin(), path.begin() + 3);
            writes_.push_back({parameter, object, std::move(path)});
        }
    }

    std::vector<TriggerWrite> writes_;
};

/// The settings of an event in its EventSource, and the kind of source: the field that has it.
struct EventOrigin {
    std::string_view type;
    const ir::Object* settings = nullptr;
};

/// Empty where the project does not have the object.
EventOrigin origin_of(const events::EventDependency& dependency, std::string_view namespace_name,
                      const ir::Project& project, FileId asking) {
    const ir::Document* found = project.find("EventSource", namespace_name,
                                             ir::text_of(dependency.event_source_name()), asking);
    const ir::Object* object = found == nullptr ? nullptr : found->object();
    const ir::Object* spec = object == nullptr ? nullptr : ir::any_object_as(object->field("spec"));
    if (spec == nullptr) return {};
    for (const ir::Entry& entry : spec->present_fields()) {
        const ir::Map* events = ir::map_as(entry.value);
        const ir::Value* event =
            events == nullptr ? nullptr : events->find(ir::text_of(dependency.event_name()));
        if (event != nullptr) return {entry.key, ir::any_object_as(event)};
    }
    return {};
}

/// Whether an endpoint takes events from anybody who reaches it.
bool asks_for_no_secret(const EventOrigin& origin) {
    struct Guard {
        std::string_view type;
        std::string_view field;
    };
    constexpr std::array<Guard, 5> kGuards{{{"webhook", "authSecret"},
                                            {"github", "webhookSecret"},
                                            {"gitlab", "secretToken"},
                                            {"bitbucketserver", "webhookSecret"},
                                            {"slack", "signingSecret"}}};
    return origin.settings != nullptr &&
           std::any_of(kGuards.begin(), kGuards.end(), [&](const Guard& guard) {
               return guard.type == origin.type && origin.settings->entry(guard.field) == nullptr;
           });
}

/// Values that a code host makes itself, by the last part of their path.
bool is_made_by_code_host(std::string_view type, std::string_view key) {
    constexpr std::array<std::string_view, 6> kHosts{"github",          "gitlab", "gitea",
                                                     "bitbucketserver", "gerrit", "bitbucket"};
    constexpr std::array<std::string_view, 11> kKeys{
        "id",         "sha",        "after",  "before",       "number", "node_id",
        "created_at", "updated_at", "run_id", "checkout_sha", "hash"};
    const bool is_host = std::find(kHosts.begin(), kHosts.end(), type) != kHosts.end();
    const std::string_view last = key.substr(key.rfind('.') + 1);
    return is_host && std::find(kKeys.begin(), kKeys.end(), last) != kKeys.end();
}

/// Whether an expression matches words of letters, digits and harmless signs only, from begin to
/// end.
bool is_tight_pattern(std::string_view pattern) {
    if (pattern.size() < 3 || !pattern.starts_with('^') || !pattern.ends_with('$')) return false;
    pattern = pattern.substr(1, pattern.size() - 2);
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        const char c = pattern[i];
        const bool is_letter =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (is_letter || std::string_view("_-/:@,()[]{}+*?").find(c) != std::string_view::npos) {
            continue;
        }
        const char next = i + 1 < pattern.size() ? pattern[i + 1] : '\0';
        if (c != '\\' || std::string_view(".-/dw").find(next) == std::string_view::npos) {
            return false;
        }
        ++i;
    }
    return true;
}

bool is_tied_down(const events::EventDependency& dependency, std::string_view key) {
    const events::EventDependencyFilter* filters = dependency.filters();
    if (filters == nullptr || ir::text_of(dependency.filters_logical_operator()) == "or" ||
        ir::text_of(filters->data_logical_operator()) == "or") {
        return false;
    }
    for (const events::DataFilter* filter : filters->data()) {
        if (ir::text_of(filter->path()) != key || filter->template_() != nullptr) continue;
        const std::string_view type = ir::text_of(filter->type_field());
        if (type == "number" || type == "bool") return true;
        const std::string_view comparator = ir::text_of(filter->comparator());
        if (!comparator.empty() && comparator != "=") continue;
        bool is_tight = filter->value().size() > 0;
        for (const ir::Scalar* value : filter->value())
            is_tight = is_tight && is_tight_pattern(value->text);
        if (is_tight) return true;
    }
    return false;
}

/// Whether what a Go template writes is a number or an encoding whatever it reads.
bool is_cleaned(std::string_view go_template) {
    if (go_template.find(".Input") == go_template.npos) return true;
    for (const std::string_view end : {"| int }}", "| int64 }}", "| b64enc }}", "| sha256sum }}",
                                       "| atoi }}", "| len }}", "| float64 }}"}) {
        if (go_template.ends_with(end)) return true;
    }
    return false;
}

const events::EventDependency* find_dependency(const events::Sensor& sensor,
                                               std::string_view name) {
    for (const events::EventDependency* dependency : sensor.spec()->dependencies()) {
        if (ir::text_of(dependency->name()) == name) return dependency;
    }
    return nullptr;
}

/// The variable of a workflow that a path in it writes.
std::optional<Slot> slot_at(const front::Flow& flow, std::vector<std::string> path) {
    if (path.empty() || path.front() != "spec") return std::nullopt;
    if (path.size() > 1 && path[1] == "workflowSpec") path.erase(path.begin() + 1);
    path.erase(path.begin());
    if (path.back() == "value" || path.back() == "default") path.pop_back();
    const auto* parameter = ir::object_as<wf::Parameter>(follow_queries(flow.spec(), path));
    if (parameter == nullptr || parameter->enum_()) return std::nullopt;
    std::string name(ir::text_of(parameter->name()));
    if (path.front() == "arguments") return Slot{Slot::Kind::kGlobal, nullptr, std::move(name)};
    if (path.size() < 4 || path[0] != "templates" || path[2] != "inputs") return std::nullopt;
    const std::span<const std::string> to_template(path.data(), 2);
    const auto* at = ir::object_as<wf::Template>(follow_queries(flow.spec(), to_template));
    const front::FlowTemplate* found = at == nullptr ? nullptr : flow.find(*at);
    if (found == nullptr) return std::nullopt;
    return Slot{Slot::Kind::kInput, found, std::move(name)};
}

Span span_of_source(const events::TriggerParameter& parameter) {
    const events::TriggerParameterSource* source = parameter.src();
    if (source == nullptr) return parameter.span;
    if (source->data_template() != nullptr) return source->data_template()->span;
    if (source->data_key() != nullptr) return source->data_key()->span;
    return source->dependency_name() != nullptr ? source->dependency_name()->span : source->span;
}

std::vector<EventSeeds> sensor_seeds(front::FlowSet& flows, const ir::Document& document,
                                     const events::Sensor& sensor) {
    std::vector<EventSeeds> all;
    for (const front::Flow* flow : flows.of(document))
        all.push_back({flow, {}});
    for (const TriggerWrite& write : trigger_writes(sensor)) {
        const auto target = std::find_if(all.begin(), all.end(), [&](const EventSeeds& each) {
            return each.root->place().owner == write.object;
        });
        if (target == all.end()) continue;
        const auto slot = slot_at(*target->root, write.path);
        if (!slot.has_value()) continue;
        const auto value = event_value(sensor, *write.parameter, flows.project(), document.file);
        if (!value.has_value()) continue;
        target->seeds.push_back(
            {*slot,
             value->source,
             {{span_of_source(*write.parameter), value->words},
              {write.parameter->dest()->span, "is written to the parameter `" + slot->name + "`"}},
             write.parameter});
    }
    return all;
}

std::vector<EventSeeds> binding_seeds(front::FlowSet& flows, const ir::Document& document,
                                      const wf::WorkflowEventBinding& binding) {
    const wf::Submit* submit = binding.spec() == nullptr ? nullptr : binding.spec()->submit();
    if (submit == nullptr || submit->workflow_template_ref() == nullptr ||
        submit->arguments() == nullptr) {
        return {};
    }
    const wf::WorkflowTemplateRef& reference = *submit->workflow_template_ref();
    const front::WorkflowPlace place = front::find_workflow_template(
        flows.project(), document.namespace_name, ir::text_of(reference.name()),
        front::is_true(reference.cluster_scope()), document.file);
    if (place.spec == nullptr) return {};
    EventSeeds found{&flows.of(place), {}};
    for (const wf::Parameter* parameter : submit->arguments()->parameters()) {
        const wf::ValueFrom* from = parameter->value_from();
        if (from == nullptr || from->event() == nullptr || parameter->name() == nullptr) continue;
        const std::string_view event = from->event()->text;
        if (event.find("payload") == event.npos) continue;
        const std::string name(parameter->name()->text);
        found.seeds.push_back({{Slot::Kind::kGlobal, nullptr, name},
                               TaintSource::kEvent,
                               {{from->event()->span, "whoever sends an event chooses this text"},
                                {parameter->name()->span, "it fills the parameter `" + name + "`"}},
                               parameter});
    }
    return {std::move(found)};
}

} // namespace

std::vector<TriggerWrite> trigger_writes(const events::Sensor& sensor) {
    return WriteCollector().run(sensor);
}

const ir::Value* follow_queries(const ir::Value& root, std::span<const std::string> path) {
    const ir::Value* at = &root;
    for (const std::string& part : path) {
        if (at == nullptr) return nullptr;
        if (const auto* list = ir::list_as(at)) {
            at = element_at(*list, part);
        } else if (const auto* map = ir::map_as(at)) {
            at = map->find(part);
        } else if (const auto* object = ir::any_object_as(at)) {
            at = object->field(part);
        } else {
            return nullptr;
        }
    }
    return at;
}

std::optional<EventValue> event_value(const events::Sensor& sensor,
                                      const events::TriggerParameter& parameter,
                                      const ir::Project& project, FileId asking) {
    const events::TriggerParameterSource* source = parameter.src();
    if (source == nullptr || parameter.dest() == nullptr || sensor.spec() == nullptr) {
        return std::nullopt;
    }
    const bool has_data = source->data_key() != nullptr || source->data_template() != nullptr;
    const bool is_constant = !has_data && source->value() != nullptr;
    // Argo Events writes the context itself; only `subject` and `id` look like texts, and neither
    // comes from the sender.
    const bool is_context =
        source->context_key() != nullptr || source->context_template() != nullptr;
    if (is_constant || (is_context && !has_data)) return std::nullopt;
    if (source->data_template() != nullptr && is_cleaned(source->data_template()->text)) {
        return std::nullopt;
    }
    const std::string_view name = ir::text_of(source->dependency_name());
    const events::EventDependency* dependency = find_dependency(sensor, name);
    if (dependency == nullptr) {
        return EventValue{TaintSource::kEvent, "whoever sends an event chooses this text"};
    }
    const std::string_view namespace_name =
        sensor.metadata() == nullptr ? "" : ir::text_of(sensor.metadata()->namespace_());
    const EventOrigin origin = origin_of(*dependency, namespace_name, project, asking);
    const std::string_view key = ir::text_of(source->data_key());
    // A calendar and the cluster itself are no senders.
    if (origin.type == "calendar" || origin.type == "resource") return std::nullopt;
    if (source->data_template() == nullptr && !key.empty() &&
        (is_made_by_code_host(origin.type, key) || is_tied_down(*dependency, key))) {
        return std::nullopt;
    }
    const std::string type =
        origin.type.empty() ? "an event" : "a `" + std::string(origin.type) + "` event";
    const std::string event = type + " of `" + std::string(name) + "`";
    if (asks_for_no_secret(origin)) {
        return EventValue{TaintSource::kAnyone,
                          "anybody can send " + event + ", which asks for no secret"};
    }
    return EventValue{TaintSource::kEvent, "whoever sends " + event + " chooses this text"};
}

std::vector<EventSeeds> event_seeds(front::FlowSet& flows, const ir::Document& document) {
    if (const auto* sensor = ir::object_as<events::Sensor>(document.object())) {
        return sensor_seeds(flows, document, *sensor);
    }
    if (const auto* binding = ir::object_as<wf::WorkflowEventBinding>(document.object())) {
        return binding_seeds(flows, document, *binding);
    }
    return {};
}

} // namespace tiphys::analyze
