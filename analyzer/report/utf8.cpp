// Decoding that never fails, and text that is safe to show.
#include "analyzer/report/utf8.h"

#include <algorithm>

namespace tiphys::report {
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

bool reorders_or_hides(char32_t value) {
    return value == 0x61c || value == 0x200e || value == 0x200f || value == 0x200b ||
           (value >= 0x202a && value <= 0x202e) || (value >= 0x2060 && value <= 0x206f) ||
           value == 0x2028 || value == 0x2029 || value == 0xfeff ||
           (value >= 0xe0000 && value <= 0xe007f);
}

} // namespace

CodePoint code_point_at(std::string_view text, std::size_t at) {
    const auto lead = static_cast<unsigned char>(text[at]);
    if (lead < 0x80) return {lead, 1};
    const Tail tail = tail_of(lead);
    if (tail.n_bytes == 0) return {};
    char32_t value = lead & (0x3fU >> tail.n_bytes);
    for (std::uint32_t i = 1; i <= tail.n_bytes; ++i) {
        if (at + i >= text.size()) return {kReplacement, i};
        const auto byte = static_cast<unsigned char>(text[at + i]);
        const unsigned char low = i == 1 ? tail.low : 0x80;
        const unsigned char high = i == 1 ? tail.high : 0xbf;
        if (byte < low || byte > high) return {kReplacement, i};
        value = (value << 6U) | (byte & 0x3fU);
    }
    return {value, tail.n_bytes + 1};
}

void append_utf8(std::string& text, char32_t value) {
    const auto put = [&text](char32_t byte) {
        text += static_cast<char>(static_cast<unsigned char>(byte));
    };
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

std::string valid_utf8(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const CodePoint point = code_point_at(text, at);
        append_utf8(out, point.value);
        at += point.size;
    }
    return out;
}

std::string shortened(std::string_view text, std::size_t max_bytes) {
    constexpr std::string_view kEllipsis = "…";
    if (text.size() <= max_bytes) return std::string(text);
    std::size_t end = 0;
    while (end < text.size()) {
        const std::size_t next = end + code_point_at(text, end).size;
        if (next + kEllipsis.size() > max_bytes) break;
        end = next;
    }
    return std::string(text.substr(0, end)) + std::string(kEllipsis);
}

char32_t visible(char32_t value) {
    if (value < 0x20) return 0x2400 + value;
    if (value == 0x7f) return 0x2421;
    if (value >= 0x80 && value < 0xa0) return kReplacement;
    return reorders_or_hides(value) ? kReplacement : value;
}

std::string printable(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const CodePoint point = code_point_at(text, at);
        append_utf8(out, visible(point.value));
        at += point.size;
    }
    return out;
}

std::string printable_lines(std::string_view text, std::string_view hanging) {
    std::string out;
    while (true) {
        const std::size_t line_break = text.find('\n');
        out += printable(text.substr(0, line_break));
        if (line_break == text.npos) return out;
        out += '\n';
        out += hanging;
        text.remove_prefix(line_break + 1);
    }
}

std::string on_one_line(std::string_view text) {
    constexpr std::string_view kBlanks = " \t\r\n";
    std::string out;
    while (true) {
        const std::size_t line_break = text.find_first_of("\r\n");
        out += text.substr(0, line_break);
        if (line_break == text.npos) return out;
        out.erase(out.find_last_not_of(kBlanks) + 1);
        text.remove_prefix(line_break);
        text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
        if (!out.empty() && !text.empty()) out += ' ';
    }
}

} // namespace tiphys::report
