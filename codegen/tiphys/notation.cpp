// Names, texts and numbers as the language writes them.
#include "codegen/tiphys/notation.h"

#include <algorithm>

#include "compiler/doc/resolve.h"
#include "compiler/syntax/parse.h"

namespace tiphys::codegen {
namespace {

constexpr std::size_t kMostTicks = 6;

bool is_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x80U; });
}

bool is_control(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20U || byte == 0x7FU;
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::size_t longest_ticks(std::string_view text) {
    std::size_t longest = 0;
    std::size_t run = 0;
    for (const char c : text) {
        run = c == '`' ? run + 1 : 0;
        longest = std::max(longest, run);
    }
    return longest;
}

/// Some line has no indentation, no blank line has blanks, and there are no controls.
bool keeps_indentation(std::string_view text) {
    bool has_margin = false;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        const std::size_t first = line.find_first_not_of(" \t");
        if (first == line.npos && !line.empty()) return false;
        if (first == 0) has_margin = true;
        const bool has_controls = std::any_of(line.begin(), line.end(),
                                              [](char c) { return is_control(c) && c != '\t'; });
        if (has_controls) return false;
    }
    return has_margin;
}

std::string indented_lines(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        if (end > 0) out.append("  ").append(text.substr(0, end));
        if (end < text.size()) out += '\n';
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

std::string hexadecimal(unsigned value) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    return {kDigits[value / 16U], kDigits[value % 16U]};
}

} // namespace

std::optional<std::string> name_text(std::string_view name) {
    if (is_bare_key(name)) return std::string(name);
    const bool is_impossible = name.empty() || name.find('`') != name.npos ||
                               std::any_of(name.begin(), name.end(), is_control);
    if (is_impossible) return std::nullopt;
    return "`" + std::string(name) + "`";
}

bool is_bare_key(std::string_view key) {
    return is_ascii(key) && syntax::is_identifier(key) && !syntax::is_word(key);
}

std::optional<std::string> key_text(std::string_view key) {
    if (is_ascii(key) && syntax::is_identifier(key)) return std::string(key);
    if (key.empty()) return std::nullopt;
    return quoted(key);
}

bool needs_colon(std::string_view key) {
    return syntax::is_word(key);
}

std::string escaped(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '"') {
            out += "\\\"";
        } else if (c == '\\') {
            // `\u{` in a text is an escape even behind another backslash.
            out += text.substr(i + 1, 2) == "u{" ? "\\u{5C}" : "\\\\";
        } else if (c == '$' && text.substr(i + 1, 1) == "{") {
            out += "\\$";
        } else if (c == '\n') {
            out += "\\n";
        } else if (c == '\t') {
            out += "\\t";
        } else if (c == '\r') {
            out += "\\r";
        } else if (is_control(c)) {
            out += "\\u{" + hexadecimal(static_cast<unsigned char>(c)) + "}";
        } else {
            out += c;
        }
    }
    return out;
}

std::string quoted(std::string_view text) {
    const std::string inside = escaped(text);
    const bool needs_escapes = inside.size() != text.size();
    const bool fits_single =
        text.find('\'') == text.npos && std::none_of(text.begin(), text.end(), is_control);
    if (needs_escapes && fits_single) return "'" + std::string(text) + "'";
    return "\"" + inside + "\"";
}

bool fits_fence(std::string_view text) {
    return text.ends_with('\n') && longest_ticks(text) < kMostTicks && keeps_indentation(text);
}

std::string fence(std::string_view text, std::string_view language) {
    const std::string ticks(std::max<std::size_t>(3, longest_ticks(text) + 1), '`');
    return ticks + std::string(language) + "\n" + indented_lines(text) + ticks;
}

std::string text_literal(std::string_view text, std::string_view language) {
    const std::size_t first = text.find('\n');
    if (first == text.npos) return quoted(text);
    if (fits_fence(text)) return fence(text, language);
    const bool is_long = text.size() > 60 && first + 1 < text.size();
    if (!is_long || text.front() == '\n' || text.back() == '\n' || !keeps_indentation(text)) {
        return quoted(text);
    }
    std::string inside;
    while (true) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        // Blanks at the end of the last line would belong to the closing quotes.
        inside += escaped(text.substr(0, end));
        if (end == text.size()) break;
        inside += '\n';
        text.remove_prefix(end + 1);
    }
    const std::size_t last = inside.rfind('\n') + 1;
    if (inside.find_first_not_of(" \t", last) == inside.npos) return quoted(text);
    return "\"\"\"\n" + indented_lines(inside) + "\"\"\"";
}

std::optional<std::string> plain_scalar(const ir::Scalar& scalar) {
    if (scalar.scalar_type == ScalarType::kNull) return "null";
    return doc::to_json(scalar.text, scalar.scalar_type);
}

bool is_quantity(std::string_view text) {
    std::size_t n_groups = 0;
    while (!text.empty()) {
        const std::size_t digits = static_cast<std::size_t>(
            std::find_if_not(text.begin(), text.end(), is_digit) - text.begin());
        if (digits == 0) return false;
        text.remove_prefix(digits);
        if (n_groups == 0 && text.size() > 1 && text[0] == '.' && is_digit(text[1])) {
            text.remove_prefix(1);
            text.remove_prefix(static_cast<std::size_t>(
                std::find_if_not(text.begin(), text.end(), is_digit) - text.begin()));
        }
        const std::size_t letters = static_cast<std::size_t>(
            std::find_if_not(text.begin(), text.end(), is_letter) - text.begin());
        if (letters == 0) return false;
        // `1e3` is a number, and `iB` is written without its `B`.
        const std::string_view unit = text.substr(0, letters);
        if (unit == "e" || unit == "E" || unit.ends_with("iB")) return false;
        text.remove_prefix(letters);
        ++n_groups;
    }
    return n_groups > 0;
}

} // namespace tiphys::codegen
