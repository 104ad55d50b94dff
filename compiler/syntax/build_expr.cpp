// Expressions of the tree.
#include <TiphysLexer.h>
#include <algorithm>

#include "compiler/syntax/build_ast.h"

namespace tiphys::syntax {
namespace {

using gen::TiphysLexer;

ast::BinaryOperator operator_of(std::size_t type) {
    switch (type) {
    case TiphysLexer::STAR:
        return ast::BinaryOperator::kMultiply;
    case TiphysLexer::SLASH:
        return ast::BinaryOperator::kDivide;
    case TiphysLexer::PCT:
        return ast::BinaryOperator::kRemainder;
    case TiphysLexer::MINUS:
        return ast::BinaryOperator::kSubtract;
    case TiphysLexer::RANGE:
        return ast::BinaryOperator::kRange;
    case TiphysLexer::EQ:
        return ast::BinaryOperator::kEqual;
    case TiphysLexer::NE:
        return ast::BinaryOperator::kNotEqual;
    case TiphysLexer::LT:
        return ast::BinaryOperator::kLess;
    case TiphysLexer::LE:
        return ast::BinaryOperator::kLessEqual;
    case TiphysLexer::GT:
        return ast::BinaryOperator::kGreater;
    case TiphysLexer::GE:
        return ast::BinaryOperator::kGreaterEqual;
    case TiphysLexer::MATCH:
        return ast::BinaryOperator::kMatch;
    case TiphysLexer::IN:
        return ast::BinaryOperator::kIn;
    case TiphysLexer::AND:
        return ast::BinaryOperator::kAnd;
    case TiphysLexer::OR:
        return ast::BinaryOperator::kOr;
    case TiphysLexer::COALESCE:
        return ast::BinaryOperator::kCoalesce;
    default:
        return ast::BinaryOperator::kAdd;
    }
}

antlr4::Token* token_of(antlr4::tree::ParseTree* tree) {
    auto* leaf = dynamic_cast<antlr4::tree::TerminalNode*>(tree);
    return leaf == nullptr ? nullptr : leaf->getSymbol();
}

} // namespace

const ast::Expr* AstBuilder::make(Span span, decltype(ast::Expr::value) value) {
    auto* made = arena_.make<ast::Expr>();
    made->span = span;
    made->value = value;
    return made;
}

const ast::Expr* AstBuilder::spread(Parser::SpreadContext& context) {
    return expr(context.expr());
}

/// `x[i]`, `x[a:b]`; `f[]` has no meaning and is an error of the syntax.
const ast::Expr* AstBuilder::bracketed(Parser::ExprContext& context) {
    const ast::Expr* object = nullptr;
    const ast::Expr* from = nullptr;
    const ast::Expr* to = nullptr;
    bool is_slice = false;
    for (antlr4::tree::ParseTree* child : context.children) {
        if (const antlr4::Token* token = token_of(child)) {
            is_slice = is_slice || token->getType() == TiphysLexer::COLON;
            continue;
        }
        auto* part = dynamic_cast<Parser::ExprContext*>(child);
        if (part == nullptr) continue;
        const ast::Expr* value = expr(part);
        if (object == nullptr) {
            object = value;
        } else if (is_slice) {
            to = value;
        } else {
            from = value;
        }
    }
    if (is_slice) return make(span_of(context), ast::SliceExpr{object, from, to});
    if (from == nullptr) from = expr(nullptr);
    return make(span_of(context), ast::IndexExpr{object, from});
}

const ast::Expr* AstBuilder::binary(Parser::ExprContext& context, antlr4::Token& op) {
    const std::vector<Parser::ExprContext*> parts = context.expr();
    const ast::Expr* left = expr(parts.empty() ? nullptr : parts[0]);
    const ast::Expr* right = expr(parts.size() > 1 ? parts[1] : nullptr);
    return make(span_of(context),
                ast::BinaryExpr{operator_of(op.getType()), left, right, lexed_.span_of(op)});
}

const ast::Expr* AstBuilder::expr(Parser::ExprContext* context) {
    if (context == nullptr || context->children.empty()) {
        return make(context == nullptr ? Span{lexed_.file, 0, 0} : span_of(*context),
                    ast::ErrorExpr{});
    }
    if (context->primary() != nullptr) return primary(context->primary());
    antlr4::Token* first = token_of(context->children.front());
    const std::vector<Parser::ExprContext*> parts = context->expr();
    Parser::ExprContext* operand = parts.empty() ? nullptr : parts[0];
    if (first != nullptr) {
        if (context->FAT() != nullptr) {
            return make(span_of(*context), ast::LambdaExpr{name_of(first), expr(operand)});
        }
        const bool is_not = first->getType() == TiphysLexer::NOT;
        const auto op = is_not ? ast::UnaryOperator::kNot : ast::UnaryOperator::kMinus;
        return make(span_of(*context), ast::UnaryExpr{op, expr(operand)});
    }
    antlr4::Token* second = context->children.size() > 1 ? token_of(context->children[1]) : nullptr;
    if (second == nullptr) return expr(operand);
    switch (second->getType()) {
    case TiphysLexer::DOT:
        return make(span_of(*context), ast::MemberExpr{expr(operand), name(context->name())});
    case TiphysLexer::LS:
        return bracketed(*context);
    case TiphysLexer::LP:
        return make(span_of(*context), ast::CallExpr{expr(operand), args(context->args())});
    case TiphysLexer::Q:
        return make(span_of(*context),
                    ast::ConditionalExpr{expr(operand), expr(parts.size() > 1 ? parts[1] : nullptr),
                                         expr(parts.size() > 2 ? parts[2] : nullptr)});
    default:
        return binary(*context, *second);
    }
}

const ast::Expr* AstBuilder::leaf(const antlr4::Token& token) {
    const Span span = lexed_.span_of(token);
    const std::string_view text = text_of(span);
    switch (token.getType()) {
    case TiphysLexer::INT:
        return make(span, ast::NumberExpr{text, true});
    case TiphysLexer::FLOAT:
        return make(span, ast::NumberExpr{text, false});
    case TiphysLexer::QTY:
        return make(span, ast::QuantityExpr{text});
    case TiphysLexer::TRUE:
    case TiphysLexer::FALSE:
        return make(span, ast::BoolExpr{token.getType() == TiphysLexer::TRUE});
    case TiphysLexer::NULL_:
        return make(span, ast::NullExpr{});
    case TiphysLexer::FENCE:
        return make(span, fence(span));
    case TiphysLexer::ID:
    case TiphysLexer::QID:
    case TiphysLexer::WORKFLOW:
        return make(span, ast::NameExpr{name_of(&token)});
    default:
        return make(span, ast::ErrorExpr{});
    }
}

const ast::Expr* AstBuilder::primary(Parser::PrimaryContext* context) {
    if (context->string() != nullptr) return string(context->string());
    if (context->list() != nullptr) return list(*context->list());
    if (context->block() != nullptr) {
        return make(span_of(*context), ast::MapExpr{block(context->block())});
    }
    if (context->LP() != nullptr) {
        ast::Expr inner = *expr(context->expr());
        inner.is_parenthesized = true;
        return arena_.make<ast::Expr>(inner);
    }
    if (context->start == nullptr) return expr(nullptr);
    return leaf(*context->start);
}

const ast::Expr* AstBuilder::list(Parser::ListContext& context) {
    if (context.compFor() != nullptr) {
        return make(span_of(context),
                    ast::ComprehensionExpr{expr(context.expr()), comp_for(context.compFor())});
    }
    std::vector<ast::ListItem> items;
    for (Parser::ItemContext* item : context.item()) {
        if (item->spread() != nullptr) {
            items.push_back({spread(*item->spread()), true});
        } else {
            items.push_back({expr(item->expr()), false});
        }
    }
    return make(span_of(context), ast::ListExpr{arena_.copy(items)});
}

} // namespace tiphys::syntax
