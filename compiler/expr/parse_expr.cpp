// The grammar of expr-lang 1.17. expr-lang: parser/parser.go.
#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "compiler/expr/builtin_names.h"
#include "compiler/expr/number_text.h"
#include "compiler/expr/pratt.h"
#include "compiler/expr/unicode.h"

namespace tiphys::expr {
namespace {

struct BinaryOperator {
    std::string_view text;
    Infix infix;
};

constexpr int kUnaryWordPrecedence = 50;
constexpr int kUnarySignPrecedence = 90;

constexpr std::array<BinaryOperator, 25> kBinaryOperators{{
    {"|", {.precedence = 0, .is_pipe = true}},
    {"or", {Operator::kOr, 10, false, true}},
    {"||", {Operator::kOr, 10}},
    {"and", {Operator::kAnd, 15, false, true}},
    {"&&", {Operator::kAnd, 15}},
    {"==", {Operator::kEqual, 20}},
    {"!=", {Operator::kNotEqual, 20}},
    {"<", {Operator::kLess, 20}},
    {">", {Operator::kGreater, 20}},
    {">=", {Operator::kGreaterEqual, 20}},
    {"<=", {Operator::kLessEqual, 20}},
    {"in", {Operator::kIn, 20}},
    {"matches", {Operator::kMatches, 20}},
    {"contains", {Operator::kContains, 20}},
    {"startsWith", {Operator::kStartsWith, 20}},
    {"endsWith", {Operator::kEndsWith, 20}},
    {"..", {Operator::kRange, 25}},
    {"+", {Operator::kAdd, 30}},
    {"-", {Operator::kSubtract, 30}},
    {"*", {Operator::kMultiply, 60}},
    {"/", {Operator::kDivide, 60}},
    {"%", {Operator::kModulo, 60}},
    {"**", {Operator::kPower, 100, true}},
    {"^", {Operator::kPower, 100, true, true}},
    {"??", {Operator::kCoalesce, 500}},
}};

const Infix* find_operator(std::string_view text) {
    for (const BinaryOperator& op : kBinaryOperators) {
        if (op.text == text) return &op.infix;
    }
    return nullptr;
}

bool may_follow_not(std::string_view text) {
    return text == "in" || text == "matches" || text == "contains" || text == "startsWith" ||
           text == "endsWith";
}

bool is_comparison(Operator op) {
    return op == Operator::kLess || op == Operator::kLessEqual || op == Operator::kGreater ||
           op == Operator::kGreaterEqual;
}

class ExprParser : public PrattParser {
public:
    ExprParser(std::string_view text, std::span<const std::string_view> shadowed)
        : PrattParser(lex_expr(text)), shadowed_(shadowed) {}

private:
    ExprId parse_all() override {
        const ExprId root = parse_sequence();
        if (!at(TokenKind::kEnd)) fail_unexpected(surplus_help());
        return root;
    }

    /// What was probably meant where an expression goes on after its end.
    [[nodiscard]] std::string surplus_help() const {
        if (at(TokenKind::kOperator, "=")) return "compare with `==`";
        if (at(TokenKind::kOperator, "&")) return "write `&&`";
        if (at(TokenKind::kBracket, "}")) return "a tag ends at the first `}}`";
        return "";
    }

    // a; b; c

    ExprId parse_sequence() {
        std::vector<ExprId> parts{parse_expression(0)};
        while (at(TokenKind::kOperator, ";") && !failed()) {
            advance();
            if (at(TokenKind::kEnd)) break;
            parts.push_back(parse_expression(0));
        }
        if (failed() || parts.size() == 1) return parts.front();
        const Expr expr{.kind = ExprKind::kSequence,
                        .range = range_from(begin_of(parts.front())),
                        .anchor = tree().node(parts.front()).anchor};
        return add(expr, parts);
    }

