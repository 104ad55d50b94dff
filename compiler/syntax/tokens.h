#pragma once
// The tokens of a file, put right before they are parsed: what cannot be parsed is reported and
// taken out, brackets that are not closed are closed, and nesting is limited. Only files of this
// folder include this header.

#include <memory>
#include <string_view>
#include <vector>

#include <antlr4-runtime.h>

#include "compiler/syntax/parse.h"
#include "compiler/syntax/source_text.h"

namespace tiphys::syntax {

using Tokens = std::vector<std::unique_ptr<antlr4::Token>>;

/// What is said about a text that ends with its line.
inline constexpr std::string_view kOpenText = "a text is not closed on this line";
inline constexpr std::string_view kOpenTextCure =
    "end it with `\"`; texts of several lines stand between `\"\"\"`";

/// What the lexer made of a file. `text` is what it read: the file, with unclosed texts blanked.
struct LexedFile {
    FileId file = FileId::kNone;
    std::string text;
    CharacterMap characters;
    Tokens tokens;
    std::vector<Defect> defects;
    /// The end of the file was not read: it nests too deep, or is no text.
    bool is_cut = false;

    [[nodiscard]] Span span_of(const antlr4::Token& token) const;
};

/// Reads the tokens, comments included.
[[nodiscard]] LexedFile lex(FileId file, std::string_view text);

/// Whether each opening bracket has its closing one, in order.
[[nodiscard]] bool has_matching_brackets(const Tokens& tokens);

/// Takes out what the parser could only stumble over. Afterwards brackets are balanced, and the
/// parser's recursion is bounded.
void put_right(LexedFile& lexed);

} // namespace tiphys::syntax
