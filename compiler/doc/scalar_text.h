#pragma once
// The way from a character of a scalar's value back to the byte it was written as, through
// indentation, folding, chomping and escapes.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/base/scalar.h"
#include "compiler/base/span.h"

namespace tiphys::doc {

/// A scalar's value with the source offset of each of its bytes; `offsets` has one entry more than
/// `value` has bytes, for its end.
struct ScalarText {
    std::string value;
    std::vector<std::uint32_t> offsets;
};

/// Decodes the scalar written at `span` of `file_text` anew.
[[nodiscard]] ScalarText decode_scalar(std::string_view file_text, Span span, ScalarStyle style);

/// The source span of the bytes [from, to) of the value of the scalar written at `span`.
[[nodiscard]] Span span_in_scalar(std::string_view file_text, Span span, ScalarStyle style,
                                  std::size_t from, std::size_t to);

} // namespace tiphys::doc
