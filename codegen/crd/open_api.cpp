// From the schema tables to a structural schema.

#include "codegen/crd/open_api.h"

#include <algorithm>
#include <optional>
#include <vector>

#include <nlohmann/json.hpp>

#include "codegen/crd/published.h"
#include "compiler/base/assert.h"
#include "compiler/expr/go_strings.h"

namespace tiphys::codegen {
namespace {

using Json = nlohmann::json;
using published::Place;
using schema::Field;
using schema::Form;
using schema::Shape;
using schema::Type;

constexpr const char* kOpen = "x-kubernetes-preserve-unknown-fields";

Json int_or_string() {
    return {{"anyOf", {{{"type", "integer"}}, {{"type", "string"}}}},
            {"x-kubernetes-int-or-string", true}};
}

/// At most one of the fields of `group`, said of `subject`.
std::string at_most_one(const Type& type, const schema::OneOf& group, const std::string& subject) {
    std::string rule;
    for (std::size_t i = 0; i < type.fields.size(); ++i) {
        if ((group.fields >> i & 1U) == 0) continue;
        if (!rule.empty()) rule += " + ";
        rule += "(has(" + subject + "." + std::string(type.fields[i].name) + ") ? 1 : 0)";
    }
    return rule + " <= 1";
}

class Writer {
public:
    /// Conditions are checked in what people write, not in what controllers do.
    explicit Writer(bool with_conditions) : with_conditions_(with_conditions) {}

    /// `is_nameless`: the object is a container whose name is not asked for.
    Json object(const Type& type, bool is_nameless) {
        TIPHYS_ASSERT(++depth_ < 64, "a type that holds itself is not opaque");
        Json node = {{"type", "object"}};
        for (const Field& field : type.fields) {
            const Place place{&type, &field};
            if (!published::is_unknown(place)) node["properties"][field.name] = property(place);
        }
        add_required(type, is_nameless, node);
        if (published::is_atomic(type)) node["x-kubernetes-map-type"] = "atomic";
        add_conditions(name_of(type), node);
        for (const schema::OneOf& group : type.one_ofs) {
            if (group.name == "location") {
                add_condition(node, "at most one artifact location can be specified",
                              at_most_one(type, group, "self"));
            }
        }
        --depth_;
        return node;
    }

    Json property(const Place& place) {
        const Field& field = *place.field;
        if (is_top_metadata(place)) return {{"type", "object"}};
        Json node = value(place, field.shape, field.shape);
        if (!field.doc.empty()) node["description"] = field.doc;
        if (const auto json = published::default_of(place)) node["default"] = Json::parse(*json);
        const std::string name = name_of(*place.type) + "." + std::string(field.name);
        // Plugins are known by their names.
        if (name == "workflow.ExecutorPlugin.metadata") node["properties"].erase("generateName");
        if (name == "workflow.WorkflowSpec.templates") {
            const Type& type = schema::type(field.shape.type);
            add_condition(node, "template must have at most one template type",
                          "self.all(t, " + at_most_one(type, type.one_ofs[0], "t") + ")");
        }
        add_conditions(name, node);
        return node;
    }

private:
    static std::string name_of(const Type& type) {
        const bool is_argos = type.package == schema::Package::kWorkflow;
        return (is_argos ? "workflow." : "") + std::string(type.name);
    }

    /// The API server looks after the metadata of objects, and lets nobody describe them.
    static bool is_top_metadata(const Place& place) {
        return place.type->api_version.starts_with("argoproj.io/") &&
               place.field->name == "metadata";
    }

    Json value(const Place& place, Shape shape, Shape whole) {
        if (published::is_open(place)) return open_value(place);
        if (shape.is_list()) return list(place, shape, whole);
        if (shape.is_map()) {
            Json node = {{"type", "object"},
                         {"additionalProperties", value(place, shape.element(), whole)}};
            if (place.field->name == "allocatedResourceStatuses") {
                node["x-kubernetes-map-type"] = "granular";
            }
            return node;
        }
        if (shape.form == Form::kObject) {
            const bool is_nameless = with_conditions_ && published::is_nameless(place);
            return object(schema::type(shape.type), is_nameless);
        }
        return scalar(place, shape.form);
    }

    static Json open_value(const Place& place) {
        Json node = {{kOpen, true}};
        const Shape& shape = place.field->shape;
        // Anything but an inline template and items, which may be anything in JSON.
        if (place.field->name == "inline" || shape.is_list()) return node;
        node["type"] = "object";
        if (place.type->name == "WorkflowStatus") node["x-kubernetes-map-type"] = "atomic";
        return node;
    }

