// Taking valid JSON text apart and writing it again.

#include "runtime/plan/json_text.h"

#include <algorithm>

#include "compiler/base/utf8.h"

namespace tiphys::run {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

std::string_view without_blanks(std::string_view text) {
    while (!text.empty() && is_blank(text.front())) {
        text.remove_prefix(1);
    }
    while (!text.empty() && is_blank(text.back())) {
        text.remove_suffix(1);
    }
    return text;
}

/// One past the string that begins at `at`.
std::size_t string_end(std::string_view text, std::size_t at) {
    for (++at; at < text.size() && text[at] != '"'; ++at) {
        if (text[at] == '\\') ++at;
    }
    return std::min(at + 1, text.size());
}

/// One past the value that begins at or after `at`: the next `,`, `:` or closing bracket of the
/// same level.
std::size_t value_end(std::string_view text, std::size_t at) {
    int depth = 0;
    while (at < text.size()) {
        const char c = text[at];
        if (c == '"') {
            at = string_end(text, at);
            continue;
        }
        if (c == '[' || c == '{') ++depth;
        if (c == ']' || c == '}') {
            if (depth == 0) return at;
            --depth;
        }
        if (depth == 0 && (c == ',' || c == ':')) return at;
        ++at;
    }
    return at;
}

JsonType type_of(char first) {
    switch (first) {
    case '{':
        return JsonType::kObject;
    case '[':
        return JsonType::kArray;
    case '"':
        return JsonType::kString;
    case 't':
    case 'f':
        return JsonType::kBool;
    case 'n':
        return JsonType::kNull;
    default:
        return JsonType::kNumber;
    }
}

std::uint32_t hex4(std::string_view digits) {
    std::uint32_t value = 0;
    for (const char c : digits.substr(0, 4)) {
        const auto lower = static_cast<char>(c >= 'A' && c <= 'F' ? c + ('a' - 'A') : c);
        value = value * 16 + static_cast<std::uint32_t>(kHexDigits.find(lower));
    }
    return value;
}

/// Appends the code point of the `\u` escape whose digits begin at `at`; returns one past it.
std::size_t append_unicode_escape(std::string& out, std::string_view text, std::size_t at) {
    std::uint32_t code = hex4(text.substr(at));
    at += 4;
    if (code >= 0xd800 && code < 0xe000) {
        const bool paired = code < 0xdc00 && text.substr(at, 2) == "\\u";
        const std::uint32_t low = paired ? hex4(text.substr(at + 2)) : 0;
        if (low >= 0xdc00 && low < 0xe000) {
            code = 0x10000 + ((code - 0xd800) << 10U) + (low - 0xdc00);
            at += 6;
        } else {
            code = 0xfffd;
        }
    }
    append_utf8(out, code);
    return at;
}

char simple_escape(char letter) {
    switch (letter) {
    case 'b':
        return '\b';
    case 'f':
        return '\f';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    default:
        return letter;
    }
}

void append_u_escape(std::string& out, unsigned code) {
    out += "\\u";
    for (int shift = 12; shift >= 0; shift -= 4) {
        out += kHexDigits[(code >> static_cast<unsigned>(shift)) & 0xfU];
    }
}

/// Bytes of the well-formed UTF-8 sequence at `at`, or 0.
std::size_t sequence_length(std::string_view text, std::size_t at) {
    const Utf8Character found = utf8_at(text, at);
    return found.is_broken ? 0 : found.size;
}

} // namespace

JsonValue json_value(std::string_view text) {
    const std::string_view value = without_blanks(text);
    return {value.empty() ? JsonType::kNull : type_of(value.front()), value};
}

std::vector<JsonValue> json_elements(std::string_view array) {
    std::vector<JsonValue> elements;
    const std::string_view text = json_value(array).text;
    std::size_t at = 1;
    while (at < text.size()) {
        const std::size_t end = value_end(text, at);
        const JsonValue element = json_value(text.substr(at, end - at));
        if (!element.text.empty()) elements.push_back(element);
        at = end + 1;
    }
    return elements;
}