    ExprId parse_expression(int least) {
        const Level level(*this);
        if (failed()) return kNoExpr;
        if (least == 0 && at(TokenKind::kOperator, "let")) return parse_let();
        if (least == 0 && at(TokenKind::kOperator, "if")) return parse_if();
        const ExprId left = parse_operators(parse_primary(), least);
        return least == 0 ? parse_ternary(left) : left;
    }

    ExprId parse_let() {
        const std::uint32_t begin = current().range.begin;
        advance();
        const Token name = current();
        expect_name("a variable is declared as `let name = value; expression`");
        expect(TokenKind::kOperator, "=");
        const ExprId value = parse_expression(0);
        expect(TokenKind::kOperator, ";");
        const ExprId body = parse_sequence();
        const Expr expr{.kind = ExprKind::kLet, .range = range_from(begin), .anchor = name.range};
        return add(expr, std::array{value, body}, name.text);
    }

    void expect_name(std::string help) {
        if (at(TokenKind::kName)) {
            advance();
        } else {
            fail_unexpected(std::move(help));
        }
    }

    // if a {b} else {c}

    ExprId parse_if() {
        const Level level(*this);
        const Range keyword = current().range;
        advance();
        if (failed()) return kNoExpr;
        const ExprId condition = parse_expression(0);
        const ExprId then = parse_block();
        expect(TokenKind::kOperator, "else");
        const bool goes_on = at(TokenKind::kOperator, "if") && !failed();
        const ExprId otherwise = goes_on ? parse_if() : parse_block();
        const Expr expr{
            .kind = ExprKind::kConditional, .range = range_from(keyword.begin), .anchor = keyword};
        return add(expr, std::array{condition, then, otherwise});
    }

    ExprId parse_block() {
        expect(TokenKind::kBracket, "{");
        const ExprId body = parse_sequence();
        expect(TokenKind::kBracket, "}");
        return body;
    }

    ExprId parse_ternary(ExprId condition) {
        while (at(TokenKind::kOperator, "?") && !failed()) {
            const Range sign = current().range;
            advance();
            ExprId then = condition;
            if (at(TokenKind::kOperator, ":")) {
                advance();
            } else {
                then = parse_expression(0);
                expect(TokenKind::kOperator, ":");
            }
            const ExprId otherwise = parse_expression(0);
            const Expr expr{.kind = ExprKind::kConditional,
                            .flag = true,
                            .range = range_from(begin_of(condition)),
                            .anchor = sign};
            condition = add(expr, std::array{condition, then, otherwise});
        }
        return condition;
    }

    // Binary operators

    std::optional<Infix> find_infix(int least) override {
        if (!at(TokenKind::kOperator)) return std::nullopt;
        if (at(TokenKind::kOperator, "not")) {
            const Token& next = peek(1);
            if (!may_follow_not(next.text)) {
                advance();
                fail_unexpected("`not` stands before a condition, or before `in`, `contains` and "
                                "other words");
                return std::nullopt;
            }
            Infix infix = *find_operator(next.text);
            if (infix.precedence < least) return std::nullopt;
            infix.negated = true;
            return infix;
        }
        const Infix* infix = find_operator(current().text);
        if (infix == nullptr || infix->precedence < least) return std::nullopt;
        return *infix;
    }

    ExprId parse_infix(ExprId left, const Infix& infix, Operator before) override {
        if (infix.negated) advance();
        const Token token = current();
        advance();
        if (infix.is_pipe) return parse_pipe(left);
        if (before == Operator::kCoalesce && infix.op != Operator::kCoalesce) {
            fail(token.range,
                 "`" + std::string(token.text) + "` stands beside `??` without parentheses",
                 "put `??` and its operands in parentheses");
            return left;
        }
        if (is_comparison(infix.op)) return parse_comparison(left, infix, token);
        const ExprId right = parse_expression(infix.precedence + (infix.right_associative ? 0 : 1));
        const ExprId binary = add_binary(infix, token.range, left, right);
        if (!infix.negated) return binary;
        const Expr negation{.kind = ExprKind::kUnary,
                            .op = Operator::kNot,
                            .flag = true,
                            .range = range_from(begin_of(left)),
                            .anchor = token.range};
        return add(negation, std::array{binary});
    }

