#pragma once
// UTF-8 and the classes of characters, as Go's packages utf8, unicode and strconv see them.

#include <cstdint>
#include <string>
#include <string_view>

namespace tiphys::expr {

inline constexpr char32_t kRuneError = 0xfffd;
inline constexpr char32_t kMaxRune = 0x10ffff;

/// One character and the number of its bytes. A byte that is not UTF-8 is kRuneError of size 1;
/// the end of the text is size 0.
struct Rune {
    char32_t value = 0;
    std::uint32_t size = 0;

    [[nodiscard]] bool is_broken() const { return value == kRuneError && size == 1; }
};

/// The character that begins at byte `at`.
[[nodiscard]] Rune decode_rune(std::string_view text, std::size_t at);

/// The character that ends before byte `end`.
[[nodiscard]] Rune decode_last_rune(std::string_view text, std::size_t end);

/// Appends `rune` as UTF-8; surrogates and what is beyond Unicode become U+FFFD.
void append_rune(std::string& text, char32_t rune);

[[nodiscard]] std::size_t rune_count(std::string_view text);
[[nodiscard]] bool is_utf8(std::string_view text);

/// The text with every broken byte replaced by U+FFFD.
[[nodiscard]] std::string to_utf8(std::string_view text);

[[nodiscard]] bool is_letter(char32_t rune);
[[nodiscard]] bool is_digit(char32_t rune);
[[nodiscard]] bool is_space(char32_t rune);
[[nodiscard]] bool is_number(char32_t rune);
[[nodiscard]] bool is_punctuation(char32_t rune);
[[nodiscard]] bool is_upper(char32_t rune);
[[nodiscard]] bool is_printable(char32_t rune);
[[nodiscard]] char32_t to_upper(char32_t rune);
[[nodiscard]] char32_t to_lower(char32_t rune);
[[nodiscard]] char32_t to_title(char32_t rune);

[[nodiscard]] std::string to_upper(std::string_view text);
[[nodiscard]] std::string to_lower(std::string_view text);

/// `text` without white space at both ends, as strings.TrimSpace.
[[nodiscard]] std::string_view trim_space(std::string_view text);

/// The text as a Go string literal with its quotes (strconv.Quote).
[[nodiscard]] std::string go_quote(std::string_view text);

} // namespace tiphys::expr
