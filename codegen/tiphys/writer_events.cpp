// Event sources, sensors, buses and bindings.
#include <algorithm>
#include <array>

#include "codegen/entries.h"
#include "codegen/tiphys/depends.h"
#include "codegen/tiphys/differences.h"
#include "codegen/tiphys/notation.h"
#include "codegen/tiphys/writer.h"
#include "compiler/front/language/lowering.h"

namespace tiphys::codegen {
namespace {

const schema::Type& spec_type(std::string_view word) {
    if (word == "events") return front::events_type("EventSourceSpec");
    if (word == "sensor") return front::events_type("SensorSpec");
    if (word == "bus") return front::events_type("EventBusSpec");
    return front::workflow_type("WorkflowEventBindingSpec");
}

/// Words of the language for the kinds of triggers.
constexpr std::array<std::pair<std::string_view, std::string_view>, 12> kActions{{
    {"http", "http"},
    {"slack", "slack"},
    {"kafka", "kafka"},
    {"nats", "nats"},
    {"pulsar", "pulsar"},
    {"awsLambda", "lambda"},
    {"email", "email"},
    {"log", "log"},
    {"custom", "custom"},
    {"openWhisk", "openwhisk"},
    {"azureEventHubs", "eventhubs"},
    {"azureServiceBus", "servicebus"},
}};

constexpr std::array<std::string_view, 4> kOperations{"create", "update", "patch", "delete"};

} // namespace

/// `github push {…}` for each source of a kind.
bool Writer::add_sources(Block& block, const ir::Entry& entry, const schema::Type& type,
                         const std::string& path) {
    const int index = schema::find_field(type, entry.key);
    const auto* sources = ir::map_as(entry.value);
    if (index < 0 || sources == nullptr || sources->entries.empty()) return false;
    const schema::Shape shape = type.fields[static_cast<std::size_t>(index)].shape;
    const bool is_kind = shape.is_map() && shape.element().is_object();
    if (!is_kind || !choices_.take(path, "sources")) return false;
    std::vector<Line> lines;
    for (const ir::Entry& source : sources->entries) {
        const auto label = key_text(source.key);
        if (!label || !is_mapping(*source.value)) return false;
        const std::string here = below(path, source.key);
        auto body = block_lines(*source.value, shape.element(), here, {});
        if (!body) return false;
        Line line{.head = std::string(entry.key) + " " + *label,
                  .has_block = true,
                  .source = source.key_begin,
                  .path = here};
        line.body = std::move(*body);
        lines.push_back(std::move(line));
    }
    std::move(lines.begin(), lines.end(), std::back_inserter(block.lines));
    return true;
}

/// `dep name = source.event {…}`.
bool Writer::add_dependencies(Block& block, const ir::Entry& entry, const std::string& path) {
    const auto* list = ir::list_as(entry.value);
    if (list == nullptr || list->items.empty() || !choices_.take(path, "dependencies")) {
        return false;
    }
    std::vector<Line> lines;
    for (std::size_t i = 0; i < list->items.size(); ++i) {
        const auto* item = ir::any_object_as(list->items[i]);
        const std::string here = element(path, i);
        if (item == nullptr) return false;
        std::array<std::string, 3> words;
        constexpr std::array<std::string_view, 3> kKeys{"name", "eventSourceName", "eventName"};
        for (std::size_t k = 0; k < kKeys.size(); ++k) {
            const auto text = string_of(item->field(kKeys[k]));
            const auto written = text ? name_text(*text) : std::nullopt;
            if (!written) return false;
            words[k] = *written;
        }
        Block inner;
        for (const ir::Entry& field : entries_of(*item)) {
            if (std::find(kKeys.begin(), kKeys.end(), field.key) != kKeys.end()) continue;
            add_field(inner, field, item->type, here, {});
        }
        if (!inner.raw.empty()) return false;
        Line line{.head = "dep " + words[0] + " = " + words[1] + "." + words[2],
                  .has_block = !inner.lines.empty(),
                  .source = item->span.begin,
                  .path = here};
        line.body = std::move(inner.lines);
        lines.push_back(std::move(line));
    }
    std::move(lines.begin(), lines.end(), std::back_inserter(block.lines));
    return true;
}

/// `account: "name"` where the pods' template says nothing else.
bool Writer::add_account(Block& block, const ir::Entry& entry, const std::string& path) {
    const auto name = string_of(find(entry.value, "serviceAccountName"));
    const bool is_lone = name && has_only(*entry.value, {"serviceAccountName"});
    if (!is_lone || !choices_.take(path, "account")) return false;
    block.lines.push_back(
        {.head = "account: " + quoted(*name), .source = entry.key_begin, .path = path});
    return true;
}

/// `create({…})`; fields of the trigger that the call does not say go into its block.
std::optional<std::string> Writer::create_call(const ir::Object& body, const std::string& path,
                                               Block& block) {
    const auto operation = string_of(body.field("operation"));
    const ir::Value* source = body.field("source");
    const ir::Value* resource = find(source, "resource");
    const bool is_known =
        operation && resource != nullptr && is_mapping(*resource) &&
        has_only(*source, {"resource"}) &&
        std::find(kOperations.begin(), kOperations.end(), *operation) != kOperations.end();
    if (!is_known) return std::nullopt;
    const auto text =
        expression(*resource, nullptr, {}, below(below(path, "source"), "resource"), {});
    if (!text) return std::nullopt;
    Block rest;
    for (const ir::Entry& entry : entries_of(body)) {
        if (entry.key == "operation" || entry.key == "source") continue;
        add_field(rest, entry, body.type, path, {});
    }
    if (!rest.raw.empty()) return std::nullopt;
    for (Line& line : rest.lines) {
        line.head = "k8s." + line.head;
        block.lines.push_back(std::move(line));
    }
    return std::string(*operation) + "(" + *text + ")";
}

/// `name = http(url: "…") { retry: 3 }`.
std::optional<Line> Writer::action_line(const ir::Object& trigger, const std::string& path) {
    const auto* shape = ir::any_object_as(trigger.field("template"));
    const auto name = shape == nullptr ? std::nullopt : string_of(shape->field("name"));
    const auto written = name ? name_text(*name) : std::nullopt;
    if (!written) return std::nullopt;
    const std::string here = below(path, "template");
    Block block;
    std::optional<std::string> call;
    for (const ir::Entry& entry : entries_of(*shape)) {
        const auto* body = ir::any_object_as(entry.value);
        const auto action = std::find_if(kActions.begin(), kActions.end(),
                                         [&](const auto& item) { return item.first == entry.key; });
        const bool is_action = action != kActions.end() || entry.key == "k8s";
        if (entry.key == "name" || entry.key == "conditions") continue;
        if (is_action && (body == nullptr || call)) return std::nullopt;
        if (entry.key == "k8s") {
            call = create_call(*body, below(here, entry.key), block);
        } else if (is_action) {
            const auto arguments =
                named_arguments(entries_of(*body), *body->type, below(here, entry.key), {});
            if (arguments) call = std::string(action->second) + "(" + *arguments + ")";
        } else {
            add_field(block, entry, shape->type, here, {});
        }
    }
    for (const ir::Entry& entry : entries_of(trigger)) {
        if (entry.key != "template") add_field(block, entry, trigger.type, path, {});
    }
    if (!call || !block.raw.empty()) return std::nullopt;
    Line line{.head = *written + " = " + *call, .source = trigger.span.begin, .path = path};
    line.has_block = !block.lines.empty();
    line.body = std::move(block.lines);
    return line;
}

/// `on a && b { name = action(…) }` for each trigger.
bool Writer::add_triggers(Block& block, const ir::Object& spec, const ir::Entry& entry,
                          const std::string& path) {
    const auto* list = ir::list_as(entry.value);
    const auto* dependencies = ir::list_as(spec.field("dependencies"));
    if (list == nullptr || list->items.empty() || dependencies == nullptr ||
        dependencies->items.empty() || !choices_.take(path, "actions")) {
        return false;
    }
    const auto only = string_of(find(dependencies->items[0], "name"));
    const bool is_lone = dependencies->items.size() == 1;
    std::vector<Line> lines;
    for (std::size_t i = 0; i < list->items.size(); ++i) {
        const auto* trigger = ir::any_object_as(list->items[i]);
        const std::string here = element(path, i);
        if (trigger == nullptr || !only) return false;
        const auto given = string_of(find(trigger->field("template"), "conditions"));
        const bool is_implied = is_lone && !given;
        const auto conditions = is_implied ? name_text(*only)
                                : given    ? after_of(*given)
                                           : std::nullopt;
        // A lone dependency needs no conditions, so that none would be written.
        if (!conditions || (is_lone && given) ||
            conditions->find_first_of(".!") != std::string::npos) {
            return false;
        }
        auto action = action_line(*trigger, here);
        if (!action) return false;
        Line line{.head = "on " + *conditions,
                  .has_block = true,
                  .source = trigger->span.begin,
                  .path = here};
        line.body.push_back(std::move(*action));
        lines.push_back(std::move(line));
    }
    std::move(lines.begin(), lines.end(), std::back_inserter(block.lines));
    return true;
}

std::optional<Line> Writer::events_object(const ir::Object& root, std::string_view word) {
    const ir::Value* metadata = find(&root, "metadata");
    const auto* spec = ir::any_object_as(root.field("spec"));
    if (spec == nullptr || (metadata != nullptr && !is_mapping(*metadata))) return std::nullopt;
    const std::string label = label_for(metadata, word, false);
    Line line{.head = std::string(word) + " " + *key_text(label),
              .has_block = true,
              .is_open = true,
              .source = root.span.begin};
    Block block;
    add_metadata(block, metadata, line, word, label, false);
    const schema::Type& type = spec_type(word);
    for (const ir::Entry& entry : entries_of(*spec)) {
        const std::string here = below("spec", entry.key);
        const bool has_template = word == "events" || word == "sensor";
        if (entry.key == "template" && has_template && add_account(block, entry, here)) continue;
        if (word == "events" && add_sources(block, entry, type, here)) continue;
        if (word == "sensor" && entry.key == "dependencies" &&
            add_dependencies(block, entry, here)) {
            continue;
        }
        if (word == "sensor" && entry.key == "triggers" &&
            add_triggers(block, *spec, entry, here)) {
            continue;
        }
        const auto selector = word == "binding" && entry.key == "event"
                                  ? string_of(find(entry.value, "selector"))
                                  : std::nullopt;
        if (selector && has_only(*entry.value, {"selector"}) && choices_.take(here, "selector")) {
            block.lines.push_back(
                {.head = "event: " + quoted(*selector), .source = entry.key_begin, .path = here});
            continue;
        }
        add_field(block, entry, &type, "spec", {});
    }
    finish_at(block, "spec");
    add_rest_of_root(block, root);
    line.body = std::move(block.lines);
    return line;
}

} // namespace tiphys::codegen