    ExprId add_binary(const Infix& infix, Range anchor, ExprId left, ExprId right) {
        const Expr expr{.kind = ExprKind::kBinary,
                        .op = infix.op,
                        .flag = infix.flag,
                        .range = range_from(begin_of(left)),
                        .anchor = anchor};
        return add(expr, std::array{left, right});
    }

    /// `a | f(b)` is `f(a, b)`.
    ExprId parse_pipe(ExprId left) {
        const Token name = current();
        expect_name("the name of a function follows `|`");
        return parse_call(name, {left}, begin_of(left), true);
    }

    /// `1 < a < 3` means `1 < a && a < 3`.
    ExprId parse_comparison(ExprId left, Infix infix, Token token) {
        ExprId chain = kNoExpr;
        for (;;) {
            const ExprId right = parse_expression(infix.precedence + 1);
            const ExprId comparison = add_binary(infix, token.range, left, right);
            if (failed()) return kNoExpr;
            chain = chain == kNoExpr
                        ? comparison
                        : add_binary({.op = Operator::kAnd}, token.range, chain, comparison);
            const Infix* next = at(TokenKind::kOperator) ? find_operator(current().text) : nullptr;
            if (next == nullptr || !is_comparison(next->op)) return chain;
            left = right;
            infix = *next;
            token = current();
            advance();
        }
    }

    // Operands

    ExprId parse_primary() {
        const Token token = current();
        if (at(TokenKind::kOperator)) {
            if (const std::optional<Expr> unary = unary_of(token)) return parse_unary(*unary);
        }
        if (at(TokenKind::kBracket, "(")) {
            advance();
            const ExprId inner = parse_sequence();
            expect(TokenKind::kBracket, ")");
            if (!failed()) tree().set_range(inner, range_from(token.range.begin));
            return parse_postfix(inner);
        }
        const bool is_pointer = token.is(TokenKind::kOperator, "#");
        if (predicate_depth_ > 0 && (is_pointer || token.is(TokenKind::kOperator, "."))) {
            return parse_pointer(is_pointer);
        }
        if (token.is(TokenKind::kOperator, "::")) {
            advance();
            const Token name = current();
            expect_name("the name of a function follows `::`");
            return parse_postfix(parse_call(name, {}, token.range.begin, false));
        }
        return parse_operand();
    }

    static std::optional<Expr> unary_of(const Token& token) {
        Expr expr{.kind = ExprKind::kUnary, .range = token.range, .anchor = token.range};
        if (token.text == "not" || token.text == "!") {
            expr.op = Operator::kNot;
            expr.flag = token.text == "not";
        } else if (token.text == "-") {
            expr.op = Operator::kMinus;
        } else if (token.text == "+") {
            expr.op = Operator::kPlus;
        } else {
            return std::nullopt;
        }
        return expr;
    }

    ExprId parse_unary(Expr expr) {
        advance();
        const bool is_not = expr.op == Operator::kNot;
        const ExprId operand =
            parse_expression(is_not ? kUnaryWordPrecedence : kUnarySignPrecedence);
        expr.range = range_from(expr.anchor.begin);
        return parse_postfix(add(expr, std::array{operand}));
    }

    /// `#`, `#acc`, and the nothing before `.field`.
    ExprId parse_pointer(bool written) {
        const Token token = current();
        std::string_view name;
        if (written) {
            advance();
            if (at(TokenKind::kName)) {
                name = current().text;
                advance();
            }
        }
        Expr expr{.kind = ExprKind::kPointer, .range = token.range, .anchor = token.range};
        expr.range =
            written ? range_from(token.range.begin) : Range{token.range.begin, token.range.begin};
        return parse_postfix(add(expr, {}, name));
    }

