// Layout of expressions, calls, lists and texts.
#include <TiphysLexer.h>
#include <algorithm>

#include "compiler/syntax/format_tree.h"

namespace tiphys::syntax {
namespace {

using antlr4::tree::ParseTree;
using antlr4::tree::TerminalNode;
using gen::TiphysLexer;

std::size_t type_of(ParseTree* tree) {
    auto* leaf = dynamic_cast<TerminalNode*>(tree);
    return leaf == nullptr ? 0 : leaf->getSymbol()->getType();
}

/// Operators before which a line may end, by how loosely they bind; 0 for all others.
int chain_level(Parser::ExprContext& context) {
    if (context.children.size() != 3) return 0;
    switch (type_of(context.children[1])) {
    case TiphysLexer::PLUS:
    case TiphysLexer::MINUS:
        return 1;
    case TiphysLexer::AND:
        return 2;
    case TiphysLexer::OR:
        return 3;
    case TiphysLexer::COALESCE:
        return 4;
    default:
        return 0;
    }
}

bool is_conditional(Parser::ExprContext& context) {
    return context.children.size() == 5 && type_of(context.children[1]) == TiphysLexer::Q;
}

/// A value without operators between its parts.
bool is_simple(Parser::ExprContext& context) {
    if (context.primary() != nullptr) return true;
    if (type_of(context.children.front()) != 0) return context.FAT() == nullptr;
    const std::size_t second = type_of(context.children[1]);
    return second == TiphysLexer::DOT || second == TiphysLexer::LS || second == TiphysLexer::LP;
}

} // namespace

bool TreeFormatter::is_tight(Tree& before, Tree& after) {
    const std::size_t left = type_of(&before);
    const std::size_t right = type_of(&after);
    const bool is_bound = right == TiphysLexer::COMMA || right == TiphysLexer::COLON ||
                          right == TiphysLexer::DOT || right == TiphysLexer::RP ||
                          right == TiphysLexer::LS || right == TiphysLexer::RS ||
                          right == TiphysLexer::Q;
    const bool binds = left == TiphysLexer::DOT || left == TiphysLexer::LP ||
                       left == TiphysLexer::LS || left == TiphysLexer::NOT ||
                       left == TiphysLexer::SPREAD;
    return is_bound || binds;
}

void TreeFormatter::spaced(antlr4::ParserRuleContext& context) {
    Tree* before = nullptr;
    for (Tree* child : context.children) {
        if (before != nullptr && !is_tight(*before, *child)) layout_.text(" ");
        before = child;
        visit(*child);
    }
}

void TreeFormatter::visit(Tree& tree) {
    if (auto* leaf = dynamic_cast<TerminalNode*>(&tree)) {
        word(*leaf);
        return;
    }
    auto& context = dynamic_cast<antlr4::ParserRuleContext&>(tree);
    switch (context.getRuleIndex()) {
    case Parser::RuleBlock:
        return block(dynamic_cast<Parser::BlockContext&>(context));
    case Parser::RuleIfStmt:
        return if_chain(dynamic_cast<Parser::IfStmtContext&>(context));
    case Parser::RuleProp:
        return property(dynamic_cast<Parser::PropContext&>(context));
    case Parser::RuleExpr:
        return expr(dynamic_cast<Parser::ExprContext&>(context));
    case Parser::RulePrimary:
        return primary(dynamic_cast<Parser::PrimaryContext&>(context));
    case Parser::RuleString:
        return string(dynamic_cast<Parser::StringContext&>(context));
    case Parser::RuleList: {
        auto& list = dynamic_cast<Parser::ListContext&>(context);
        if (list.compFor() != nullptr) {
            return comprehension(*list.LS(), *list.expr(), *list.compFor(), *list.RS());
        }
        const std::vector<Parser::ItemContext*> items = list.item();
        return bracketed(*list.LS(), {items.begin(), items.end()}, *list.RS());
    }
    case Parser::RuleParams: {
        auto& params = dynamic_cast<Parser::ParamsContext&>(context);
        const std::vector<Parser::ParamContext*> items = params.param();
        return bracketed(*params.LP(), {items.begin(), items.end()}, *params.RP());
    }
    case Parser::RuleCall: {
        auto& call = dynamic_cast<Parser::CallContext&>(context);
        visit(*call.path());
        return arguments(*call.LP(), call.args(), *call.RP());
    }
    case Parser::RuleArg:
        return argument(dynamic_cast<Parser::ArgContext&>(context));
    case Parser::RuleNode:
        return node(dynamic_cast<Parser::NodeContext&>(context));
    case Parser::RuleTmplDecl:
    case Parser::RuleOnDecl:
    case Parser::RuleDepDecl:
    case Parser::RuleFnDecl:
        return headed(context);
    default:
        return spaced(context);
    }
}

// ---- expressions

void TreeFormatter::chain(Parser::ExprContext& context, int level) {
    auto& left = dynamic_cast<Parser::ExprContext&>(*context.children[0]);
    if (chain_level(left) == level) {
        chain(left, level);
    } else {
        visit(left);
    }
    continuation();
    visit(*context.children[1]);
    layout_.text(" ");
    visit(*context.children[2]);
}

void TreeFormatter::conditional(Parser::ExprContext& context) {
    visit(*context.children[0]);
    continuation();
    visit(*context.children[1]);
    layout_.text(" ");
    visit(*context.children[2]);
    continuation();
    visit(*context.children[3]);
    layout_.text(" ");
    auto& otherwise = dynamic_cast<Parser::ExprContext&>(*context.children[4]);
    if (is_conditional(otherwise)) {
        conditional(otherwise);
    } else {
        visit(otherwise);
    }
}

void TreeFormatter::expr(Parser::ExprContext& context) {
    const int level = chain_level(context);
    if (level != 0 || is_conditional(context)) {
        layout_.open(GroupKind::kBreaksIfTooLong);
        if (level != 0) {
            chain(context, level);
        } else {
            conditional(context);
        }
        layout_.close();
        return;
    }
    if (context.LP() != nullptr) {
        visit(*context.children[0]);
        return arguments(*context.LP(), context.args(), *context.RP());
    }
    const bool is_range =
        context.RANGE() != nullptr && is_simple(*context.expr(0)) && is_simple(*context.expr(1));
    const bool is_lambda = context.FAT() != nullptr;
    const bool is_tight_all = is_range || (is_simple(context) && !is_lambda);
    for (std::size_t i = 0; i < context.children.size(); ++i) {
        if (i > 0 && !is_tight_all) layout_.text(" ");
        visit(*context.children[i]);
    }
}

// ---- brackets

/// Whether the item needs no indentation of its own between its brackets.
bool TreeFormatter::hugs(Tree& item) const {
    Tree* inner = &item;
    while (inner->children.size() == 1)
        inner = inner->children.front();
    auto* context = dynamic_cast<antlr4::ParserRuleContext*>(inner);
    if (context == nullptr) return type_of(inner) == TiphysLexer::FENCE;
    const std::size_t rule = context->getRuleIndex();
    return rule == Parser::RuleBlock || rule == Parser::RuleList ||
           (rule == Parser::RuleString &&
            written_.text(span_of(*context)).find('\n') != std::string_view::npos);
}

/// Whether the last item would stick out on a line of its own too, and the others are few words.
bool TreeFormatter::ends_long(const std::vector<Tree*>& items) const {
    constexpr std::size_t kLong = 80;
    constexpr std::size_t kShort = 32;
    if (items.empty()) return false;
    std::size_t n_before = 0;
    for (Tree* item : items)
        n_before += item == items.back() ? 0 : span_of(*item).size();
    Tree* last = items.back();
    while (last->children.size() == 1)
        last = last->children.front();
    const bool is_text = is_rule(*last, Parser::RuleString);
    const bool is_fence = type_of(last) == TiphysLexer::FENCE;
    return n_before <= kShort && (is_fence || (is_text && span_of(*last).size() > kLong));
}

bool TreeFormatter::has_comments(std::uint32_t begin, std::uint32_t end) const {
    const std::vector<ast::Comment>& comments = written_.comments();
    return std::any_of(comments.begin(), comments.end(), [&](const ast::Comment& comment) {
        return comment.span.begin >= begin && comment.span.begin < end;
    });
}

void TreeFormatter::bracketed(TerminalNode& open, const std::vector<Tree*>& items,
                              TerminalNode& close) {
    const Span opening = span_of(open);
    const Span closing = span_of(close);
    const Span inside = items.empty() ? opening
                                      : Span{opening.file, span_of(*items.front()).begin,
                                             span_of(*items.back()).end};
    const bool is_long = ends_long(items);
    const bool is_hugged =
        items.empty() || (items.size() == 1 && hugs(*items.front())) || is_long || n_flat_ > 0;
    if (is_hugged && !has_comments(opening.end, inside.begin) &&
        !has_comments(inside.end, closing.begin)) {
        word(open);
        for (Tree* item : items) {
            if (item != items.front()) layout_.text(", ");
            // What stands before a long text stays on its line.
            const std::size_t n_more = is_long && item != items.back() ? 1 : 0;
            n_flat_ += n_more;
            visit(*item);
            n_flat_ -= n_more;
        }
        return word(close);
    }
    open_bracket(open);
    for (Tree* item : items) {
        const bool is_first = item == items.front();
        line(is_first ? "" : " ",
             !is_first && written_.has_blank_line_before(span_of(*item).begin));
        visit(*item);
        if (item != items.back()) layout_.text(",");
    }
    if (!items.empty()) layout_.if_broken(",");
    close_bracket(close);
}

/// Items that are written on lines of their own stay there.
void TreeFormatter::open_bracket(TerminalNode& open) {
    layout_.open(GroupKind::kBreaksWithContent);
    word(open);
    const std::string_view rest = written_.text().substr(last_end_);
    const std::size_t next = std::min(rest.find_first_not_of(" \t\r\n"), rest.size());
    if (rest.substr(0, next).find('\n') != rest.npos) layout_.break_open();
    layout_.indent();
}

void TreeFormatter::close_bracket(TerminalNode& close) {
    comments_behind();
    comments_before_bracket(span_of(close).begin);
    layout_.dedent();
    layout_.line("");
    word(close);
    layout_.close();
}

void TreeFormatter::comprehension(TerminalNode& open, Tree& element, Tree& loop,
                                  TerminalNode& close) {
    open_bracket(open);
    line("");
    visit(element);
    line(" ");
    visit(loop);
    close_bracket(close);
}

/// `name:` hands the variable of that name on.
void TreeFormatter::argument(Parser::ArgContext& context) {
    if (context.name() == nullptr || context.expr() == nullptr) return spaced(context);
    const bool is_of_node = is_rule(*context.parent->parent, Parser::RuleCall);
    Tree* value = context.expr();
    while (value->children.size() == 1)
        value = value->children.front();
    visit(*context.name());
    visit(*context.COLON());
    if (is_of_node && type_of(value) == TiphysLexer::ID &&
        written_.text(span_of(*value)) == written_.text(span_of(*context.name()))) {
        last_end_ = span_of(*value).end;
        return;
    }
    layout_.text(" ");
    visit(*context.expr());
}

void TreeFormatter::arguments(TerminalNode& open, Parser::ArgsContext* args, TerminalNode& close) {
    if (args == nullptr) return bracketed(open, {}, close);
    const std::vector<Parser::ArgContext*> items = args->arg();
    bracketed(open, {items.begin(), items.end()}, close);
}

/// `x = f(…)`, `x = [f(…) for …]`, `x = task {…}`; what follows may go to the next line.
void TreeFormatter::node(Parser::NodeContext& context) {
    if (context.LS() == nullptr) return headed(context);
    layout_.open(GroupKind::kBreaksIfTooLong);
    visit(*context.name());
    layout_.text(" ");
    visit(*context.ASSIGN());
    layout_.text(" ");
    comprehension(*context.LS(), *context.call(), *context.compFor(), *context.RS());
    for (Parser::ClauseContext* clause : context.clause()) {
        continuation();
        visit(*clause);
    }
    layout_.close();
    if (context.block() == nullptr) return;
    layout_.text(" ");
    visit(*context.block());
}

// ---- texts

void TreeFormatter::primary(Parser::PrimaryContext& context) {
    if (context.FENCE() != nullptr) return fence(span_of(context));
    for (Tree* child : context.children)
        visit(*child);
}

/// `body` is a text with lines; it is indented one step more than what stands around it.
void TreeFormatter::lines(std::string_view head, std::string_view body, std::string_view tail) {
    layout_.text(head);
    layout_.indent();
    const std::string_view text = made_.emplace_back(dedent(body));
    const bool ends_with_break = text.empty() || text.ends_with('\n');
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        layout_.text_line();
        layout_.text(text.substr(at, end - at));
        at = end + 1;
    }
    layout_.dedent();
    if (ends_with_break) layout_.text_line();
    layout_.text(tail);
}

