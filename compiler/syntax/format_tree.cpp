// Layout of statements, blocks and comments.
#include "compiler/syntax/format_tree.h"

#include <TiphysLexer.h>
#include <algorithm>

namespace tiphys::syntax {
namespace {

using antlr4::tree::ParseTree;
using antlr4::tree::TerminalNode;
using gen::TiphysLexer;

/// A line may end before these words rather than inside of what stands before them.
bool begins_clause(ParseTree& tree) {
    auto* leaf = dynamic_cast<TerminalNode*>(&tree);
    return is_rule(tree, Parser::RuleResult) || is_rule(tree, Parser::RuleClause) ||
           (leaf != nullptr && leaf->getSymbol()->getType() == TiphysLexer::WHERE);
}

bool is_field(const Stretch& stretch) {
    return stretch.statement != nullptr && !stretch.statement->children.empty() &&
           (stretch.statement->prop() != nullptr || stretch.statement->spread() != nullptr);
}

std::vector<Parser::BlockContext*> blocks_of(Parser::IfStmtContext& context) {
    std::vector<Parser::BlockContext*> blocks = context.block();
    if (context.ifStmt() == nullptr) return blocks;
    const std::vector<Parser::BlockContext*> rest = blocks_of(*context.ifStmt());
    blocks.insert(blocks.end(), rest.begin(), rest.end());
    return blocks;
}

} // namespace

bool is_rule(ParseTree& tree, std::size_t rule) {
    auto* context = dynamic_cast<antlr4::ParserRuleContext*>(&tree);
    return context != nullptr && context->getRuleIndex() == rule;
}

Span TreeFormatter::span_of(ParseTree& tree) const {
    if (auto* leaf = dynamic_cast<TerminalNode*>(&tree)) {
        return written_.span_of(*leaf->getSymbol());
    }
    const auto& context = dynamic_cast<antlr4::ParserRuleContext&>(tree);
    Span span = written_.span_of(*context.start);
    span.end = written_.span_of(*context.stop).end;
    return span;
}

// ---- words and comments

void TreeFormatter::word(TerminalNode& leaf) {
    word(written_.span_of(*leaf.getSymbol()));
}

void TreeFormatter::word(Span span) {
    comments_before(span.begin);
    layout_.text(written_.text(span));
    last_end_ = span.end;
}

void TreeFormatter::line(std::string_view text, bool is_blank_after) {
    comments_behind();
    layout_.line(text, is_blank_after);
}

void TreeFormatter::continuation() {
    comments_behind();
    layout_.continuation(" ");
}

void TreeFormatter::comment(const ast::Comment& comment) {
    std::string_view text = written_.text(comment.span);
    text = text.substr(0, text.find_last_not_of(" \t\r") + 1);
    if (comment.on_own_line) {
        layout_.hard_line(written_.has_blank_line_before(comment.span.begin) && !is_first_);
    } else {
        layout_.text(" ");
    }
    is_first_ = false;
    layout_.text(text);
    layout_.break_open();
    layout_.hard_line();
}

bool TreeFormatter::comments_before(std::uint32_t begin) {
    const std::vector<ast::Comment>& comments = written_.comments();
    const std::size_t first = next_comment_;
    while (next_comment_ < comments.size() && comments[next_comment_].span.begin < begin)
        comment(comments[next_comment_++]);
    if (next_comment_ == first) return false;
    const std::uint32_t end = comments[next_comment_ - 1].span.end;
    const std::string_view between = written_.text().substr(end, begin - end);
    // A comment that something stood behind says nothing about what comes next.
    if (std::count(between.begin(), between.end(), '\n') > 1 ||
        between.find_first_not_of(" \t\r\n") != between.npos) {
        layout_.hard_line(true);
    }
    return true;
}

void TreeFormatter::comments_before_bracket(std::uint32_t begin) {
    const std::vector<ast::Comment>& comments = written_.comments();
    while (next_comment_ < comments.size() && comments[next_comment_].span.begin < begin)
        comment(comments[next_comment_++]);
}

void TreeFormatter::pass_comments(std::uint32_t begin) {
    const std::vector<ast::Comment>& comments = written_.comments();
    while (next_comment_ < comments.size() && comments[next_comment_].span.begin < begin)
        ++next_comment_;
}

/// Comments on the line of the last word.
void TreeFormatter::comments_behind() {
    const std::vector<ast::Comment>& comments = written_.comments();
    while (next_comment_ < comments.size() && !comments[next_comment_].on_own_line &&
           written_.is_clear(last_end_, comments[next_comment_].span.begin)) {
        comment(comments[next_comment_++]);
    }
}

// ---- blocks

/// Settings may share a line; of anything else there is one for each line.
bool TreeFormatter::may_be_flat(Parser::BlockContext& context,
                                const std::vector<Stretch>& inside) const {
    const std::string_view text = written_.text(span_of(context));
    if (text.find('\n') != text.npos) return false;
    return inside.size() == 1 || std::all_of(inside.begin(), inside.end(), is_field);
}

void TreeFormatter::separate(const Stretch& stretch, bool is_first) {
    comments_behind();
    layout_.hard_line();
    is_first_ = is_first;
    const std::uint32_t begin = written_.text_span(stretch).begin;
    if (!comments_before(begin) && !is_first) {
        layout_.hard_line(written_.has_blank_line_before(begin));
    }
    is_first_ = false;
}

void TreeFormatter::statement(const Stretch& stretch) {
    if (stretch.is_whole) {
        visit(*stretch.statement->children.front());
        return;
    }
    const Span span = written_.text_span(stretch);
    std::string text(written_.text(span));
    std::erase(text, '\r');
    layout_.verbatim(made_.emplace_back(std::move(text)));
    last_end_ = span.end;
    pass_comments(span.end);
}

void TreeFormatter::block_content(Parser::BlockContext& context, const std::vector<Stretch>& inside,
                                  bool is_flat) {
    word(*context.LB());
    const Span close = span_of(*context.RB());
    if (inside.empty() && !has_comments(last_end_, close.begin)) {
        word(close);
        return;
    }
    layout_.indent();
    bool is_first = true;
    for (const Stretch& stretch : inside) {
        if (is_flat) {
            layout_.line(" ");
        } else {
            separate(stretch, is_first);
        }
        is_first = false;
        statement(stretch);
    }
    comments_behind();
    is_first_ = is_first;
    comments_before_bracket(close.begin);
    is_first_ = false;
    layout_.dedent();
    if (is_flat) {
        layout_.line(" ");
    } else {
        layout_.hard_line();
    }
    word(close);
}

void TreeFormatter::block(Parser::BlockContext& context) {
    const std::vector<Stretch> inside = written_.stretches(context);
    layout_.open(GroupKind::kBreaksWithContent);
    block_content(context, inside, may_be_flat(context, inside));
    layout_.close();
}

/// All branches stand on one line, or none does.
void TreeFormatter::if_chain(Parser::IfStmtContext& context) {
    bool is_flat = true;
    for (Parser::BlockContext* branch : blocks_of(context))
        is_flat = is_flat && may_be_flat(*branch, written_.stretches(*branch));
    layout_.open(GroupKind::kBreaksWithContent);
    for (Parser::IfStmtContext* next = &context; next != nullptr; next = next->ifStmt()) {
        for (ParseTree* child : next->children) {
            if (is_rule(*child, Parser::RuleIfStmt)) continue;
            if (auto* branch = dynamic_cast<Parser::BlockContext*>(child)) {
                block_content(*branch, written_.stretches(*branch), is_flat);
            } else {
                visit(*child);
            }
            if (child != next->children.back()) layout_.text(" ");
        }
    }
    layout_.close();
}

/// A statement with a head that may go over several lines, and mostly a block.
void TreeFormatter::headed(antlr4::ParserRuleContext& context) {
    ParseTree* last = context.children.back();
    const bool has_block = is_rule(*last, Parser::RuleBlock);
    layout_.open(GroupKind::kBreaksIfTooLong);
    ParseTree* before = nullptr;
    for (ParseTree* child : context.children) {
        if (has_block && child == last) break;
        if (before != nullptr) {
            if (begins_clause(*child)) {
                continuation();
            } else if (!is_rule(*child, Parser::RuleParams) && !is_tight(*before, *child)) {
                layout_.text(" ");
            }
        }
        before = child;
        visit(*child);
    }
    layout_.close();
    if (!has_block) return;
    if (before != nullptr) layout_.text(" ");
    visit(*last);
}

/// `key {…}`, also where it was written `key: {…}`; a word of the language needs its colon.
void TreeFormatter::property(Parser::PropContext& context) {
    Parser::ExprContext* value = context.expr();
    Parser::PrimaryContext* primary = value == nullptr ? nullptr : value->primary();
    const bool is_block =
        context.kw() == nullptr && primary != nullptr && primary->block() != nullptr;
    ParseTree* before = nullptr;
    for (ParseTree* child : context.children) {
        if (is_block && child == context.COLON()) continue;
        if (before != nullptr && child != context.COLON()) layout_.text(" ");
        before = child;
        visit(*child);
    }
}

std::string TreeFormatter::format(Parser::FileContext& file) {
    bool is_first = true;
    for (const Stretch& stretch : written_.stretches(file)) {
        separate(stretch, is_first);
        is_first = false;
        statement(stretch);
    }
    comments_behind();
    comments_before(static_cast<std::uint32_t>(written_.text().size()));
    return layout_.print();
}

} // namespace tiphys::syntax
