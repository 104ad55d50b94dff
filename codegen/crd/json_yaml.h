#pragma once
// YAML of texts in JSON, for objects that the tables do not hold.

#include <string>
#include <string_view>

namespace tiphys::codegen {

/// Appends one document, without `---`; keys are ordered by name. `json` must be JSON.
void emit_json_as_yaml(std::string_view json, std::string& out);

} // namespace tiphys::codegen
