// UTF-8: checking the bytes of a file, and characters from escapes.
#include "compiler/doc/utf8.h"

#include <cstring>

namespace tiphys::doc {
namespace {

std::uint32_t byte_at(std::string_view text, std::size_t at) {
    return static_cast<unsigned char>(text[at]);
}

// Eight bytes at once: true if all of them are ASCII from space to tilde. Most text is.
bool are_printable(const char* bytes) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes, sizeof word);
    constexpr std::uint64_t kOnes = 0x0101010101010101U;
    constexpr std::uint64_t kTops = 0x8080808080808080U;
    const std::uint64_t below_space = word - kOnes * 0x20;
    const std::uint64_t above_tilde = word + kOnes;
    return ((word | below_space | above_tilde) & kTops) == 0;
}

std::uint32_t code_at(std::string_view text, std::uint32_t length) {
    if (length == 1) return byte_at(text, 0);
    std::uint32_t code = byte_at(text, 0) & (0xffU >> (length + 1));
    for (std::uint32_t i = 1; i < length; ++i)
        code = (code << 6) | (byte_at(text, i) & 0x3fU);
    return code;
}

// Argo reads YAML with Kubernetes' reader, whose readerc.go has this list.
bool is_allowed(std::uint32_t code) {
    return code == '\t' || code == '\n' || code == '\r' || (code >= 0x20 && code <= 0x7e) ||
           code == 0x85 || (code >= 0xa0 && code <= 0xd7ff) || (code >= 0xe000 && code <= 0xfffd) ||
           (code >= 0x10000 && code <= 0x10ffff);
}

} // namespace

std::uint32_t utf8_length(std::string_view text) {
    if (text.empty()) return 0;
    const std::uint32_t first = byte_at(text, 0);
    if (first < 0x80) return 1;
    const std::uint32_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || text.size() < length) return 0;
    for (std::uint32_t i = 1; i < length; ++i) {
        if ((byte_at(text, i) & 0xc0U) != 0x80) return 0;
    }
    const std::uint32_t code = code_at(text, length);
    const bool is_shortest = length == 2 || code >= (length == 3 ? 0x800U : 0x10000U);
    const bool is_character =
        code <= 0x10ffff && !is_high_surrogate(code) && !is_low_surrogate(code);
    return is_shortest && is_character ? length : 0;
}

ByteCheck check_bytes(std::string_view text) {
    ByteCheck check;
    std::size_t at = 0;
    while (at < text.size()) {
        if (at + 8 <= text.size() && are_printable(text.data() + at)) {
            at += 8;
            continue;
        }
        const std::uint32_t length = utf8_length(text.substr(at, 4));
        const std::uint32_t code = length == 0 ? 0 : code_at(text.substr(at), length);
        if (!is_allowed(code)) {
            check.fault = length == 0 ? ByteFault::kNotUtf8 : ByteFault::kControlCharacter;
            check.begin = static_cast<std::uint32_t>(at);
            check.end = check.begin + (length == 0 ? 1 : length);
            return check;
        }
        at += length;
    }
    return check;
}

std::string utf8_of(std::uint32_t code) {
    const auto byte = [](std::uint32_t value) { return static_cast<char>(value); };
    const auto tail = [&](std::uint32_t shift) { return byte(0x80 | ((code >> shift) & 0x3fU)); };
    if (code > 0x10ffff || is_high_surrogate(code) || is_low_surrogate(code)) return "\xef\xbf\xbd";
    if (code < 0x80) return {byte(code)};
    if (code < 0x800) return {byte(0xc0 | (code >> 6)), tail(0)};
    if (code < 0x10000) return {byte(0xe0 | (code >> 12)), tail(6), tail(0)};
    return {byte(0xf0 | (code >> 18)), tail(12), tail(6), tail(0)};
}

std::uint32_t read_hex(std::string_view digits) {
    std::uint32_t value = 0;
    for (const char c : digits) {
        const std::uint32_t digit =
            c >= '0' && c <= '9'   ? static_cast<std::uint32_t>(c - '0')
            : c >= 'a' && c <= 'f' ? static_cast<std::uint32_t>(c - 'a' + 10)
            : c >= 'A' && c <= 'F' ? static_cast<std::uint32_t>(c - 'A' + 10)
                                   : 0;
        value = (value << 4) | digit;
    }
    return value;
}

} // namespace tiphys::doc
