#pragma once
// Base class of the generated lexer.

#include <antlr4-runtime.h>

namespace tiphys::gen {

/// A `}` without its `{` must not end the lexer's last mode: the parser reports it.
class TiphysLexerBase : public antlr4::Lexer {
public:
    explicit TiphysLexerBase(antlr4::CharStream* input) : antlr4::Lexer(input) {}
    std::size_t popMode() override { return modeStack.empty() ? mode : antlr4::Lexer::popMode(); }
};

} // namespace tiphys::gen