void TreeFormatter::fence(Span span) {
    const std::string_view text = written_.text(span);
    const std::size_t n_ticks = std::min(text.find_first_not_of('`'), text.size());
    const std::size_t first_end = text.find('\n');
    if (first_end == text.npos) return word(span);
    comments_before(span.begin);
    std::string_view head = text.substr(0, first_end);
    head = head.substr(0, head.find_last_not_of(" \t\r") + 1);
    std::string_view body = text.substr(first_end + 1, text.size() - n_ticks - first_end - 1);
    body = body.substr(0, body.find_last_not_of(" \t") + 1);
    lines(head, body, text.substr(text.size() - n_ticks));
    last_end_ = span.end;
}

/// Code in a text stays as it is; so does a text whose indentation is not its own.
void TreeFormatter::string(Parser::StringContext& context) {
    const Span span = span_of(context);
    const std::string_view text = written_.text(span);
    const std::size_t first_end = text.find('\n');
    if (first_end == text.npos) return word(span);
    const std::vector<Parser::ExprContext*> codes = context.expr();
    const bool has_long_code = std::any_of(codes.begin(), codes.end(), [&](Tree* code) {
        return written_.text(span_of(*code)).find('\n') != std::string_view::npos;
    });
    comments_before(span.begin);
    last_end_ = span.end;
    if (context.TDQ() == nullptr || has_long_code ||
        text.substr(3, first_end - 3).find_first_not_of(" \t\r") != text.npos) {
        layout_.verbatim(text);
    } else {
        std::string_view body = text.substr(first_end + 1, text.size() - first_end - 4);
        const std::size_t last_line = body.rfind('\n') + 1;
        if (body.find_first_not_of(" \t", last_line) == body.npos) body = body.substr(0, last_line);
        lines(text.substr(0, 3), body, text.substr(text.size() - 3));
    }
    pass_comments(span.end);
}

} // namespace tiphys::syntax
