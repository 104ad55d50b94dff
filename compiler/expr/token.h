#pragma once
// The words of an expression, as the lexers hand them to the parsers.

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/expr/parse.h"
#include "compiler/expr/tree.h"

namespace tiphys::expr {

enum class TokenKind : std::uint8_t {
    kName,
    kNumber,
    kString,
    kBytes,
    kOperator,
    kBracket,
    kEnd,
    kFault, ///< the lexer could not go on here
};

struct Token {
    TokenKind kind = TokenKind::kEnd;
    Range range;
    std::string_view text; ///< as written; of strings the content

    [[nodiscard]] bool is(TokenKind of_kind, std::string_view with_text) const {
        return kind == of_kind && text == with_text;
    }
};

/// The tokens of a text, the last of them kEnd or kFault. They view the text and `contents`.
struct TokenList {
    std::vector<Token> tokens;
    std::deque<std::string> contents; ///< of strings whose content is not what is written
    ParseError fault;                 ///< why the last token is kFault
};

/// Tokens of expr-lang. expr-lang: parser/lexer.
[[nodiscard]] TokenList lex_expr(std::string_view text);

/// How a token is named in messages: "`+`", "end of the expression".
[[nodiscard]] std::string describe(const Token& token);

} // namespace tiphys::expr
