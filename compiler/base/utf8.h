#pragma once
// UTF-8: characters out of bytes and bytes out of characters, for everybody.

#include <cstdint>
#include <string>
#include <string_view>

namespace tiphys {

/// Stands for bytes that are no character.
inline constexpr char32_t kReplacementCharacter = 0xfffd;
inline constexpr char32_t kLastCharacter = 0x10ffff;

/// A decoded character and the number of its bytes.
struct Utf8Character {
    char32_t value = kReplacementCharacter;
    std::uint32_t size = 1;
    bool is_broken = true;
};

/// The character at byte `at`, which lies inside of `text`. Bytes that are not UTF-8 are broken;
/// their size is that of the longest part that could begin a character, and at least 1.
[[nodiscard]] Utf8Character utf8_at(std::string_view text, std::size_t at);

/// Appends a character; surrogates and what is beyond Unicode become U+FFFD.
void append_utf8(std::string& text, char32_t value);

} // namespace tiphys