    ExprId parse_operand() {
        const Token token = current();
        switch (token.kind) {
        case TokenKind::kName:
            return parse_name();
        case TokenKind::kNumber:
            return parse_number();
        case TokenKind::kString:
        case TokenKind::kBytes: {
            advance();
            const bool is_string = token.kind == TokenKind::kString;
            const Expr expr{.kind = is_string ? ExprKind::kString : ExprKind::kBytes,
                            .range = token.range,
                            .anchor = token.range};
            return parse_postfix(add(expr, {}, token.text));
        }
        case TokenKind::kBracket:
            if (token.text == "[") return parse_postfix(parse_list());
            if (token.text == "{") return parse_postfix(parse_map());
            break;
        case TokenKind::kOperator:
        case TokenKind::kEnd:
        case TokenKind::kFault:
            break;
        }
        fail_unexpected(operand_help(token));
        return kNoExpr;
    }

    static std::string operand_help(const Token& token) {
        if (token.text == "let")
            return "`let` stands at the start of an expression or in parentheses";
        if (token.text == "if") return "put the `if` in parentheses, or use `condition ? a : b`";
        if (token.text == "#" || token.text == ".") {
            return "the current element exists in the predicate of a function such as `filter` "
                   "only";
        }
        return "a value is expected here";
    }

    ExprId parse_name() {
        const Token token = current();
        advance();
        Expr expr{.kind = ExprKind::kName, .range = token.range, .anchor = token.range};
        if (token.text == "true" || token.text == "false") {
            expr.kind = ExprKind::kBool;
            expr.integer = token.text == "true" ? 1 : 0;
            return add(expr);
        }
        if (token.text == "nil") {
            expr.kind = ExprKind::kNil;
            return add(expr);
        }
        if (at(TokenKind::kBracket, "(")) {
            return parse_postfix(parse_call(token, {}, token.range.begin, true));
        }
        return parse_postfix(add(expr, {}, token.text));
    }

    ExprId parse_number() {
        const Token token = current();
        advance();
        std::string text;
        for (const char c : token.text) {
            if (c != '_') text += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        }
        const std::string prefix = text.substr(0, 2);
        Expr expr{.kind = ExprKind::kInt, .range = token.range, .anchor = token.range};
        NumberFault fault = NumberFault::kSyntax;
        bool is_known = false;
        if (prefix != "0x" && text.find_first_of(".e") != text.npos) {
            const std::optional<double> number = parse_float(text, &fault);
            is_known = number.has_value();
            expr.kind = ExprKind::kFloat;
            expr.number = number.value_or(0);
        } else {
            const bool has_base = prefix == "0x" || prefix == "0b" || prefix == "0o";
            const std::optional<std::int64_t> number = parse_int(text, has_base ? 0 : 10, &fault);
            is_known = number.has_value();
            expr.integer = number.value_or(0);
        }
        if (!is_known) {
            const bool too_great = fault == NumberFault::kRange;
            fail(token.range,
                 "`" + std::string(token.text) +
                     (too_great ? "` is too great for a number" : "` is not a number"));
        }
        return add(expr);
    }

    ExprId parse_list() {
        const Range bracket = current().range;
        advance();
        std::vector<ExprId> elements;
        while (!at(TokenKind::kBracket, "]") && !failed()) {
            if (!elements.empty()) {
                expect(TokenKind::kOperator, ",");
                if (at(TokenKind::kBracket, "]")) break;
            }
            elements.push_back(parse_expression(0));
        }
        expect(TokenKind::kBracket, "]");
        const Expr expr{
            .kind = ExprKind::kList, .range = range_from(bracket.begin), .anchor = bracket};
        return add(expr, elements);
    }

    ExprId parse_map() {
        const Range brace = current().range;
        advance();
        std::vector<ExprId> pairs;
        while (!at(TokenKind::kBracket, "}") && !failed()) {
            if (!pairs.empty()) {
                expect(TokenKind::kOperator, ",");
                if (at(TokenKind::kBracket, "}")) break;
            }
            const std::uint32_t begin = current().range.begin;
            const ExprId key = parse_map_key();
            expect(TokenKind::kOperator, ":");
            const ExprId value = parse_expression(0);
            const Expr pair{.kind = ExprKind::kPair, .range = range_from(begin), .anchor = brace};
            pairs.push_back(add(pair, std::array{key, value}));
        }
        expect(TokenKind::kBracket, "}");
        const Expr expr{.kind = ExprKind::kMap, .range = range_from(brace.begin), .anchor = brace};
        return add(expr, pairs);
    }

