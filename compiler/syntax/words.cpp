// Words and identifiers of the language.
#include <algorithm>
#include <array>

#include "compiler/syntax/parse.h"

namespace tiphys::syntax {
namespace {

constexpr std::array<std::string_view, 26> kWords{
    "use", "from", "as",    "let",   "fn",   "overlay", "workflow", "task",  "dag",
    "for", "in",   "if",    "else",  "when", "after",   "parallel", "steps", "on",
    "at",  "to",   "every", "where", "dep",  "true",    "false",    "null"};

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// Bytes beyond ASCII count as letters: the lexer is stricter, and says so.
bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80U;
}

} // namespace

bool is_source_name(std::string_view path) {
    return path.ends_with(".tiphys");
}

bool is_word(std::string_view name) {
    return std::find(kWords.begin(), kWords.end(), name) != kWords.end();
}

bool is_identifier(std::string_view name) {
    if (name.empty() || !is_letter(name.front()) || name.back() == '-') return false;
    for (std::size_t i = 1; i < name.size(); ++i) {
        if (name[i] == '-' && name[i - 1] != '-') continue;
        if (!is_letter(name[i]) && !is_digit(name[i])) return false;
    }
    return true;
}

} // namespace tiphys::syntax
