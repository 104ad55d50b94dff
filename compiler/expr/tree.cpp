// The tree of an expression.
#include "compiler/expr/tree.h"

#include <algorithm>

#include "compiler/base/assert.h"
#include "compiler/expr/number_text.h"
#include "compiler/expr/unicode.h"

namespace tiphys::expr {
namespace {

std::string_view head_of(const Tree& tree, ExprId id) {
    switch (tree.node(id).kind) {
    case ExprKind::kChain:
        return "chain";
    case ExprKind::kMember:
        return tree.node(id).flag ? "member?" : "member";
    case ExprKind::kSlice:
        return "slice";
    case ExprKind::kCall:
        return "call";
    case ExprKind::kPredicate:
        return "pred";
    case ExprKind::kConditional:
        return tree.node(id).flag ? "?:" : "if";
    case ExprKind::kSequence:
        return ";";
    case ExprKind::kList:
        return "array";
    case ExprKind::kMap:
        return "map";
    case ExprKind::kPair:
        return "pair";
    case ExprKind::kAbsent:
    case ExprKind::kNil:
    case ExprKind::kBool:
    case ExprKind::kInt:
    case ExprKind::kFloat:
    case ExprKind::kString:
    case ExprKind::kBytes:
    case ExprKind::kName:
    case ExprKind::kPointer:
    case ExprKind::kUnary:
    case ExprKind::kBinary:
    case ExprKind::kBuiltin:
    case ExprKind::kLet:
        break;
    }
    return {};
}

std::string operator_text(const Expr& expr) {
    if (expr.kind == ExprKind::kUnary) {
        if (expr.op == Operator::kNot) return expr.flag ? "unot" : "u!";
        return "u" + std::string(spelling(expr.op));
    }
    if (expr.flag && expr.op == Operator::kAnd) return "and";
    if (expr.flag && expr.op == Operator::kOr) return "or";
    if (expr.flag && expr.op == Operator::kPower) return "^";
    return std::string(spelling(expr.op));
}

class SExpression {
public:
    explicit SExpression(const Tree& tree) : tree_(tree) {}

    void write(ExprId id) {
        if (id == kNoExpr) {
            text_ += '_';
            return;
        }
        const Expr& expr = tree_.node(id);
        switch (expr.kind) {
        case ExprKind::kAbsent:
            text_ += '_';
            return;
        case ExprKind::kNil:
            text_ += "nil";
            return;
        case ExprKind::kBool:
            text_ += expr.integer != 0 ? "true" : "false";
            return;
        case ExprKind::kInt:
            text_ += std::to_string(expr.integer);
            return;
        case ExprKind::kFloat:
            text_ += "f" + format_general(expr.number);
            return;
        case ExprKind::kString:
            text_ += go_quote(tree_.text(id));
            return;
        case ExprKind::kBytes:
            write_bytes(tree_.text(id));
            return;
        case ExprKind::kName:
            text_ += tree_.text(id);
            return;
        case ExprKind::kPointer:
            text_ += "#" + tree_.text(id);
            return;
        case ExprKind::kUnary:
        case ExprKind::kBinary:
            write_list(operator_text(expr), id);
            return;
        case ExprKind::kBuiltin:
            write_list("builtin:" + tree_.text(id), id);
            return;
        case ExprKind::kLet:
            write_list("let " + tree_.text(id), id);
            return;
        case ExprKind::kChain:
        case ExprKind::kMember:
        case ExprKind::kSlice:
        case ExprKind::kCall:
        case ExprKind::kPredicate:
        case ExprKind::kConditional:
        case ExprKind::kSequence:
        case ExprKind::kList:
        case ExprKind::kMap:
        case ExprKind::kPair:
            write_list(head_of(tree_, id), id);
            return;
        }
    }

    std::string take() { return std::move(text_); }

private:
    void write_bytes(std::string_view bytes) {
        text_ += 'b';
        for (const char c : bytes) {
            const auto byte = static_cast<unsigned char>(c);
            text_ += "0123456789abcdef"[byte >> 4U];
            text_ += "0123456789abcdef"[byte & 0xfU];
        }
    }

