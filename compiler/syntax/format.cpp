// The wall around the formatter's use of ANTLR.
#include "compiler/syntax/format.h"

#include <TiphysLexer.h>

#include "compiler/syntax/format_tree.h"

namespace tiphys::syntax {
namespace {

/// Rounds until nothing changes; more are not worth it.
constexpr int kMostRounds = 4;

struct Formatted {
    std::string text;
    bool has_mistakes = false;
};

Formatted format_once(std::string_view text) {
    LexedFile lexed = lex(FileId{0}, text);
    const WrittenTokens written(lexed, text);
    put_right(lexed);
    Formatted formatted{std::string(text), true};
    if (lexed.is_cut) return formatted;
    with_parse_tree(lexed, [&](Parser::FileContext& file) {
        formatted.text = TreeFormatter(written).format(file);
    });
    formatted.has_mistakes = !lexed.defects.empty();
    return formatted;
}

/// What can be read of a file with mistakes depends on its indentation: the result is formatted
/// until it stays as it is.
std::string format_until_stable(std::string_view text) {
    Formatted formatted = format_once(text);
    for (int round = 0; formatted.has_mistakes && round < kMostRounds; ++round) {
        Formatted next = format_once(formatted.text);
        if (next.text == formatted.text) return next.text;
        formatted = std::move(next);
    }
    return formatted.has_mistakes ? std::string(text) : formatted.text;
}

} // namespace

std::string format_source(std::string_view text) {
    const std::size_t lone_return = text.find('\r');
    for (std::size_t at = lone_return; at != text.npos; at = text.find('\r', at + 1)) {
        // Line ends of this kind are none to the rest of the program.
        if (!text.substr(at + 1).starts_with('\n')) return std::string(text);
    }
    if (find_broken_byte(text) != text.npos) return std::string(text);
    try {
        return format_until_stable(text);
    } catch (const std::exception&) {
        return std::string(text);
    }
}

} // namespace tiphys::syntax
