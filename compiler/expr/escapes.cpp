// Strings in quotes: from what is written in expr-lang to the content.
#include "compiler/expr/escapes.h"

#include "compiler/expr/unicode.h"

namespace tiphys::expr {
namespace {

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::optional<char> simple_escape(char c) {
    switch (c) {
    case 'a':
        return '\a';
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
    case 'v':
        return '\v';
    case '\\':
    case '\'':
    case '"':
    case '`':
    case '?':
        return c;
    default:
        return std::nullopt;
    }
}

/// Takes `n_digits` hexadecimal digits.
std::optional<char32_t> take_hex(std::string_view& text, std::size_t n_digits) {
    if (text.size() < n_digits) return std::nullopt;
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < n_digits; ++i) {
        const int digit = hex_value(text[i]);
        if (digit < 0) return std::nullopt;
        value = value * 16 + static_cast<std::uint64_t>(digit);
    }
    // Go reads eight digits into 32 signed bits; a negative character is written as U+FFFD.
    if (value > 0x7fffffff) value = kRuneError;
    if (value > kMaxRune) return std::nullopt;
    text.remove_prefix(n_digits);
    return static_cast<char32_t>(value);
}

/// Takes `{1f600}`.
std::optional<char32_t> take_braced(std::string_view& text) {
    const std::size_t close = text.find('}');
    if (close == text.npos || close < 2 || close > 7) return std::nullopt;
    std::string_view digits = text.substr(1, close - 1);
    const std::optional<char32_t> value = take_hex(digits, digits.size());
    if (value) text.remove_prefix(close + 1);
    return value;
}

/// Takes two octal digits after `first`.
std::optional<char32_t> take_octal(std::string_view& text, char first) {
    if (text.size() < 2) return std::nullopt;
    auto value = static_cast<char32_t>(first - '0');
    for (std::size_t i = 0; i < 2; ++i) {
        if (text[i] < '0' || text[i] > '7') return std::nullopt;
        value = value * 8 + static_cast<char32_t>(text[i] - '0');
    }
    text.remove_prefix(2);
    return value;
}

/// Takes what follows a backslash.
bool take_escape(std::string_view& text, bool as_bytes, std::string& content) {
    if (text.empty()) return false;
    const char c = text.front();
    text.remove_prefix(1);
    if (const std::optional<char> simple = simple_escape(c)) {
        content += *simple;
        return true;
    }
    std::optional<char32_t> value;
    if (c == 'x' || c == 'X') {
        value = take_hex(text, 2);
    } else if (c >= '0' && c <= '3') {
        value = take_octal(text, c);
    } else if (as_bytes) {
        return false;
    } else if (c == 'u' && !text.empty() && text.front() == '{') {
        value = take_braced(text);
    } else if (c == 'u') {
        value = take_hex(text, 4);
    } else if (c == 'U') {
        value = take_hex(text, 8);
    }
    if (!value) return false;
    if (as_bytes) {
        content += static_cast<char>(*value);
    } else {
        append_rune(content, *value);
    }
    return true;
}

std::optional<std::string> unescape(std::string_view written, bool as_bytes, std::size_t& bad_at) {
    const std::size_t size = written.size();
    std::string content;
    content.reserve(size);
    while (!written.empty()) {
        const char c = written.front();
        if (c == '\\') {
            bad_at = size - written.size();
            written.remove_prefix(1);
            if (!take_escape(written, as_bytes, content)) return std::nullopt;
        } else if (c == '\r') { // line ends become `\n`
            written.remove_prefix(written.substr(0, 2) == "\r\n" ? 2 : 1);
            content += '\n';
        } else {
            const Rune rune = decode_rune(written, 0);
            append_rune(content, rune.value);
            written.remove_prefix(rune.size);
        }
    }
    return content;
}

} // namespace

std::optional<std::string> unescape_string(std::string_view written, std::size_t& bad_at) {
    return unescape(written, false, bad_at);
}

std::optional<std::string> unescape_bytes(std::string_view written, std::size_t& bad_at) {
    return unescape(written, true, bad_at);
}

} // namespace tiphys::expr
