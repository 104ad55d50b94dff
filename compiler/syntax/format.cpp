// The wall around the formatter's use of ANTLR.
#include "compiler/syntax/format.h"

#include <TiphysLexer.h>

#include "compiler/syntax/format_tree.h"

namespace tiphys::syntax {

std::string format_source(std::string_view text) {
    const std::size_t lone_return = text.find('\r');
    for (std::size_t at = lone_return; at != text.npos; at = text.find('\r', at + 1)) {
        // Line ends of this kind are none to the rest of the program.
        if (!text.substr(at + 1).starts_with('\n')) return std::string(text);
    }
    if (find_broken_byte(text) != text.npos) return std::string(text);
    try {
        LexedFile lexed = lex(FileId{0}, text);
        const WrittenTokens written(lexed, text);
        put_right(lexed);
        if (lexed.is_cut) return std::string(text);
        std::string formatted;
        with_parse_tree(lexed, [&](Parser::FileContext& file) {
            formatted = TreeFormatter(written).format(file);
        });
        return formatted;
    } catch (const std::exception&) {
        return std::string(text);
    }
}

} // namespace tiphys::syntax
