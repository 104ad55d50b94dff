#pragma once
// Classes of characters that YAML's scanners ask for.

#include <cstdint>
#include <string_view>

namespace tiphys::doc {

[[nodiscard]] constexpr bool is_blank(char c) {
    return c == ' ' || c == '\t';
}
[[nodiscard]] constexpr bool is_break(char c) {
    return c == '\n' || c == '\r';
}
[[nodiscard]] constexpr bool is_space(char c) {
    return is_blank(c) || is_break(c);
}
[[nodiscard]] constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
[[nodiscard]] constexpr bool is_hex_digit(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
[[nodiscard]] constexpr bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
[[nodiscard]] constexpr bool is_flow_indicator(char c) {
    return c == ',' || c == '[' || c == ']' || c == '{' || c == '}';
}

/// True at the end of the text, or where a blank or line break stands.
[[nodiscard]] constexpr bool is_space_or_end(std::string_view text, std::size_t at) {
    return at >= text.size() || is_space(text[at]);
}

/// The offset of the line break (LF, CRLF or CR) that ends the line of `at`, or the text's size.
[[nodiscard]] std::uint32_t line_end(std::string_view text, std::uint32_t at);

/// The offset after the line break that stands at `at`; `at` itself at the end of the text.
[[nodiscard]] std::uint32_t after_break(std::string_view text, std::uint32_t at);

/// The offset of the first byte of the line of `at`.
[[nodiscard]] std::uint32_t line_begin(std::string_view text, std::uint32_t at);

/// The first offset from `at` on that is neither a space nor a tab.
[[nodiscard]] std::uint32_t skip_blanks(std::string_view text, std::uint32_t at);

/// The first offset from `at` on that is neither white space nor in a comment.
[[nodiscard]] std::uint32_t skip_spaces_and_comments(std::string_view text, std::uint32_t at);

/// The offset after the last byte of [from, to) that is neither a space nor a tab.
[[nodiscard]] std::uint32_t trim_blanks(std::string_view text, std::uint32_t from,
                                        std::uint32_t to);

} // namespace tiphys::doc
