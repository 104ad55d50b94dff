#pragma once
// What a formatter must know of a file's text besides its tree: tokens with the comments between
// them, and where something was lost on the way to the tree. Only files of this folder include this
// header.

#include <string>
#include <string_view>
#include <vector>

#include "compiler/syntax/build_ast.h"

namespace tiphys::syntax {

/// A stretch of tokens between two brackets, or of the file: one statement with what the parser
/// left out behind it, or (statement is null) what it left out before the first.
struct Stretch {
    /// Numbers of tokens, the end excluded.
    std::size_t first = 0;
    std::size_t end = 0;
    Parser::StmtContext* statement = nullptr;
    /// All of its tokens are in the tree, but for those of blocks in it that are whole themselves.
    bool is_whole = false;
    /// Its indentation has a meaning: brackets of the file do not match.
    bool keeps_indentation = false;
};

/// The tokens of a file as written, before anything was put right.
class WrittenTokens {
public:
    WrittenTokens(const LexedFile& lexed, std::string_view text);

    /// What stands in the block, or in the whole file.
    [[nodiscard]] std::vector<Stretch> stretches(Parser::BlockContext& block) const;
    [[nodiscard]] std::vector<Stretch> stretches(Parser::FileContext& file) const;

    /// Where the text of the stretch begins and ends.
    [[nodiscard]] Span text_span(const Stretch& stretch) const;
    /// Whether a blank line stands before the token or comment at `begin`.
    [[nodiscard]] bool has_blank_line_before(std::uint32_t begin) const;
    /// Whether no token but commas stands between two places.
    [[nodiscard]] bool is_clear(std::uint32_t begin, std::uint32_t end) const;

    [[nodiscard]] Span span_of(const antlr4::Token& token) const { return lexed_.span_of(token); }
    [[nodiscard]] std::string_view text() const { return text_; }
    [[nodiscard]] std::string_view text(Span span) const {
        return text_.substr(span.begin, span.size());
    }
    [[nodiscard]] const std::vector<ast::Comment>& comments() const { return comments_; }

private:
    struct Written {
        std::size_t type = 0;
        Span span;
    };

    [[nodiscard]] std::vector<Stretch> split(const std::vector<Parser::StmtContext*>& statements,
                                             std::size_t first, std::size_t end) const;
    [[nodiscard]] std::size_t number_of(const antlr4::Token& token) const;
    [[nodiscard]] bool is_whole(antlr4::tree::ParseTree& tree, std::size_t& next) const;
    [[nodiscard]] bool is_torn(const Stretch& stretch) const;

    const LexedFile& lexed_;
    std::string_view text_;
    std::vector<Written> tokens_;
    std::vector<ast::Comment> comments_;
    // Ends of tokens and comments, ascending.
    std::vector<std::uint32_t> ends_;
    bool is_balanced_ = true;
};

} // namespace tiphys::syntax
