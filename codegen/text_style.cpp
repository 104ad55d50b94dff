// Which style a text is safe in, for readers of YAML 1.1 and 1.2 alike.
#include <algorithm>
#include <array>
#include <cctype>

#include "codegen/emit_yaml.h"
#include "compiler/doc/resolve.h"

namespace tiphys::codegen {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// `e5`, `E+30`.
bool is_exponent(std::string_view text) {
    if (text[0] != 'e' && text[0] != 'E') return false;
    text.remove_prefix(1);
    if (!text.empty() && (text[0] == '+' || text[0] == '-')) text.remove_prefix(1);
    return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

/// Numbers, dates and times of any YAML version are made of these and begin with a digit, a sign
/// or a point: `0o17`, `1_000`, `1:30`, `2026-01-31T10:00:00Z`, `.5`, `1e3`, `0x1f`.
bool looks_like_number(std::string_view text) {
    std::size_t first = 0;
    if (text[0] == '+' || text[0] == '-') first = 1;
    if (first < text.size() && text[first] == '.') ++first;
    if (first >= text.size()) return true;
    if (!is_digit(text[first])) {
        // `.inf`, `-.NaN`; some readers take `e1` for a number without digits before its exponent.
        const bool has_point = first > 0 && text[first - 1] == '.';
        return has_point || is_exponent(text.substr(first));
    }
    constexpr std::string_view kLetters = "0123456789abcdefABCDEFxXoObBeEtTzZ_.:+- ";
    return text.find_first_not_of(kLetters) == text.npos;
}

bool is_reserved_word(std::string_view text) {
    static constexpr std::array<std::string_view, 13> kWords{
        "true", "false", "yes", "no", "on", "off", "y", "n", "null", "~", "<<", "=", "nil"};
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return std::find(kWords.begin(), kWords.end(), lower) != kWords.end();
}

/// Characters that have to be written as escapes: controls, and the line breaks and invisible
/// marks of Unicode that YAML readers treat in their own ways.
bool needs_escapes(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7f) return true;
        const std::string_view rest = text.substr(i);
        if (c == 0xc2 && rest.size() > 1 && static_cast<unsigned char>(rest[1]) < 0xa0) return true;
        if (rest.starts_with("\xe2\x80\xa8") || rest.starts_with("\xe2\x80\xa9")) return true;
        if (rest.starts_with("\xef\xbb\xbf") || rest.starts_with("\xef\xbf\xbe") ||
            rest.starts_with("\xef\xbf\xbf")) {
            return true;
        }
    }
    return false;
}

bool is_plain(std::string_view text) {
    const char first = text.front();
    const bool starts_well =
        std::isalnum(static_cast<unsigned char>(first)) != 0 ||
        static_cast<unsigned char>(first) >= 0x80 ||
        std::string_view("/_.$(+\\").find(first) != text.npos ||
        (first == '-' && text.size() > 1 && text[1] != ' ' && !text.starts_with("---"));
    if (!starts_well || text.back() == ' ' || text.back() == ':') return false;
    if (text.find_first_of("\n\t") != text.npos) return false;
    if (text.find(": ") != text.npos || text.find(" #") != text.npos) return false;
    if (text == "..." || text.starts_with("... ")) return false;
    return !is_reserved_word(text) && !looks_like_number(text) &&
           doc::resolve_plain(text) == ScalarType::kString;
}

/// A literal block holds any lines, but its first one fixes the indentation, and of blocks that
/// consist of blanks alone readers make different things.
bool is_literal(std::string_view text) {
    if (text.find('\n') == text.npos || text.find_first_not_of(" \t\n") == text.npos) return false;
    return text[text.find_first_not_of('\n')] != '\t';
}

} // namespace

TextStyle style_for(std::string_view text) {
    if (text.empty()) return TextStyle::kDoubleQuoted;
    if (needs_escapes(text)) return TextStyle::kDoubleQuoted;
    if (is_literal(text)) return TextStyle::kLiteral;
    if (text.find_first_of("\n\t") != text.npos) return TextStyle::kDoubleQuoted;
    if (is_plain(text)) return TextStyle::kPlain;
    return text.find_first_of("\"\\") == text.npos ? TextStyle::kDoubleQuoted
                                                   : TextStyle::kSingleQuoted;
}

} // namespace tiphys::codegen
