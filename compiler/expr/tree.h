#pragma once
// The tree of an expression: nodes in one vector, referred to by index; each knows its bytes.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tiphys::expr {

/// Index of a node in its Tree.
using ExprId = std::uint32_t;
inline constexpr ExprId kNoExpr = 0xffffffffU;

/// Bytes [begin, end) of the text of an expression.
struct Range {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;

    friend constexpr bool operator==(const Range&, const Range&) = default;
};

enum class ExprKind : std::uint8_t {
    kAbsent,      ///< govaluate: nothing between parentheses; its value is nil
    kNil,         //
    kBool,        ///< integer: 0 or 1
    kInt,         ///< integer
    kFloat,       ///< number
    kString,      ///< text
    kBytes,       ///< text
    kName,        ///< text: a variable, dots of govaluate's accessors included
    kPointer,     ///< `#`, `.x` without its member, `#acc`; text: the name
    kUnary,       ///< op; [operand]; flag: written `not`
    kBinary,      ///< op; [left, right]; flag: written `and`, `or`, `^`
    kChain,       ///< where `?.` stops; [inner]
    kMember,      ///< [object, key]; flag: `?.`
    kSlice,       ///< [object, from, to], absent ones kNoExpr
    kCall,        ///< [callee, arguments...]; flag: the callee is a method
    kBuiltin,     ///< text: the function; [arguments...]
    kPredicate,   ///< the function given to `filter` and its like; [body]
    kConditional, ///< [condition, then, otherwise]; flag: written with `?`
    kLet,         ///< text: the name; [value, body]
    kSequence,    ///< `a; b`; its value is the last one's
    kList,        ///< [elements...]
    kMap,         ///< [pairs...]
    kPair,        ///< [key, value]
};

enum class Operator : std::uint8_t {
    kNone,
    kNot,
    kMinus, ///< unary
    kPlus,  ///< unary
    kBitNot,
    kOr,
    kAnd,
    kEqual,
    kNotEqual,
    kLess,
    kLessEqual,
    kGreater,
    kGreaterEqual,
    kIn,
    kMatches,
    kNotMatches,
    kContains,
    kStartsWith,
    kEndsWith,
    kRange,
    kAdd,
    kSubtract,
    kMultiply,
    kDivide,
    kModulo,
    kPower,
    kCoalesce,
    kBitAnd,
    kBitOr,
    kBitXor,
    kShiftLeft,
    kShiftRight,
    kThen,      ///< govaluate's `?`
    kOtherwise, ///< govaluate's `:`
    kComma,     ///< govaluate's list
};

struct Expr {
    ExprKind kind = ExprKind::kNil;
    Operator op = Operator::kNone;
    bool flag = false;
    std::uint32_t height = 1; ///< levels below and including this one
    Range range;              ///< all of it
    Range anchor;             ///< the token that an error about it points at
    std::int64_t integer = 0;
    double number = 0;
    std::uint32_t text = 0;        ///< for Tree::text
    std::uint32_t first_child = 0; ///< for Tree::children
    std::uint32_t n_children = 0;
};

/// Nodes of one expression. A node may have two parents: in `1 < a < 3` both comparisons share
/// `a`.
class Tree {
public:
    /// Adds a node; its children must be in the tree already (or be kNoExpr).
    ExprId add(Expr expr, std::span<const ExprId> children = {}, std::string_view text = {});

    [[nodiscard]] const Expr& node(ExprId id) const;
    [[nodiscard]] std::span<const ExprId> children(ExprId id) const;
    [[nodiscard]] ExprId child(ExprId id, std::uint32_t index) const;

    /// The name or string of a node.
    [[nodiscard]] const std::string& text(ExprId id) const;

    [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(nodes_.size()); }

    void set_range(ExprId id, Range range);

    /// Gives every node the ranges that `move` makes of the present ones.
    template <class Move>
    void move_ranges(Move move) {
        for (Expr& expr : nodes_) {
            expr.range = move(expr.range);
            expr.anchor = move(expr.anchor);
        }
    }

private:
    std::vector<Expr> nodes_;
    std::vector<ExprId> children_;
    std::vector<std::string> texts_;
};

/// The operator as it is written in expr-lang (govaluate's own as there).
[[nodiscard]] std::string_view spelling(Operator op);

/// The tree as an S-expression: `(+ a (* b 2))`, floats with `f` in front, strings quoted.
[[nodiscard]] std::string to_s_expression(const Tree& tree, ExprId root);

} // namespace tiphys::expr
