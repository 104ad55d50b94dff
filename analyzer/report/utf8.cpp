// Decoding that never fails, and text that is safe to show.
#include "analyzer/report/utf8.h"

#include <algorithm>

namespace tiphys::report {
namespace {

bool reorders_or_hides(char32_t value) {
    return value == 0x61c || value == 0x200e || value == 0x200f || value == 0x200b ||
           (value >= 0x202a && value <= 0x202e) || (value >= 0x2060 && value <= 0x206f) ||
           value == 0x2028 || value == 0x2029 || value == 0xfeff ||
           (value >= 0xe0000 && value <= 0xe007f);
}

} // namespace

CodePoint code_point_at(std::string_view text, std::size_t at) {
    const Utf8Character character = utf8_at(text, at);
    return {character.value, character.size};
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
