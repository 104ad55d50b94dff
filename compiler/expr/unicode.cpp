// UTF-8 and the classes of characters, as Go's packages utf8, unicode and strconv see them.
#include "compiler/expr/unicode.h"

#include <algorithm>

#include "compiler/base/utf8.h"
#include "compiler/expr/unicode_tables.h"

namespace tiphys::expr {
namespace {

using unicode_tables::CaseRange;
using unicode_tables::RuneRange;

bool is_in(std::span<const RuneRange> ranges, char32_t rune) {
    const auto after =
        std::upper_bound(ranges.begin(), ranges.end(), rune,
                         [](char32_t r, const RuneRange& range) { return r < range.lo; });
    return after != ranges.begin() && rune <= std::prev(after)->hi;
}

char32_t change_case(std::span<const CaseRange> ranges, char32_t rune) {
    const auto after =
        std::upper_bound(ranges.begin(), ranges.end(), rune,
                         [](char32_t r, const CaseRange& range) { return r < range.lo; });
    if (after == ranges.begin()) return rune;
    // Ranges of different steps may interleave, so that a few earlier ones are looked at too.
    const std::ptrdiff_t n_before = std::min<std::ptrdiff_t>(4, after - ranges.begin());
    for (auto range = after - n_before; range != after; ++range) {
        if (rune >= range->lo && rune <= range->hi && (rune - range->lo) % range->step == 0) {
            return static_cast<char32_t>(static_cast<std::int32_t>(rune) + range->delta);
        }
    }
    return rune;
}

template <class Change>
std::string map_runes(std::string_view text, Change change) {
    std::string mapped;
    mapped.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const Rune rune = decode_rune(text, at);
        append_rune(mapped, change(rune.value));
        at += rune.size;
    }
    return mapped;
}

void append_hex(std::string& text, char32_t value, int n_digits) {
    for (int i = n_digits - 1; i >= 0; --i)
        text += "0123456789abcdef"[(value >> (4 * i)) & 0xf];
}

void append_quoted(std::string& quoted, char32_t rune) {
    switch (rune) {
    case '\a':
        quoted += "\\a";
        return;
    case '\b':
        quoted += "\\b";
        return;
    case '\f':
        quoted += "\\f";
        return;
    case '\n':
        quoted += "\\n";
        return;
    case '\r':
        quoted += "\\r";
        return;
    case '\t':
        quoted += "\\t";
        return;
    case '\v':
        quoted += "\\v";
        return;
    case '"':
        quoted += "\\\"";
        return;
    case '\\':
        quoted += "\\\\";
        return;
    default:
        break;
    }
    if (is_printable(rune)) {
        append_rune(quoted, rune);
    } else if (rune < ' ' || rune == 0x7f) {
        quoted += "\\x";
        append_hex(quoted, rune, 2);
    } else if (rune < 0x10000) {
        quoted += "\\u";
        append_hex(quoted, rune, 4);
    } else {
        quoted += "\\U";
        append_hex(quoted, rune, 8);
    }
}

} // namespace

Rune decode_rune(std::string_view text, std::size_t at) {
    if (at >= text.size()) return {};
    const Utf8Character character = utf8_at(text, at);
    // Go takes broken bytes one by one.
    return {character.value, character.is_broken ? 1 : character.size};
}

Rune decode_last_rune(std::string_view text, std::size_t end) {
    if (end == 0) return {};
    const std::size_t first = end >= 4 ? end - 4 : 0;
    for (std::size_t at = first; at < end; ++at) {
        const Rune rune = decode_rune(text.substr(0, end), at);
        if (at + rune.size == end && !rune.is_broken()) return rune;
    }
    return {kRuneError, 1};
}

void append_rune(std::string& text, char32_t rune) {
    append_utf8(text, rune);
}

std::size_t rune_count(std::string_view text) {
    std::size_t count = 0;
    for (std::size_t at = 0; at < text.size(); ++count)
        at += decode_rune(text, at).size;
    return count;
}

bool is_utf8(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const Rune rune = decode_rune(text, at);
        if (rune.is_broken()) return false;
        at += rune.size;
    }
    return true;
}

