#pragma once
// From a parse tree to pieces of layout. Only files of this folder include this header.

#include <deque>
#include <string>

#include "compiler/syntax/format_source.h"
#include "compiler/syntax/layout.h"

namespace tiphys::syntax {

[[nodiscard]] bool is_rule(antlr4::tree::ParseTree& tree, std::size_t rule);

/// Goes through the tree in the order of the text; comments are put in where they stand.
class TreeFormatter {
public:
    explicit TreeFormatter(const WrittenTokens& written) : written_(written) {}

    [[nodiscard]] std::string format(Parser::FileContext& file);

private:
    using Tree = antlr4::tree::ParseTree;

    // statements and blocks (format_tree.cpp)
    void statement(const Stretch& stretch);
    void block(Parser::BlockContext& context);
    void block_content(Parser::BlockContext& context, const std::vector<Stretch>& inside,
                       bool is_flat);
    void if_chain(Parser::IfStmtContext& context);
    void headed(antlr4::ParserRuleContext& context);
    void property(Parser::PropContext& context);
    void separate(const Stretch& stretch, bool is_first);
    [[nodiscard]] bool may_be_flat(Parser::BlockContext& context,
                                   const std::vector<Stretch>& inside) const;

    // expressions and texts (format_expr.cpp)
    void visit(Tree& tree);
    void spaced(antlr4::ParserRuleContext& context);
    void expr(Parser::ExprContext& context);
    void chain(Parser::ExprContext& context, int level);
    void conditional(Parser::ExprContext& context);
    void primary(Parser::PrimaryContext& context);
    void bracketed(antlr4::tree::TerminalNode& open, const std::vector<Tree*>& items,
                   antlr4::tree::TerminalNode& close);
    void open_bracket(antlr4::tree::TerminalNode& open);
    void close_bracket(antlr4::tree::TerminalNode& close);
    void comprehension(antlr4::tree::TerminalNode& open, Tree& element, Tree& loop,
                       antlr4::tree::TerminalNode& close);
    void argument(Parser::ArgContext& context);
    void arguments(antlr4::tree::TerminalNode& open, Parser::ArgsContext* args,
                   antlr4::tree::TerminalNode& close);
    void node(Parser::NodeContext& context);
    void string(Parser::StringContext& context);
    void fence(Span span);
    void lines(std::string_view head, std::string_view body, std::string_view tail);
    [[nodiscard]] static bool is_tight(Tree& before, Tree& after);
    [[nodiscard]] bool hugs(Tree& item) const;
    [[nodiscard]] bool ends_long(const std::vector<Tree*>& items) const;

    // words and comments (format_tree.cpp)
    void word(antlr4::tree::TerminalNode& leaf);
    void word(Span span);
    void line(std::string_view text, bool is_blank_after = false);
    void continuation();
    void comment(const ast::Comment& comment);
    /// Comments before `begin`; whether there were any.
    bool comments_before(std::uint32_t begin);
    void comments_before_bracket(std::uint32_t begin);
    void comments_behind();
    /// Comments before `begin` stand in what was printed as it was.
    void pass_comments(std::uint32_t begin);
    [[nodiscard]] bool has_comments(std::uint32_t begin, std::uint32_t end) const;

    [[nodiscard]] Span span_of(Tree& tree) const;

    const WrittenTokens& written_;
    Layout layout_;
    std::deque<std::string> made_;
    std::size_t next_comment_ = 0;
    std::uint32_t last_end_ = 0;
    // Brackets around that keep what they hold on one line.
    std::size_t n_flat_ = 0;
    // Nothing but the opening bracket stands before the next line of the block.
    bool is_first_ = true;
};

} // namespace tiphys::syntax
