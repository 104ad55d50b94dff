#pragma once
// The core that the grammars of expressions share: a cursor over tokens, the loop over binary
// operators, the making of nodes, and the limits.

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "compiler/expr/parse.h"
#include "compiler/expr/token.h"
#include "compiler/expr/tree.h"

namespace tiphys::expr {

/// A binary operator as it stands before the cursor.
struct Infix {
    Operator op = Operator::kNone;
    int precedence = 0;
    bool right_associative = false;
    bool flag = false;    ///< Expr::flag of its node
    bool negated = false; ///< `not in`
    bool is_pipe = false; ///< expr-lang's `|`
};

class PrattParser {
public:
    explicit PrattParser(TokenList tokens);
    virtual ~PrattParser() = default;
    PrattParser(const PrattParser&) = delete;
    PrattParser& operator=(const PrattParser&) = delete;

    [[nodiscard]] ParseResult run();

protected:
    /// All of the text.
    virtual ExprId parse_all() = 0;

    /// The binary operator at the cursor if it binds at least as strongly as `least`.
    virtual std::optional<Infix> find_infix(int least) = 0;

    /// Parses the operator at the cursor and its right side. `before` is the operator to the left
    /// of `left` in the same chain.
    virtual ExprId parse_infix(ExprId left, const Infix& infix, Operator before) = 0;

    /// Applies the operators at the cursor to `left`.
    ExprId parse_operators(ExprId left, int least);

    [[nodiscard]] const Token& current() const { return list_.tokens[at_]; }
    [[nodiscard]] const Token& peek(std::size_t ahead) const;
    [[nodiscard]] std::size_t position() const { return at_; } ///< index of the current token
    [[nodiscard]] bool at(TokenKind kind) const { return current().kind == kind; }
    [[nodiscard]] bool at(TokenKind kind, std::string_view text) const {
        return current().is(kind, text);
    }
    void advance();

    /// Passes the given token or fails at what stands there instead.
    void expect(TokenKind kind, std::string_view text);

    [[nodiscard]] bool failed() const { return error_.has_value(); }

    /// The first failure counts.
    void fail(Range range, std::string message, std::string help = "");
    void fail_unexpected(std::string help = "");
    void fail_at_end(std::string help);

    /// Bytes from `begin` to the end of the last token passed.
    [[nodiscard]] Range range_from(std::uint32_t begin) const;

    [[nodiscard]] std::uint32_t begin_of(ExprId id) const;

    /// Adds a node, or nothing once something failed.
    ExprId add(const Expr& expr, std::span<const ExprId> children = {}, std::string_view text = {});
    [[nodiscard]] Tree& tree() { return tree_; }

    /// One level of nesting; too many are a failure.
    class Level {
    public:
        explicit Level(PrattParser& parser);
        ~Level();
        Level(const Level&) = delete;
        Level& operator=(const Level&) = delete;

    private:
        PrattParser& parser_;
    };

private:
    void take_fault();

    TokenList list_;
    std::size_t at_ = 0;
    std::uint32_t last_end_ = 0;
    std::uint32_t depth_ = 0;
    Tree tree_;
    std::optional<ParseError> error_;
};

/// Parsers of the dialects.
[[nodiscard]] ParseResult parse_expr(std::string_view text,
                                     std::span<const std::string_view> shadowed);
[[nodiscard]] ParseResult parse_govaluate(std::string_view text);
[[nodiscard]] ParseResult parse_depends(std::string_view text);

} // namespace tiphys::expr
