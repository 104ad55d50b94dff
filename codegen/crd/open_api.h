#pragma once
// OpenAPI v3 schemas as the API server wants them: without references, so types are written out
// wherever they are used.

#include <string>

#include "schemas/tables.h"

namespace tiphys::codegen {

/// The structural schema of a kind, as JSON.
[[nodiscard]] std::string structural_schema(const schema::Type& kind);

} // namespace tiphys::codegen
