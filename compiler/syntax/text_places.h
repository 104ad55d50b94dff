#pragma once
// Where a piece of a value stands in the text of a .tiphys file that the value was made from.

#include <cstddef>
#include <string_view>

#include "compiler/base/span.h"

namespace tiphys::syntax {

/// The place of the bytes [from, to) of `value`, which was made from what stands at `span`: in a
/// text that was taken over as it is, of these bytes; of a tag that was made from `${…}` or from a
/// name, of that. `span` itself where that cannot be told.
[[nodiscard]] Span place_in_text(std::string_view file_text, Span span, std::string_view value,
                                 std::size_t from, std::size_t to);

} // namespace tiphys::syntax
