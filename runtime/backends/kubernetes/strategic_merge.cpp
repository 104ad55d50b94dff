// Merging along the tables of the schemas, which know the keys of lists.

#include "runtime/backends/kubernetes/strategic_merge.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "compiler/base/assert.h"

namespace tiphys::run {
namespace {

using Json = nlohmann::json;
using schema::Shape;
using schema::TypeId;

/// What is known of a value: its shape, and the key of its elements.
struct Known {
    Shape shape;
    std::string_view merge_key;
};

Known field_of(TypeId type, const std::string& name) {
    if (type == TypeId::kNone) return {};
    if (type == pod_spec_type() && (name == "containers" || name == "initContainers")) {
        const TypeId container = type_named(schema::Package::kK8s, "Container");
        return {{schema::Form::kObject, container, {schema::Wrapper::kList}}, "name"};
    }
    const schema::Type& known = schema::type(type);
    const int index = schema::find_field(known, name);
    if (index < 0) return {};
    const schema::Field& field = known.fields[static_cast<std::size_t>(index)];
    return {field.shape, field.merge_key};
}

std::string directive_of(const Json& object) {
    const auto found = object.find("$patch");
    return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

void merge_value(Json& original, const Json& patch, const Known& known);

void merge_object(Json& original, const Json& patch, TypeId type) {
    const std::string directive = directive_of(patch);
    if (directive == "delete") {
        original = Json::object();
        return;
    }
    if (directive == "replace") original = Json::object();
    if (const auto kept = patch.find("$retainKeys"); kept != patch.end() && kept->is_array()) {
        for (auto entry = original.begin(); entry != original.end();) {
            const bool stays = std::find(kept->begin(), kept->end(), entry.key()) != kept->end();
            entry = stays ? std::next(entry) : original.erase(entry);
        }
    }
    for (const auto& entry : patch.items()) {
        const std::string& name = entry.key();
        if (!name.empty() && name.front() == '$') continue;
        if (entry.value().is_null()) {
            original.erase(name);
        } else if (!original.contains(name)) {
            // Directives of what is new mean nothing, but must not stay in it.
            Json fresh = entry.value().is_object() ? Json::object() : Json::array();
            if (!entry.value().is_structured()) fresh = nullptr;
            merge_value(fresh, entry.value(), field_of(type, name));
            original[name] = std::move(fresh);
        } else {
            merge_value(original[name], entry.value(), field_of(type, name));
        }
    }
}

Json::iterator find_element(Json& list, const Json& wanted, const std::string& key) {
    return std::find_if(list.begin(), list.end(), [&](const Json& element) {
        return element.is_object() && element.contains(key) && wanted.contains(key) &&
               element[key] == wanted[key];
    });
}

void merge_list(Json& original, const Json& patch, const Known& known) {
    const std::string key(known.merge_key);
    for (const Json& element : patch) {
        if (!element.is_object()) continue;
        const bool replaces = directive_of(element) == "replace" && !element.contains(key);
        if (replaces) original = Json::array();
    }
    const TypeId type = known.shape.element().type;
    for (const Json& element : patch) {
        if (!element.is_object()) continue;
        const auto found = find_element(original, element, key);
        if (directive_of(element) == "delete") {
            if (found != original.end()) original.erase(found);
        } else if (found != original.end()) {
            merge_object(*found, element, type);
        } else if (element.contains(key) || directive_of(element).empty()) {
            Json fresh = Json::object();
            merge_object(fresh, element, type);
            original.push_back(std::move(fresh));
        }
    }
}

void merge_value(Json& original, const Json& patch, const Known& known) {
    const bool is_keyed = known.shape.is_list() && !known.merge_key.empty();
    if (patch.is_object() && original.is_object()) {
        merge_object(original, patch, known.shape.is_object() ? known.shape.type : TypeId::kNone);
    } else if (patch.is_array() && original.is_array() && is_keyed) {
        merge_list(original, patch, known);
    } else {
        original = patch;
    }
}

} // namespace

Result<std::string> merge_objects(std::string_view original, std::string_view patch, TypeId type) {
    const auto parsed = [](std::string_view text) {
        return text.empty() ? Json::object() : Json::parse(text, nullptr, false);
    };
    Json merged = parsed(original);
    const Json over = parsed(patch);
    if (!merged.is_object() || !over.is_object()) return Error{"it is no JSON object"};
    merge_object(merged, over, type);
    return merged.dump();
}

TypeId pod_spec_type() {
    return type_named(schema::Package::kWorkflow, "WorkflowSpec");
}

TypeId type_named(schema::Package package, std::string_view name) {
    const schema::Type* found = schema::find_type(package, name);
    TIPHYS_ASSERT(found != nullptr, "the tables describe all types of pods");
    return found->id;
}

} // namespace tiphys::run
