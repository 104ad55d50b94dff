// Definitions as API servers and kubectl want them.
#include <algorithm>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "codegen/crd/definitions.h"
#include "codegen/crd/json_yaml.h"
#include "codegen/crd/open_api.h"

namespace tiphys::codegen {
namespace {

using Json = nlohmann::json;

Json schema_of(const char* kind) {
    return Json::parse(structural_schema(*schema::find_kind("argoproj.io/v1alpha1", kind)));
}

const Json& property(const Json& schema, const char* path) {
    return schema.at(Json::json_pointer(path));
}

TEST_CASE("every kind has a definition, in the order of their names") {
    std::vector<std::string_view> resources;
    for (const schema::Type* kind : defined_kinds())
        resources.push_back(resource_of(*kind));
    CHECK(resources.size() == 11);
    CHECK(std::is_sorted(resources.begin(), resources.end()));
}

TEST_CASE("kubectl can keep each minimal definition in an annotation") {
    constexpr std::size_t kAnnotationBytes = 262'144;
    for (const schema::Type* kind : defined_kinds()) {
        std::string text;
        emit_definition(*kind, DefinitionDepth::kMinimal, text);
        INFO(kind->name);
        // YAML is longer than the JSON that kubectl keeps.
        CHECK(text.size() < kAnnotationBytes);
    }
}

TEST_CASE("the API server is told nothing of the metadata of objects") {
    for (const schema::Type* kind : defined_kinds()) {
        INFO(kind->name);
        CHECK(property(schema_of(std::string(kind->name).c_str()), "/properties/metadata") ==
              Json{{"type", "object"}});
    }
}

TEST_CASE("fields say what they take") {
    const Json workflow = schema_of("Workflow");
    const Json& spec = property(workflow, "/properties/spec/properties");
    CHECK(spec["parallelism"]["minimum"] == 1);
    CHECK(spec["parallelism"]["format"] == "int64");
    CHECK(spec["podGC"]["properties"]["strategy"].contains("enum"));
    CHECK(!spec.contains("podPriority"));
    const Json& step = property(spec, "/templates/items/properties/steps/items/items");
    CHECK(step["properties"]["inline"]["x-kubernetes-preserve-unknown-fields"] == true);
    CHECK(step["properties"]["name"]["pattern"] == "^[a-zA-Z0-9][-a-zA-Z0-9]*$");
    CHECK(spec["templates"]["x-kubernetes-validations"].size() == 3);
    const Json& env = property(spec, "/templates/items/properties/container/properties/env");
    CHECK(env["x-kubernetes-list-type"] == "map");
    CHECK(env["x-kubernetes-list-map-keys"] == Json{"name"});
}

TEST_CASE("JSON becomes YAML of the same meaning") {
    std::string yaml;
    emit_json_as_yaml(
        R"({"b": [1, "2", [true, []], {"x": null, "y": "a: b"}], "a": {}, "c": "l\n"})", yaml);
    CHECK(yaml == "a: {}\n"
                  "b:\n"
                  "  - 1\n"
                  "  - \"2\"\n"
                  "  -\n"
                  "    - true\n"
                  "    - []\n"
                  "  - x: null\n"
                  "    \"y\": \"a: b\"\n"
                  "c: \"l\\n\"\n");
}

} // namespace
} // namespace tiphys::codegen
