#pragma once
// UTF-8 text on its way to people and parsers: decoding that never fails, width on a terminal.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "compiler/base/utf8.h"

namespace tiphys::report {

inline constexpr char32_t kReplacement = kReplacementCharacter;

/// A decoded code point and the number of bytes it took.
struct CodePoint {
    char32_t value = kReplacement;
    std::uint32_t size = 1;
};

/// The code point at `at`, which lies inside `text`. Bytes that are not UTF-8 decode to U+FFFD,
/// one for each maximal subpart, as browsers and Node.js do it.
[[nodiscard]] CodePoint code_point_at(std::string_view text, std::size_t at);

/// `text` with U+FFFD in place of bytes that are not UTF-8.
[[nodiscard]] std::string valid_utf8(std::string_view text);

/// `text` cut to `max_bytes` at a boundary of code points, the last one then being `…`.
[[nodiscard]] std::string shortened(std::string_view text, std::size_t max_bytes);

/// Columns on a terminal: 0 for combining marks, 2 for wide characters, else 1.
[[nodiscard]] std::uint32_t display_width(char32_t value);

/// What a terminal may be sent for a code point: control characters become their pictures; those
/// that reorder or hide text become U+FFFD, so that what is shown is what the file says.
[[nodiscard]] char32_t visible(char32_t value);

/// `text` as a terminal may show it; line breaks become pictures too.
[[nodiscard]] std::string printable(std::string_view text);

/// `text` as a terminal may show it, with `hanging` after each line break.
[[nodiscard]] std::string printable_lines(std::string_view text, std::string_view hanging);

/// `text` with one space in place of each line break and the blanks around it.
[[nodiscard]] std::string on_one_line(std::string_view text);

} // namespace tiphys::report
