#pragma once
// CustomResourceDefinitions of all kinds of argoproj.io, generated from the schema tables.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "schemas/tables.h"

namespace tiphys::codegen {

enum class DefinitionDepth : std::uint8_t {
    /// Of the largest kinds only the outline, so that `kubectl apply` takes them without
    /// `--server-side`; the API server then checks nothing inside. Argo:
    /// manifests/base/crds/minimal.
    kMinimal,
    /// Every field. The API server takes and refuses the same objects as with Argo's own.
    kFull
};

/// Kinds that have a definition, ordered by the names of their resources.
[[nodiscard]] std::vector<const schema::Type*> defined_kinds();

/// `workflows` of Workflow.
[[nodiscard]] std::string_view resource_of(const schema::Type& kind);

/// Appends one definition as a YAML document without `---`; keys are ordered by name.
void emit_definition(const schema::Type& kind, DefinitionDepth depth, std::string& out);

} // namespace tiphys::codegen