std::string to_utf8(std::string_view text) {
    return map_runes(text, [](char32_t rune) { return rune; });
}

bool is_letter(char32_t rune) {
    if (rune < 0x80) return (rune >= 'a' && rune <= 'z') || (rune >= 'A' && rune <= 'Z');
    return is_in(unicode_tables::letters(), rune);
}

bool is_digit(char32_t rune) {
    if (rune < 0x80) return rune >= '0' && rune <= '9';
    return is_in(unicode_tables::digits(), rune);
}

bool is_space(char32_t rune) {
    if (rune < 0x80) return rune == ' ' || (rune >= '\t' && rune <= '\r');
    return rune == 0x85 || rune == 0xa0 || rune == 0x1680 || (rune >= 0x2000 && rune <= 0x200a) ||
           rune == 0x2028 || rune == 0x2029 || rune == 0x202f || rune == 0x205f || rune == 0x3000;
}

bool is_number(char32_t rune) {
    if (rune < 0x80) return rune >= '0' && rune <= '9';
    return is_in(unicode_tables::numbers(), rune);
}

bool is_punctuation(char32_t rune) {
    if (rune < 0x80) {
        return rune > ' ' && rune < 0x7f && !is_letter(rune) && !is_digit(rune) && rune != '$' &&
               rune != '+' && rune != '<' && rune != '=' && rune != '>' && rune != '^' &&
               rune != '`' && rune != '|' && rune != '~';
    }
    return is_in(unicode_tables::punctuation(), rune);
}

bool is_upper(char32_t rune) {
    return is_letter(rune) && to_lower(rune) != rune && to_upper(rune) == rune;
}

bool is_printable(char32_t rune) {
    if (rune < 0x80) return rune >= ' ' && rune < 0x7f;
    return is_in(unicode_tables::printable(), rune);
}

char32_t to_upper(char32_t rune) {
    if (rune < 0x80) return rune >= 'a' && rune <= 'z' ? rune - 'a' + 'A' : rune;
    return change_case(unicode_tables::upper(), rune);
}

char32_t to_lower(char32_t rune) {
    if (rune < 0x80) return rune >= 'A' && rune <= 'Z' ? rune - 'A' + 'a' : rune;
    return change_case(unicode_tables::lower(), rune);
}

char32_t to_title(char32_t rune) {
    // Croatian digraphs have all three cases.
    const bool is_title = rune == 0x1c5 || rune == 0x1c8 || rune == 0x1cb || rune == 0x1f2;
    if (is_title) return rune;
    // Georgian letters have capitals, but no title begins with one.
    const bool is_georgian =
        (rune >= 0x10d0 && rune <= 0x10fa) || (rune >= 0x10fd && rune <= 0x10ff);
    if (is_georgian) return rune;
    const char32_t title = change_case(unicode_tables::title(), rune);
    return title != rune ? title : to_upper(rune);
}

std::string to_upper(std::string_view text) {
    return map_runes(text, [](char32_t rune) { return to_upper(rune); });
}

std::string to_lower(std::string_view text) {
    return map_runes(text, [](char32_t rune) { return to_lower(rune); });
}

std::string_view trim_space(std::string_view text) {
    while (!text.empty()) {
        const Rune rune = decode_rune(text, 0);
        if (!is_space(rune.value)) break;
        text.remove_prefix(rune.size);
    }
    while (!text.empty()) {
        const Rune rune = decode_last_rune(text, text.size());
        if (!is_space(rune.value)) break;
        text.remove_suffix(rune.size);
    }
    return text;
}

std::string go_quote(std::string_view text) {
    std::string quoted = "\"";
    for (std::size_t at = 0; at < text.size();) {
        const Rune rune = decode_rune(text, at);
        if (rune.is_broken()) {
            quoted += "\\x";
            append_hex(quoted, static_cast<unsigned char>(text[at]), 2);
        } else {
            append_quoted(quoted, rune.value);
        }
        at += rune.size;
    }
    return quoted + '"';
}

} // namespace tiphys::expr