    Json list(const Place& place, Shape shape, Shape whole) {
        Json node = {{"type", "array"}, {"items", value(place, shape.element(), whole)}};
        const Field& field = *place.field;
        if (shape.wrappers != whole.wrappers) return node; // a list within a list
        if (place.type->package == schema::Package::kWorkflow) {
            if (field.least_items != 0) node["minItems"] = field.least_items;
            if (field.most_items != UINT32_MAX) node["maxItems"] = field.most_items;
        }
        const std::string_view type = published::list_type(place);
        if (!type.empty()) node["x-kubernetes-list-type"] = type;
        if (type == "map") {
            node["x-kubernetes-list-map-keys"] = expr::split_words(published::list_keys(place));
        }
        return node;
    }

    static Json scalar(const Place& place, Form form) {
        switch (form) {
        case Form::kBool:
            return {{"type", "boolean"}};
        case Form::kInt:
            return integer(place);
        case Form::kFloat:
        case Form::kAnyNumber:
            return {{"type", "number"}};
        case Form::kIntOrString:
            return int_or_string();
        case Form::kQuantity: {
            Json node = int_or_string();
            node["pattern"] = published::quantity_pattern();
            return node;
        }
        case Form::kTime:
            return {{"type", "string"}, {"format", "date-time"}};
        case Form::kBytes:
            return {{"type", "string"}, {"format", "byte"}};
        case Form::kAny:
            return {{kOpen, true}};
        case Form::kMapping:
        case Form::kManifest:
            return {{"type", "object"}, {kOpen, true}};
        case Form::kString:
        case Form::kAnyString:
            return text(place);
        case Form::kObject:
            break;
        }
        TIPHYS_ASSERT(false, "objects are no scalars");
    }

    static Json integer(const Place& place) {
        Json node = {{"type", "integer"}};
        const std::string_view format = published::integer_format(place);
        if (!format.empty()) node["format"] = format;
        if (!published::has_range(place)) return node;
        if (place.field->minimum != schema::kNoMinimum) node["minimum"] = place.field->minimum;
        if (place.field->maximum != schema::kNoMaximum) node["maximum"] = place.field->maximum;
        return node;
    }

    static Json text(const Place& place) {
        Json node = {{"type", "string"}};
        const Field& field = *place.field;
        if (published::has_enumeration(place)) node["enum"] = field.enumeration;
        const std::string_view pattern = published::pattern(place);
        if (!pattern.empty()) node["pattern"] = pattern;
        if (published::has_content(place)) node["minLength"] = 1;
        const bool is_argos = place.type->package == schema::Package::kWorkflow;
        if (is_argos && field.most_bytes != UINT32_MAX) node["maxLength"] = field.most_bytes;
        return node;
    }

    static void add_required(const Type& type, bool is_nameless, Json& node) {
        std::vector<std::string> required;
        if (const auto names = published::required_fields(type)) {
            if (!is_nameless) required = expr::split_words(*names);
        } else {
            for (const Field& field : type.fields) {
                // The API server asks for these itself.
                const bool is_own = !type.api_version.empty() &&
                                    (field.name == "apiVersion" || field.name == "kind");
                if (field.is_required && !is_own && field.until.empty()) {
                    required.emplace_back(field.name);
                }
            }
        }
        std::sort(required.begin(), required.end());
        if (!required.empty()) node["required"] = required;
    }

    void add_conditions(const std::string& place, Json& node) const {
        for (const published::Condition& condition : published::conditions()) {
            if (condition.place == place) {
                add_condition(node, condition.message, std::string(condition.rule));
            }
        }
    }

    void add_condition(Json& node, std::string_view message, const std::string& rule) const {
        if (!with_conditions_) return;
        node["x-kubernetes-validations"].push_back({{"message", message}, {"rule", rule}});
    }

    bool with_conditions_;
    int depth_ = 0;
};

} // namespace

std::string structural_schema(const Type& kind) {
    const bool is_internal =
        kind.name == "WorkflowTaskSet" || kind.name == "WorkflowArtifactGCTask";
    Json root = {{"type", "object"}, {"description", kind.doc}};
    std::vector<std::string> required;
    for (const Field& field : kind.fields) {
        const Place place{&kind, &field};
        Json node = Writer(!is_internal && field.name != "status").property(place);
        if (field.name == "apiVersion" || field.name == "kind") node.erase("enum");
        root["properties"][field.name] = std::move(node);
        const bool is_own = field.name == "apiVersion" || field.name == "kind";
        if (field.is_required && !is_own) required.emplace_back(field.name);
    }
    root["required"] = required;
    return root.dump();
}

} // namespace tiphys::codegen
