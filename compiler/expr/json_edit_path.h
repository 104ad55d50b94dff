#pragma once
// Paths of tidwall/sjson, with which Sensors write event values into a trigger (`dest`).

#include <optional>
#include <string_view>

#include "compiler/expr/parse.h"
#include "compiler/expr/value.h"

namespace tiphys::expr {

enum class JsonEdit : std::uint8_t { kSet, kDelete };

/// Why sjson does not edit `document` at `path`; nothing where it does.
[[nodiscard]] std::optional<ParseError> check_edit_path(std::string_view path, JsonEdit edit,
                                                        const Value& document);

} // namespace tiphys::expr
