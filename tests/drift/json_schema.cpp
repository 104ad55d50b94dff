// Comparison of the tables with a published JSON schema.
#include <map>
#include <optional>

#include <nlohmann/json.hpp>

#include "tests/drift/drift.h"

namespace tiphys::drift {
namespace {

using nlohmann::json;
using schema::Field;
using schema::Form;
using schema::Package;
using schema::Shape;
using schema::Type;

/// Where the definitions of a package are published.
const std::map<std::string, Package, std::less<>> kPrefixes{
    {"io.argoproj.workflow.v1alpha1", Package::kWorkflow},
    {"io.argoproj.events.v1alpha1", Package::kEvents},
    {"io.k8s.api.core.v1", Package::kK8s},
    {"io.k8s.api.policy.v1", Package::kK8s},
    {"io.k8s.apimachinery.pkg.apis.meta.v1", Package::kK8s}};

const Type* type_of_definition(const std::string& name) {
    const std::size_t dot = name.rfind('.');
    const auto prefix = kPrefixes.find(name.substr(0, dot));
    if (prefix == kPrefixes.end()) return nullptr;
    return schema::find_type(prefix->second, name.substr(dot + 1));
}

/// Whether a shape of ours takes what a property of the schema describes. The published schema
/// knows no more of numbers and texts than these classes.
bool agrees(const Shape& shape, const json& property) {
    const std::string type = property.value("type", "");
    if (shape.is_list()) {
        return type == "array" && agrees(shape.element(), property.value("items", json::object()));
    }
    if (shape.is_map()) {
        if (type != "object") return false;
        if (!property.contains("additionalProperties")) return true;
        return agrees(shape.element(), property["additionalProperties"]);
    }
    if (property.contains("$ref")) {
        const std::string reference = property["$ref"];
        const std::string name = reference.substr(reference.rfind('/') + 1);
        if (shape.form != Form::kObject) return true;
        const Type* wanted = type_of_definition(name);
        return wanted != nullptr && wanted->id == shape.type;
    }
    switch (shape.form) {
    case Form::kBool:
        return type == "boolean";
    case Form::kInt:
        return type == "integer";
    case Form::kFloat:
        return type == "number";
    case Form::kObject:
        return false;
    case Form::kMapping:
    case Form::kManifest:
        return type == "object" || type.empty();
    case Form::kString:
    case Form::kTime:
    case Form::kBytes:
        return type == "string";
    case Form::kIntOrString:
    case Form::kAnyString:
    case Form::kAnyNumber:
    case Form::kQuantity:
    case Form::kAny:
        return true;
    }
    return false;
}

void compare_type(const Type& type, const json& definition, Exceptions& exceptions,
                  std::vector<std::string>& differences) {
    const std::string owner = name_of(type);
    const json properties = definition.value("properties", json::object());
    for (const auto& [name, property] : properties.items()) {
        const std::string place = owner + "." + name;
        const int index = schema::find_field(type, name);
        const bool is_missing = index < 0;
        const bool fits =
            !is_missing && agrees(type.fields[static_cast<std::size_t>(index)].shape, property);
        if (fits || exceptions.covers(place)) continue;
        differences.push_back(place + (is_missing ? ": missing" : ": of another type upstream"));
    }
    for (const Field& field : type.fields) {
        const std::string place = owner + "." + std::string(field.name);
        if (!field.until.empty() || properties.contains(std::string(field.name))) continue;
        if (exceptions.covers(place)) continue;
        differences.push_back(place + ": not known upstream");
    }
}

} // namespace

std::vector<std::string> compare_with_json_schema(const std::string& json_text,
                                                  Exceptions& exceptions) {
    const json schema = json::parse(json_text);
    std::vector<std::string> differences;
    for (const auto& [name, definition] : schema["definitions"].items()) {
        const std::size_t dot = name.rfind('.');
        const auto prefix = kPrefixes.find(name.substr(0, dot));
        if (prefix == kPrefixes.end()) continue;
        const Type* type = type_of_definition(name);
        if (type != nullptr) {
            if (exceptions.covers(name_of(*type))) continue;
            compare_type(*type, definition, exceptions, differences);
            continue;
        }
        // Kubernetes has many types that Argo embeds nowhere.
        if (prefix->second == Package::kK8s) continue;
        const char* package = prefix->second == Package::kWorkflow ? "workflow." : "events.";
        if (name.ends_with("List") || name.ends_with("Request")) continue;
        if (definition.value("properties", json::object()).empty()) continue;
        const std::string place = package + name.substr(dot + 1);
        if (!exceptions.covers(place)) differences.push_back(place + ": missing");
    }
    return differences;
}

} // namespace tiphys::drift