    ExprId parse_map_key() {
        const Token token = current();
        if (at(TokenKind::kNumber) || at(TokenKind::kString) || at(TokenKind::kName)) {
            const Expr key{.kind = ExprKind::kString, .range = token.range, .anchor = token.range};
            const ExprId id = add(key, {}, token.text);
            advance();
            return id;
        }
        if (at(TokenKind::kBracket, "(")) return parse_expression(0);
        fail_unexpected("a key is a name, a string, a number, or an expression in parentheses");
        return kNoExpr;
    }

    // Calls

    [[nodiscard]] bool is_shadowed(std::string_view name) const {
        return std::find(shadowed_.begin(), shadowed_.end(), name) != shadowed_.end();
    }

    ExprId parse_call(const Token& name, std::vector<ExprId> arguments, std::uint32_t begin,
                      bool may_be_shadowed) {
        Expr expr{.kind = ExprKind::kBuiltin, .range = name.range, .anchor = name.range};
        const bool shadowed = may_be_shadowed && is_shadowed(name.text);
        const PredicateBuiltin* predicate = find_predicate_builtin(name.text);
        if (predicate != nullptr && !shadowed) {
            parse_predicate_arguments(*predicate, arguments);
            expr.range = range_from(begin);
            return add(expr, arguments, name.text);
        }
        const std::uint32_t n_given = static_cast<std::uint32_t>(arguments.size());
        if (is_builtin(name.text) && !shadowed) {
            parse_arguments(n_given, arguments);
            expr.range = range_from(begin);
            return add(expr, arguments, name.text);
        }
        const Expr callee{.kind = ExprKind::kName, .range = name.range, .anchor = name.range};
        arguments.insert(arguments.begin(), add(callee, {}, name.text));
        parse_arguments(n_given + 1, arguments);
        expr.kind = ExprKind::kCall;
        expr.range = range_from(begin);
        return add(expr, arguments);
    }

    /// Arguments in parentheses, added to the `n_given` that are there.
    void parse_arguments(std::size_t n_given, std::vector<ExprId>& arguments) {
        expect(TokenKind::kBracket, "(");
        while (!at(TokenKind::kBracket, ")") && !failed()) {
            if (arguments.size() > n_given) expect(TokenKind::kOperator, ",");
            if (at(TokenKind::kBracket, ")")) break;
            arguments.push_back(parse_expression(0));
        }
        expect(TokenKind::kBracket, ")");
    }

    void parse_predicate_arguments(const PredicateBuiltin& builtin,
                                   std::vector<ExprId>& arguments) {
        expect(TokenKind::kBracket, "(");
        // What comes through a pipe is the first argument.
        const std::string_view wanted = builtin.arguments.substr(arguments.size());
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            if (at(TokenKind::kBracket, ")")) {
                if (wanted[i] == 'E' || wanted[i] == 'P') break;
                fail(current().range,
                     "`" + std::string(builtin.name) + "` needs " +
                         (wanted[i] == 'p' ? "a predicate" : "a list"),
                     "for example `" + std::string(builtin.name) + "(list, # > 1)`");
                return;
            }
            if (i > 0) expect(TokenKind::kOperator, ",");
            const bool is_predicate = wanted[i] == 'p' || wanted[i] == 'P';
            arguments.push_back(is_predicate ? parse_predicate() : parse_expression(0));
        }
        if (at(TokenKind::kOperator, ",") && !failed()) advance();
        expect(TokenKind::kBracket, ")");
    }

