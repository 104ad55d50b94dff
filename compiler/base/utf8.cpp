// UTF-8.
#include "compiler/base/utf8.h"

namespace tiphys {
namespace {

// The bytes that may follow a lead byte: how many, and the bounds of the first of them, which
// keep out overlong forms, surrogates and what lies beyond U+10FFFF (Unicode, table 3-7).
struct Tail {
    std::uint32_t n_bytes = 0;
    unsigned char low = 0x80;
    unsigned char high = 0xbf;
};

Tail tail_of(unsigned char lead) {
    if (lead >= 0xc2 && lead <= 0xdf) return {1};
    if (lead == 0xe0) return {2, 0xa0, 0xbf};
    if (lead == 0xed) return {2, 0x80, 0x9f};
    if (lead >= 0xe1 && lead <= 0xef) return {2};
    if (lead == 0xf0) return {3, 0x90, 0xbf};
    if (lead == 0xf4) return {3, 0x80, 0x8f};
    if (lead >= 0xf1 && lead <= 0xf3) return {3};
    return {};
}

} // namespace

Utf8Character utf8_at(std::string_view text, std::size_t at) {
    const auto lead = static_cast<unsigned char>(text[at]);
    if (lead < 0x80) return {lead, 1, false};
    const Tail tail = tail_of(lead);
    if (tail.n_bytes == 0) return {};
    char32_t value = lead & (0x3fU >> tail.n_bytes);
    for (std::uint32_t i = 1; i <= tail.n_bytes; ++i) {
        if (at + i >= text.size()) return {kReplacementCharacter, i, true};
        const auto byte = static_cast<unsigned char>(text[at + i]);
        const unsigned char low = i == 1 ? tail.low : 0x80;
        const unsigned char high = i == 1 ? tail.high : 0xbf;
        if (byte < low || byte > high) return {kReplacementCharacter, i, true};
        value = (value << 6U) | (byte & 0x3fU);
    }
    return {value, tail.n_bytes + 1, false};
}

void append_utf8(std::string& text, char32_t value) {
    const auto put = [&text](char32_t byte) {
        text += static_cast<char>(static_cast<unsigned char>(byte));
    };
    const bool is_surrogate = value >= 0xd800 && value <= 0xdfff;
    if (value > kLastCharacter || is_surrogate) value = kReplacementCharacter;
    if (value < 0x80) {
        put(value);
    } else if (value < 0x800) {
        put(0xc0U | (value >> 6U));
        put(0x80U | (value & 0x3fU));
    } else if (value < 0x10000) {
        put(0xe0U | (value >> 12U));
        put(0x80U | ((value >> 6U) & 0x3fU));
        put(0x80U | (value & 0x3fU));
    } else {
        put(0xf0U | (value >> 18U));
        put(0x80U | ((value >> 12U) & 0x3fU));
        put(0x80U | ((value >> 6U) & 0x3fU));
        put(0x80U | (value & 0x3fU));
    }
}

} // namespace tiphys
