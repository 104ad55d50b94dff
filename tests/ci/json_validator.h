#pragma once
// Checks JSON against a JSON Schema, as far as docs/diagnostics.schema.json needs it.

#include <string>
#include <string_view>

namespace tiphys {

/// The first thing that is wrong with `json` by `schema`, with its place; empty where nothing is.
/// `definition` is the entry of `$defs` to check by; empty for the whole schema. A keyword that is
/// not known here is an error, so that no part of the schema is passed over.
[[nodiscard]] std::string schema_problem(std::string_view json, std::string_view schema,
                                         const std::string& definition = "");

} // namespace tiphys
