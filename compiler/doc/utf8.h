#pragma once
// UTF-8: checking the bytes of a file, and characters from escapes.

#include <cstdint>
#include <string>
#include <string_view>

namespace tiphys::doc {

enum class ByteFault : std::uint8_t { kNone, kNotUtf8, kControlCharacter };

/// The first byte of a text that no YAML reader takes.
struct ByteCheck {
    ByteFault fault = ByteFault::kNone;
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
};

[[nodiscard]] ByteCheck check_bytes(std::string_view text);

/// Length of the UTF-8 character that begins `text`, or 0 if its bytes are not UTF-8.
[[nodiscard]] std::uint32_t utf8_length(std::string_view text);

[[nodiscard]] std::string utf8_of(std::uint32_t code);
[[nodiscard]] std::uint32_t read_hex(std::string_view digits);

[[nodiscard]] constexpr bool is_high_surrogate(std::uint32_t code) {
    return code >= 0xd800 && code < 0xdc00;
}
[[nodiscard]] constexpr bool is_low_surrogate(std::uint32_t code) {
    return code >= 0xdc00 && code < 0xe000;
}
[[nodiscard]] constexpr std::uint32_t join_surrogates(std::uint32_t high, std::uint32_t low) {
    return 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
}

} // namespace tiphys::doc