    ExprId parse_predicate() {
        const Level level(*this);
        const Range start = current().range;
        const bool in_braces = at(TokenKind::kBracket, "{");
        if (in_braces) advance();
        ++predicate_depth_;
        const ExprId body = in_braces ? parse_sequence() : parse_expression(0);
        if (!in_braces && at(TokenKind::kOperator, ";")) {
            fail(current().range, "a predicate of several expressions needs braces",
                 "write `{a; b}`");
        }
        --predicate_depth_;
        if (in_braces) expect(TokenKind::kBracket, "}");
        const Expr expr{
            .kind = ExprKind::kPredicate, .range = range_from(start.begin), .anchor = start};
        return add(expr, std::array{body});
    }

    // What follows an operand: members, indexes, slices

    ExprId parse_postfix(ExprId id) {
        while (!failed()) {
            const bool optional = at(TokenKind::kOperator, "?.");
            if (optional && peek(1).is(TokenKind::kBracket, "[")) {
                advance();
                id = parse_index(id, true);
            } else if (optional || at(TokenKind::kOperator, ".")) {
                id = parse_member(id, optional);
            } else if (at(TokenKind::kBracket, "[")) {
                id = parse_index(id, false);
            } else {
                break;
            }
        }
        return id;
    }

    ExprId parse_member(ExprId object, bool optional) {
        const std::uint32_t begin = begin_of(object);
        advance();
        const Token name = current();
        const bool is_word = name.kind == TokenKind::kOperator && !name.text.empty() &&
                             is_letter(decode_rune(name.text, 0).value);
        advance();
        if (name.kind != TokenKind::kName && !is_word) {
            fail(name.range, "a name is expected after `.`", "other keys are written `['my-key']`");
        }
        const Expr key{.kind = ExprKind::kString, .range = name.range, .anchor = name.range};
        const ExprId key_id = add(key, {}, name.text);
        if (failed()) return kNoExpr;
        const bool in_chain = tree().node(object).kind == ExprKind::kChain;
        if (in_chain) object = tree().child(object, 0);
        Expr expr{.kind = ExprKind::kMember,
                  .flag = optional,
                  .range = range_from(begin),
                  .anchor = name.range};
        ExprId member = add(expr, std::array{object, key_id});
        if (at(TokenKind::kBracket, "(")) {
            std::vector<ExprId> arguments{member};
            parse_arguments(1, arguments);
            expr = {.kind = ExprKind::kCall,
                    .flag = true,
                    .range = range_from(begin),
                    .anchor = name.range};
            member = add(expr, arguments);
        }
        if (!in_chain && !optional) return member;
        expr = {.kind = ExprKind::kChain, .range = range_from(begin), .anchor = name.range};
        return add(expr, std::array{member});
    }

    ExprId parse_index(ExprId object, bool optional) {
        const std::uint32_t begin = begin_of(object);
        const Range bracket = current().range;
        advance();
        ExprId from = kNoExpr;
        if (!at(TokenKind::kOperator, ":")) from = parse_expression(0);
        if (at(TokenKind::kOperator, ":")) {
            advance();
            ExprId to = kNoExpr;
            if (!at(TokenKind::kBracket, "]")) to = parse_expression(0);
            expect(TokenKind::kBracket, "]");
            const Expr slice{
                .kind = ExprKind::kSlice, .range = range_from(begin), .anchor = bracket};
            return add(slice, std::array{object, from, to});
        }
        expect(TokenKind::kBracket, "]");
        Expr expr{.kind = ExprKind::kMember,
                  .flag = optional,
                  .range = range_from(begin),
                  .anchor = bracket};
        const ExprId member = add(expr, std::array{object, from});
        if (!optional) return member;
        expr.kind = ExprKind::kChain;
        expr.flag = false;
        return add(expr, std::array{member});
    }

    std::span<const std::string_view> shadowed_;
    int predicate_depth_ = 0;
};

} // namespace

ParseResult parse_expr(std::string_view text, std::span<const std::string_view> shadowed) {
    return ExprParser(text, shadowed).run();
}

} // namespace tiphys::expr
