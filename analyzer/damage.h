#pragma once
// What could not be decoded: rules that ask whether something is missing keep silent where it may
// stand in there.

#include <string_view>

#include "analyzer/context.h"

namespace tiphys::analyze {

/// True where a value of the document that could not be decoded (an unknown field, a value of
/// another type) holds the name as a word of its own, or where the reading of the document broke
/// off; always in a file with more defects than are shown. A value around `except`, the place where
/// the name is used, does not count.
[[nodiscard]] bool is_in_damage(const Context& context, std::string_view name, Span except = {});

/// True where something inside of `span` could not be decoded, and in such a file.
[[nodiscard]] bool is_damaged(const Context& context, Span span);

} // namespace tiphys::analyze
