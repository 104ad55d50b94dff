// The core that the grammars of expressions share.
#include "compiler/expr/pratt.h"

#include <algorithm>
#include <utility>

#include "compiler/expr/limits.h"

namespace tiphys::expr {

PrattParser::PrattParser(TokenList tokens) : list_(std::move(tokens)) {}

ParseResult PrattParser::run() {
    take_fault();
    const ExprId root = parse_all();
    ParseResult result;
    result.root = failed() ? kNoExpr : root;
    result.error = std::move(error_);
    result.tree = std::move(tree_);
    return result;
}

ExprId PrattParser::parse_operators(ExprId left, int least) {
    Operator before = Operator::kNone;
    while (!failed()) {
        const std::optional<Infix> infix = find_infix(least);
        if (!infix) break;
        left = parse_infix(left, *infix, before);
        before = infix->op;
    }
    return left;
}

const Token& PrattParser::peek(std::size_t ahead) const {
    return list_.tokens[std::min(at_ + ahead, list_.tokens.size() - 1)];
}

void PrattParser::advance() {
    last_end_ = current().range.end;
    if (at_ + 1 < list_.tokens.size()) {
        ++at_;
        take_fault();
    } else if (at(TokenKind::kEnd)) {
        fail_at_end({});
    }
}

void PrattParser::take_fault() {
    if (at(TokenKind::kFault)) error_ = list_.fault;
}

void PrattParser::expect(TokenKind kind, std::string_view text) {
    if (at(kind, text)) {
        advance();
    } else {
        fail_unexpected("expected `" + std::string(text) + "`");
    }
}

void PrattParser::fail(Range range, std::string message, std::string help) {
    if (!error_) error_ = ParseError{range, std::move(message), std::move(help)};
}

void PrattParser::fail_at_end(std::string help) {
    if (error_) return;
    error_ = ParseError{current().range, "the expression ends too early", std::move(help),
                        "unexpected token EOF"};
}

void PrattParser::fail_unexpected(std::string help) {
    if (at(TokenKind::kEnd)) {
        fail_at_end(std::move(help));
    } else {
        fail(current().range, "unexpected " + describe(current()), std::move(help));
    }
}

Range PrattParser::range_from(std::uint32_t begin) const {
    return {begin, std::max(begin, last_end_)};
}

std::uint32_t PrattParser::begin_of(ExprId id) const {
    return id == kNoExpr ? last_end_ : tree_.node(id).range.begin;
}

ExprId PrattParser::add(const Expr& expr, std::span<const ExprId> children, std::string_view text) {
    if (failed()) return kNoExpr;
    const ExprId id = tree_.add(expr, children, text);
    if (tree_.node(id).height > limits::kExprHeight) {
        fail(expr.anchor, "the expression is nested too deeply", "split it into several");
    } else if (tree_.size() > limits::kExprNodes) {
        fail(expr.anchor, "the expression is too long", "split it into several");
    }
    return failed() ? kNoExpr : id;
}

PrattParser::Level::Level(PrattParser& parser) : parser_(parser) {
    if (++parser_.depth_ > limits::kExprDepth) {
        parser_.fail(parser_.current().range, "the expression is nested too deeply",
                     "split it into several");
    }
}

PrattParser::Level::~Level() {
    --parser_.depth_;
}

ParseResult parse(std::string_view text, Dialect dialect,
                  std::span<const std::string_view> shadowed) {
    switch (dialect) {
    case Dialect::kExpr:
        return parse_expr(text, shadowed);
    case Dialect::kGovaluate:
        return parse_govaluate(text);
    case Dialect::kDepends:
        return parse_depends(text);
    }
    return {};
}

} // namespace tiphys::expr