std::vector<std::pair<std::string, JsonValue>> json_members(std::string_view object) {
    std::vector<std::pair<std::string, JsonValue>> members;
    const std::string_view text = json_value(object).text;
    std::size_t at = 1;
    while (at < text.size()) {
        const std::size_t key_end = value_end(text, at);
        const std::string_view key = without_blanks(text.substr(at, key_end - at));
        if (key.empty() || key_end >= text.size()) break;
        const std::size_t end = value_end(text, key_end + 1);
        members.emplace_back(json_unquote(key),
                             json_value(text.substr(key_end + 1, end - key_end - 1)));
        at = end + 1;
    }
    return members;
}

std::string json_unquote(std::string_view string) {
    std::string out;
    out.reserve(string.size());
    std::size_t at = 1;
    while (at + 1 < string.size()) {
        if (string[at] != '\\') {
            out += string[at++];
        } else if (string[at + 1] == 'u') {
            at = append_unicode_escape(out, string, at + 2);
        } else {
            out += simple_escape(string[at + 1]);
            at += 2;
        }
    }
    return out;
}

std::string json_compact(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        if (is_blank(text[at])) {
            ++at;
        } else if (text[at] == '"') {
            const std::size_t end = string_end(text, at);
            for (; at < end; ++at) {
                const char c = text[at];
                const bool html = c == '<' || c == '>' || c == '&';
                if (html) append_u_escape(out, static_cast<unsigned char>(c));
                if (!html) out += c;
            }
        } else {
            out += text[at++];
        }
    }
    return out;
}

std::string json_sorted_object(std::string_view object) {
    auto members = json_members(object);
    std::stable_sort(members.begin(), members.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::string out = "{";
    for (std::size_t i = 0; i < members.size(); ++i) {
        if (i + 1 < members.size() && members[i + 1].first == members[i].first) continue;
        if (out.size() > 1) out += ',';
        out += json_quote(members[i].first) + ":" + json_compact(members[i].second.text);
    }
    return out + "}";
}

std::string json_quote(std::string_view text) {
    std::string out = "\"";
    out.reserve(text.size() + 2);
    for (std::size_t at = 0; at < text.size();) {
        const auto c = static_cast<unsigned char>(text[at]);
        const std::size_t length = sequence_length(text, at);
        const std::string_view sequence = text.substr(at, length);
        if (length == 0) {
            out += "\\ufffd";
        } else if (sequence == "\xe2\x80\xa8" || sequence == "\xe2\x80\xa9") {
            append_u_escape(out, 0x2000U + (static_cast<unsigned char>(text[at + 2]) - 0x80U));
        } else if (length > 1) {
            out += sequence;
        } else if (c == '"' || c == '\\') {
            out += '\\';
            out += static_cast<char>(c);
        } else if (c == '\n' || c == '\r' || c == '\t' || c == '\b' || c == '\f') {
            out += '\\';
            out += std::string_view("btn\vfr")[static_cast<std::size_t>(c - 8)];
        } else if (c < 0x20 || c == '<' || c == '>' || c == '&') {
            append_u_escape(out, c);
        } else {
            out += static_cast<char>(c);
        }
        at += std::max<std::size_t>(length, 1);
    }
    return out + '"';
}

std::string go_quote(std::string_view text) {
    std::string out = "\"";
    for (std::size_t at = 0; at < text.size();) {
        const auto c = static_cast<unsigned char>(text[at]);
        const std::size_t length = sequence_length(text, at);
        if (length > 1) {
            out += text.substr(at, length);
        } else if (c == '"' || c == '\\') {
            out += '\\';
            out += static_cast<char>(c);
        } else if (c >= 7 && c <= 13) {
            out += '\\';
            out += std::string_view("abtnvfr")[static_cast<std::size_t>(c - 7)];
        } else if (length == 0 || c < 0x20 || c == 0x7f) {
            out += "\\x";
            out += kHexDigits[c >> 4U];
            out += kHexDigits[c & 0xfU];
        } else {
            out += static_cast<char>(c);
        }
        at += std::max<std::size_t>(length, 1);
    }
    return out + '"';
}

} // namespace tiphys::run
