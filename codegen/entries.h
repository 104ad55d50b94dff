#pragma once
// The keys of a value, typed or not.

#include <vector>

#include "compiler/ir/object.h"

namespace tiphys::codegen {

/// Entries of a mapping or an object in canonical order: fields in the order of the schema, then
/// unknown keys; those of a mapping as they stand. None of any other value.
[[nodiscard]] std::vector<ir::Entry> entries_of(const ir::Value& value);

/// Whether the value has keys.
[[nodiscard]] bool is_mapping(const ir::Value& value);

} // namespace tiphys::codegen
