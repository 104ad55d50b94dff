// Checks JSON against a JSON Schema.
#include "tests/ci/json_validator.h"

#include <algorithm>
#include <array>
#include <regex>

#include <nlohmann/json.hpp>

namespace tiphys {
namespace {

using Json = nlohmann::json;

class Validator {
public:
    explicit Validator(const Json& root) : root_(root) {}

    std::string problem(const Json& value, const Json& schema, const std::string& place) const {
        for (const auto& [keyword, wanted] : schema.items()) {
            const std::string found = keyword_problem(keyword, wanted, value, schema);
            if (!found.empty()) return place + ": " + found;
        }
        if (schema.contains("$ref")) {
            const std::string path = schema["$ref"].get<std::string>().substr(1);
            const std::string found = problem(value, root_.at(Json::json_pointer(path)), place);
            if (!found.empty()) return found;
        }
        return parts_problem(value, schema, place);
    }

private:
    static bool is_of(const Json& value, const std::string& type) {
        if (type == "object") return value.is_object();
        if (type == "array") return value.is_array();
        if (type == "string") return value.is_string();
        if (type == "boolean") return value.is_boolean();
        if (type == "integer") return value.is_number_integer();
        return type == "null" && value.is_null();
    }

    static bool is_of_any(const Json& value, const Json& types) {
        if (types.is_string()) return is_of(value, types.get<std::string>());
        return std::any_of(types.begin(), types.end(),
                           [&](const Json& type) { return is_of(value, type.get<std::string>()); });
    }

    std::string keyword_problem(const std::string& keyword, const Json& wanted, const Json& value,
                                const Json& schema) const {
        static constexpr std::array<std::string_view, 9> kElsewhere{
            "$schema",     "$id",        "$defs", "$ref",    "title",
            "description", "properties", "items", "required"};
        if (std::find(kElsewhere.begin(), kElsewhere.end(), keyword) != kElsewhere.end()) return "";
        if (keyword == "type") return is_of_any(value, wanted) ? "" : "is not " + wanted.dump();
        if (keyword == "const") return value == wanted ? "" : "is not " + wanted.dump();
        if (keyword == "enum") {
            const bool is_one = std::find(wanted.begin(), wanted.end(), value) != wanted.end();
            return is_one ? "" : "is none of " + wanted.dump();
        }
        if (keyword == "minimum") return value >= wanted ? "" : "is below " + wanted.dump();
        if (keyword == "pattern") {
            const std::regex pattern(wanted.get<std::string>(), std::regex::ECMAScript);
            return std::regex_search(value.get<std::string>(), pattern) ? "" : "does not match";
        }
        if (keyword == "additionalProperties") return additional_problem(value, schema);
        if (keyword == "oneOf") {
            const auto n_right = std::count_if(wanted.begin(), wanted.end(), [&](const Json& one) {
                return problem(value, one, "").empty();
            });
            return n_right == 1 ? "" : "fits " + std::to_string(n_right) + " of the alternatives";
        }
        return "the schema's keyword `" + keyword + "` is not known";
    }

    static std::string additional_problem(const Json& value, const Json& schema) {
        if (!value.is_object()) return "";
        for (const auto& [name, part] : value.items()) {
            if (!schema["properties"].contains(name)) return "has a property `" + name + "`";
        }
        return "";
    }

    std::string parts_problem(const Json& value, const Json& schema,
                              const std::string& place) const {
        if (value.is_array() && schema.contains("items")) {
            for (std::size_t i = 0; i < value.size(); ++i) {
                const std::string found =
                    problem(value[i], schema["items"], place + "/" + std::to_string(i));
                if (!found.empty()) return found;
            }
        }
        if (!value.is_object()) return "";
        for (const Json& name : schema.value("required", Json::array())) {
            if (!value.contains(name.get<std::string>())) {
                return place + ": has no `" + name.get<std::string>() + "`";
            }
        }
        const Json properties = schema.value("properties", Json::object());
        for (const auto& [name, part] : properties.items()) {
            if (!value.contains(name)) continue;
            const std::string found = problem(value[name], part, place + "/" + name);
            if (!found.empty()) return found;
        }
        return "";
    }

    const Json& root_;
};

} // namespace

std::string schema_problem(std::string_view json, std::string_view schema,
                           const std::string& definition) {
    const Json value = Json::parse(json, nullptr, false);
    if (value.is_discarded()) return "is no JSON";
    const Json root = Json::parse(schema, nullptr, false);
    if (root.is_discarded()) return "the schema is no JSON";
    return Validator(root).problem(value, definition.empty() ? root : root["$defs"][definition],
                                   "");
}

} // namespace tiphys
