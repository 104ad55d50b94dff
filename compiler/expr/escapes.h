#pragma once
// Strings in quotes: from what is written in expr-lang to the content.

#include <optional>
#include <string>
#include <string_view>

namespace tiphys::expr {

/// The content of a string without its quotes; nothing where an escape is not one of expr-lang's,
/// and `bad_at` then holds the offset of its backslash.
[[nodiscard]] std::optional<std::string> unescape_string(std::string_view written,
                                                         std::size_t& bad_at);

/// The same for `b'…'`, where `\xff` is one byte and `\u` does not exist.
[[nodiscard]] std::optional<std::string> unescape_bytes(std::string_view written,
                                                        std::size_t& bad_at);

} // namespace tiphys::expr