    void write_list(std::string_view head, ExprId id) {
        text_ += '(';
        text_ += head;
        for (const ExprId child : tree_.children(id)) {
            text_ += ' ';
            write(child);
        }
        text_ += ')';
    }

    const Tree& tree_;
    std::string text_;
};

} // namespace

ExprId Tree::add(Expr expr, std::span<const ExprId> children, std::string_view text) {
    expr.first_child = static_cast<std::uint32_t>(children_.size());
    expr.n_children = static_cast<std::uint32_t>(children.size());
    for (const ExprId child : children) {
        if (child == kNoExpr) continue;
        TIPHYS_ASSERT(child < nodes_.size(), "a child is added before its parent");
        expr.height = std::max(expr.height, nodes_[child].height + 1);
    }
    children_.insert(children_.end(), children.begin(), children.end());
    if (!text.empty()) {
        texts_.emplace_back(text);
        expr.text = static_cast<std::uint32_t>(texts_.size());
    }
    nodes_.push_back(expr);
    return static_cast<ExprId>(nodes_.size() - 1);
}

const Expr& Tree::node(ExprId id) const {
    TIPHYS_ASSERT(id < nodes_.size(), "a node of this tree");
    return nodes_[id];
}

std::span<const ExprId> Tree::children(ExprId id) const {
    const Expr& expr = node(id);
    return std::span(children_).subspan(expr.first_child, expr.n_children);
}

ExprId Tree::child(ExprId id, std::uint32_t index) const {
    TIPHYS_ASSERT(index < node(id).n_children, "a child of this node");
    return children_[node(id).first_child + index];
}

const std::string& Tree::text(ExprId id) const {
    static const std::string kEmpty;
    const std::uint32_t text = node(id).text;
    return text == 0 ? kEmpty : texts_[text - 1];
}

void Tree::set_range(ExprId id, Range range) {
    TIPHYS_ASSERT(id < nodes_.size(), "a node of this tree");
    nodes_[id].range = range;
}

std::string_view spelling(Operator op) {
    switch (op) {
    case Operator::kNone:
        return "";
    case Operator::kNot:
        return "!";
    case Operator::kMinus:
    case Operator::kSubtract:
        return "-";
    case Operator::kPlus:
    case Operator::kAdd:
        return "+";
    case Operator::kBitNot:
        return "~";
    case Operator::kOr:
        return "||";
    case Operator::kAnd:
        return "&&";
    case Operator::kEqual:
        return "==";
    case Operator::kNotEqual:
        return "!=";
    case Operator::kLess:
        return "<";
    case Operator::kLessEqual:
        return "<=";
    case Operator::kGreater:
        return ">";
    case Operator::kGreaterEqual:
        return ">=";
    case Operator::kIn:
        return "in";
    case Operator::kMatches:
        return "matches";
    case Operator::kNotMatches:
        return "!~";
    case Operator::kContains:
        return "contains";
    case Operator::kStartsWith:
        return "startsWith";
    case Operator::kEndsWith:
        return "endsWith";
    case Operator::kRange:
        return "..";
    case Operator::kMultiply:
        return "*";
    case Operator::kDivide:
        return "/";
    case Operator::kModulo:
        return "%";
    case Operator::kPower:
        return "**";
    case Operator::kCoalesce:
        return "??";
    case Operator::kBitAnd:
        return "&";
    case Operator::kBitOr:
        return "|";
    case Operator::kBitXor:
        return "^";
    case Operator::kShiftLeft:
        return "<<";
    case Operator::kShiftRight:
        return ">>";
    case Operator::kThen:
        return "?";
    case Operator::kOtherwise:
        return ":";
    case Operator::kComma:
        return ",";
    }
    return "";
}

std::string to_s_expression(const Tree& tree, ExprId root) {
    SExpression writer(tree);
    writer.write(root);
    return writer.take();
}

} // namespace tiphys::expr
