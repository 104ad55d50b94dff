#pragma once
// What the parser says when it meets a token that it cannot use: messages in words of the
// language, without names of grammar rules. Only files of this folder include this header.

#include <antlr4-runtime.h>

#include "compiler/syntax/tokens.h"

namespace tiphys::syntax {

/// ANTLR's recovery, with defects of ours in place of its messages; at most one for each line.
class ErrorWords : public antlr4::DefaultErrorStrategy {
public:
    explicit ErrorWords(LexedFile& lexed) : lexed_(lexed) {}

    void reportError(antlr4::Parser* parser,
                     const antlr4::RecognitionException& exception) override;

    /// Whether anything was wrong, reported or not.
    [[nodiscard]] bool has_seen_errors() const { return has_seen_errors_; }

    /// A rule that has read an opening bracket leaves behind its closing one.
    void recover(antlr4::Parser* parser, std::exception_ptr exception) override;

protected:
    void reportUnwantedToken(antlr4::Parser* parser) override;
    void reportMissingToken(antlr4::Parser* parser) override;
    /// Brackets are balanced: leaving one out would tear everything behind it.
    antlr4::Token* singleTokenDeletion(antlr4::Parser* parser) override;
    void consumeUntil(antlr4::Parser* parser, const antlr4::misc::IntervalSet& set) override;
    antlr4::Token* getMissingSymbol(antlr4::Parser* parser) override;

private:
    void report(antlr4::Parser& parser, const antlr4::Token& token,
                const antlr4::misc::IntervalSet& expected);

    bool report_known(antlr4::Parser& parser, const antlr4::Token& token);

    LexedFile& lexed_;
    /// Tokens that recovery put in.
    Tokens missing_;
    std::size_t line_of_last_ = 0;
    bool has_seen_errors_ = false;
};

} // namespace tiphys::syntax
