// From kinds to CustomResourceDefinitions in YAML.

#include "codegen/crd/definitions.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "codegen/crd/json_yaml.h"
#include "codegen/crd/open_api.h"
#include "codegen/crd/published.h"
#include "compiler/base/assert.h"
#include "compiler/expr/go_strings.h"

namespace tiphys::codegen {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kGroup = "argoproj.io";
constexpr std::string_view kVersion = "v1alpha1";

const published::Names* find_names(std::string_view kind) {
    for (const published::Names& names : published::names()) {
        if (names.kind == kind) return &names;
    }
    return nullptr;
}

/// What `kubectl get` shows of workflows.
Json columns() {
    return {{{"name", "Status"},
             {"type", "string"},
             {"jsonPath", ".status.phase"},
             {"description", "Status of the workflow"}},
            {{"name", "Age"},
             {"type", "date"},
             {"format", "date-time"},
             {"jsonPath", ".status.startedAt"},
             {"description", "When the workflow was started"}},
            {{"name", "Message"},
             {"type", "string"},
             {"jsonPath", ".status.message"},
             {"description", "Why the workflow is in this condition"}}};
}

Json names_of(const published::Names& names) {
    std::string singular(names.kind);
    std::transform(singular.begin(), singular.end(), singular.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    Json node = {{"kind", names.kind},
                 {"listKind", std::string(names.kind) + "List"},
                 {"plural", names.plural},
                 {"singular", singular}};
    if (!names.short_names.empty()) {
        node["shortNames"] = expr::split_words(names.short_names);
    }
    return node;
}

Json schema_of(const schema::Type& kind, const published::Names& names, DefinitionDepth depth) {
    Json schema = Json::parse(structural_schema(kind));
    if (depth == DefinitionDepth::kFull || !names.is_large) return schema;
    for (const char* part : {"spec", "status"}) {
        if (!schema["properties"].contains(part)) continue;
        schema["properties"][part] = {{"type", "object"},
                                      {"x-kubernetes-map-type", "atomic"},
                                      {"x-kubernetes-preserve-unknown-fields", true}};
    }
    return schema;
}

} // namespace

std::vector<const schema::Type*> defined_kinds() {
    std::vector<const schema::Type*> kinds;
    for (const schema::TypeId id : schema::kinds()) {
        const schema::Type& type = schema::type(id);
        if (type.api_version.starts_with(kGroup)) kinds.push_back(&type);
    }
    std::sort(kinds.begin(), kinds.end(), [](const schema::Type* a, const schema::Type* b) {
        return resource_of(*a) < resource_of(*b);
    });
    return kinds;
}

std::string_view resource_of(const schema::Type& kind) {
    const published::Names* names = find_names(kind.name);
    TIPHYS_ASSERT(names != nullptr, "a kind of Argo's without a resource");
    return names->plural;
}

void emit_definition(const schema::Type& kind, DefinitionDepth depth, std::string& out) {
    const published::Names* names = find_names(kind.name);
    TIPHYS_ASSERT(names != nullptr, "a kind of Argo's without a resource");
    Json version = {{"name", kVersion}, {"served", true}, {"storage", true}};
    version["schema"]["openAPIV3Schema"] = schema_of(kind, *names, depth);
    if (kind.name == "Workflow") {
        version["additionalPrinterColumns"] = columns();
        version["subresources"] = Json::object();
    }
    if (names->has_status) version["subresources"]["status"] = Json::object();
    const Json definition = {
        {"apiVersion", "apiextensions.k8s.io/v1"},
        {"kind", "CustomResourceDefinition"},
        {"metadata", {{"name", std::string(names->plural) + "." + std::string(kGroup)}}},
        {"spec",
         {{"group", kGroup},
          {"names", names_of(*names)},
          {"scope", kind.is_cluster_scoped ? "Cluster" : "Namespaced"},
          {"versions", {version}}}}};
    emit_json_as_yaml(definition.dump(), out);
}

} // namespace tiphys::codegen
