// Base64, for `!!binary`.
#include "compiler/doc/base64.h"

#include <cstdint>

#include "compiler/doc/character.h"
#include "compiler/doc/utf8.h"

namespace tiphys::doc {
namespace {

constexpr std::uint32_t kNoDigit = 64;

std::uint32_t digit_of(char c) {
    if (c >= 'A' && c <= 'Z') return static_cast<std::uint32_t>(c - 'A');
    if (c >= 'a' && c <= 'z') return static_cast<std::uint32_t>(c - 'a') + 26;
    if (is_digit(c)) return static_cast<std::uint32_t>(c - '0') + 52;
    return c == '+' ? 62 : c == '/' ? 63 : kNoDigit;
}

std::string with_valid_utf8(std::string_view bytes) {
    std::string text;
    while (!bytes.empty()) {
        const std::uint32_t length = utf8_length(bytes);
        text.append(length == 0 ? "\xef\xbf\xbd" : bytes.substr(0, length));
        bytes.remove_prefix(length == 0 ? 1 : length);
    }
    return text;
}

} // namespace

std::optional<std::string> decode_base64(std::string_view encoded) {
    std::string bytes;
    std::uint32_t bits = 0;
    std::size_t n_digits = 0;
    std::size_t n_padding = 0;
    for (const char c : encoded) {
        if (is_break(c)) continue;
        if (c == '=') {
            ++n_padding;
            continue;
        }
        const std::uint32_t digit = digit_of(c);
        if (digit == kNoDigit || n_padding > 0) return std::nullopt;
        bits = (bits << 6) | digit;
        if (++n_digits % 4 == 0) {
            bytes += static_cast<char>(bits >> 16);
            bytes += static_cast<char>(bits >> 8);
            bytes += static_cast<char>(bits);
        }
    }
    const std::size_t n_left = n_digits % 4;
    const std::size_t n_expected = n_left == 0 ? 0 : 4 - n_left;
    if (n_left == 1 || n_padding != n_expected) return std::nullopt;
    if (n_left == 3) {
        bytes += static_cast<char>(bits >> 10);
        bytes += static_cast<char>(bits >> 2);
    } else if (n_left == 2) {
        bytes += static_cast<char>(bits >> 4);
    }
    return with_valid_utf8(bytes);
}

} // namespace tiphys::doc
