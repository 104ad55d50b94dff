// The grammar of Knetic/govaluate. govaluate: lexerState.go, stagePlanner.go.
#include <algorithm>
#include <array>
#include <utility>

#include "compiler/expr/govaluate.h"
#include "compiler/expr/pratt.h"
#include "compiler/expr/regex.h"
#include "compiler/expr/value.h"

namespace tiphys::expr {
namespace {

constexpr std::uint32_t bit(WordKind kind) {
    return 1U << static_cast<unsigned>(kind);
}

template <class... Kinds>
constexpr std::uint32_t set_of(Kinds... kinds) {
    return (0U | ... | bit(kinds));
}

/// What every operand may be followed by, and what an operand may begin with.
constexpr std::uint32_t kAfterOperand =
    set_of(WordKind::kModifier, WordKind::kComparator, WordKind::kLogical, WordKind::kClose,
           WordKind::kSeparator);
constexpr std::uint32_t kOperandStart = set_of(
    WordKind::kNumber, WordKind::kBool, WordKind::kVariable, WordKind::kAccessor, WordKind::kOpen);

/// The kinds that may stand after `kind`.
std::uint32_t followers(WordKind kind) {
    constexpr std::uint32_t kText = set_of(WordKind::kString, WordKind::kTime);
    constexpr std::uint32_t kPrefix = bit(WordKind::kPrefix);
    constexpr std::uint32_t kClose = bit(WordKind::kClose);
    constexpr std::uint32_t kPattern = bit(WordKind::kPattern);
    switch (kind) {
    case WordKind::kStart:
        return kOperandStart | kText | kPrefix | kPattern;
    case WordKind::kOpen:
        return kOperandStart | kText | kPrefix | kPattern | kClose;
    case WordKind::kClose:
        return (kOperandStart & ~bit(WordKind::kAccessor)) | kText | kPattern | kAfterOperand |
               bit(WordKind::kTernary);
    case WordKind::kNumber:
    case WordKind::kBool:
    case WordKind::kString:
    case WordKind::kVariable:
        return kAfterOperand | bit(WordKind::kTernary);
    case WordKind::kTime:
    case WordKind::kPattern:
        return kAfterOperand;
    case WordKind::kAccessor:
        return kAfterOperand | set_of(WordKind::kTernary, WordKind::kOpen);
    case WordKind::kModifier:
        return kOperandStart | kPrefix | bit(WordKind::kString) | kClose;
    case WordKind::kComparator:
        return kOperandStart | kText | kPrefix | kPattern | kClose;
    case WordKind::kLogical:
        return kOperandStart | kText | kPrefix | kClose;
    case WordKind::kPrefix:
        return kOperandStart | kClose;
    case WordKind::kTernary:
        return kOperandStart | kText | kPrefix | bit(WordKind::kSeparator);
    case WordKind::kSeparator:
        return kOperandStart | kText | kPrefix;
    }
    return 0;
}

bool may_end(WordKind kind) {
    constexpr std::uint32_t kLast =
        set_of(WordKind::kClose, WordKind::kNumber, WordKind::kBool, WordKind::kString,
               WordKind::kTime, WordKind::kPattern, WordKind::kVariable, WordKind::kAccessor);
    return (kLast & bit(kind)) != 0;
}

std::string describe(const Word& word) {
    const bool is_text = word.kind == WordKind::kString || word.kind == WordKind::kTime ||
                         word.kind == WordKind::kPattern;
    return is_text ? "the string `" + word.text + "`" : "`" + word.text + "`";
}

/// The value of a word as Go prints it: parentheses are runes there, and names with dots lists.
std::string value_in_go(const Word& word) {
    switch (word.kind) {
    case WordKind::kStart:
        return "<nil>";
    case WordKind::kNumber:
        return go_text(Value::number(word.number));
    case WordKind::kOpen:
        return "40";
    case WordKind::kClose:
        return "41";
    case WordKind::kAccessor: {
        std::string parts = word.text;
        std::replace(parts.begin(), parts.end(), '.', ' ');
        return "[" + parts + "]";
    }
    case WordKind::kPrefix:
    case WordKind::kBool:
    case WordKind::kString:
    case WordKind::kPattern:
    case WordKind::kTime:
    case WordKind::kVariable:
    case WordKind::kSeparator:
    case WordKind::kComparator:
    case WordKind::kLogical:
    case WordKind::kModifier:
    case WordKind::kTernary:
        return word.text;
    }
    return "";
}

std::string order_error_in_go(const Word& before, const Word& word) {
    if (before.kind == WordKind::kVariable && word.kind == WordKind::kOpen) {
        return "Undefined function " + before.text;
    }
    const auto show = [](const Word& shown) {
        return std::string(kind_name(shown.kind)) + " [" + value_in_go(shown) + "]";
    };
    return "Cannot transition token types from " + show(before) + " to " + show(word);
}

ParseError order_error(const Word& before, const Word& word) {
    ParseError error{word.range, {}, {}, order_error_in_go(before, word)};
    const bool after_operand = may_end(before.kind);
    if (before.kind == WordKind::kStart) {
        error.message = "an expression cannot begin with " + describe(word);
        error.help = "an operand is missing";
    } else if (after_operand && word.kind == WordKind::kOpen) {
        error.message = "there is no function `" + before.text + "`";
        error.help = "`when` knows no functions; use a `{{=…}}` tag";
    } else if (after_operand) {
        error.message = describe(word) + " follows " + describe(before) + " without an operator";
        error.help = word.text == "and" || word.text == "or" ? "write `&&` or `||`"
                                                             : "put text with spaces in quotes";
    } else if (before.kind == WordKind::kPrefix) {
        error.message = "`" + before.text + "` cannot stand before " + describe(word);
        error.help = "text is neither a number nor a bool";
    } else {
        error.message = describe(word) + " cannot follow " + describe(before);
        error.help = "an operand is missing";
    }
    return error;
}

struct BinaryOperator {
    std::string_view text;
    Operator op;
    int precedence;
};

constexpr int kLowest = 1;
constexpr std::array<BinaryOperator, 26> kBinaryOperators{{
    {",", Operator::kComma, 1},         {"?", Operator::kThen, 2},
    {":", Operator::kOtherwise, 2},     {"??", Operator::kCoalesce, 2},
    {"||", Operator::kOr, 3},           {"&&", Operator::kAnd, 4},
    {"==", Operator::kEqual, 5},        {"!=", Operator::kNotEqual, 5},
    {">", Operator::kGreater, 5},       {"<", Operator::kLess, 5},
    {">=", Operator::kGreaterEqual, 5}, {"<=", Operator::kLessEqual, 5},
    {"=~", Operator::kMatches, 5},      {"!~", Operator::kNotMatches, 5},
    {"in", Operator::kIn, 5},           {"^", Operator::kBitXor, 6},
    {"&", Operator::kBitAnd, 6},        {"|", Operator::kBitOr, 6},
    {">>", Operator::kShiftRight, 7},   {"<<", Operator::kShiftLeft, 7},
    {"+", Operator::kAdd, 8},           {"-", Operator::kSubtract, 8},
    {"*", Operator::kMultiply, 9},      {"/", Operator::kDivide, 9},
    {"%", Operator::kModulo, 9},        {"**", Operator::kPower, 10},
}};

TokenKind token_kind(WordKind kind) {
    switch (kind) {
    case WordKind::kNumber:
    case WordKind::kTime:
        return TokenKind::kNumber;
    case WordKind::kString:
    case WordKind::kPattern:
        return TokenKind::kString;
    case WordKind::kBool:
    case WordKind::kVariable:
    case WordKind::kAccessor:
        return TokenKind::kName;
    case WordKind::kOpen:
    case WordKind::kClose:
        return TokenKind::kBracket;
    case WordKind::kStart:
        return TokenKind::kEnd;
    case WordKind::kPrefix:
    case WordKind::kSeparator:
    case WordKind::kComparator:
    case WordKind::kLogical:
    case WordKind::kModifier:
    case WordKind::kTernary:
        return TokenKind::kOperator;
    }
    return TokenKind::kEnd;
}

TokenList tokens_of(const std::vector<Word>& words) {
    TokenList list;
    for (const Word& word : words)
        list.tokens.push_back({token_kind(word.kind), word.range, word.text});
    const std::uint32_t end = words.empty() ? 0 : words.back().range.end;
    list.tokens.push_back({TokenKind::kEnd, {end, end}, {}});
    return list;
}

class GovaluateParser : public PrattParser {
public:
    explicit GovaluateParser(const std::vector<Word>& words)
        : PrattParser(tokens_of(words)), words_(words) {}

private:
    /// Words after the end of the expression (`(true) false`) are passed over, as govaluate does.
    ExprId parse_all() override { return parse_expression(kLowest); }

    ExprId parse_expression(int least) {
        const Level level(*this);
        if (failed()) return kNoExpr;
        return parse_operators(parse_operand(), least);
    }

    std::optional<Infix> find_infix(int least) override {
        if (!at(TokenKind::kOperator)) return std::nullopt;
        for (const BinaryOperator& op : kBinaryOperators) {
            if (op.text != current().text) continue;
            if (op.precedence < least) return std::nullopt;
            return Infix{.op = op.op, .precedence = op.precedence};
        }
        return std::nullopt;
    }

    ExprId parse_infix(ExprId left, const Infix& infix, Operator) override {
        const Range sign = current().range;
        advance();
        const ExprId right = parse_expression(infix.precedence + 1);
        const Expr expr{.kind = ExprKind::kBinary,
                        .op = infix.op,
                        .range = range_from(begin_of(left)),
                        .anchor = sign};
        return add(expr, std::array{left, right});
    }

    ExprId parse_operand() {
        const Token token = current();
        if (at(TokenKind::kEnd) || at(TokenKind::kBracket, ")")) {
            const Range place{token.range.begin, token.range.begin};
            return add({.kind = ExprKind::kAbsent, .range = place, .anchor = token.range});
        }
        const Word& word = words_[position()];
        advance();
        Expr expr{.range = word.range, .anchor = word.range};
        switch (word.kind) {
        case WordKind::kNumber:
        case WordKind::kTime:
            expr.kind = ExprKind::kFloat;
            expr.number = word.number;
            return add(expr);
        case WordKind::kBool:
            expr.kind = ExprKind::kBool;
            expr.integer = word.number != 0 ? 1 : 0;
            return add(expr);
        case WordKind::kString:
        case WordKind::kPattern:
            expr.kind = ExprKind::kString;
            expr.flag = word.kind == WordKind::kPattern;
            return add(expr, {}, word.text);
        case WordKind::kVariable:
            expr.kind = ExprKind::kName;
            return add(expr, {}, word.text);
        case WordKind::kAccessor:
            return parse_accessor(word);
        case WordKind::kPrefix:
            return parse_prefix(word);
        case WordKind::kOpen:
            return parse_parentheses(word);
        case WordKind::kStart:
        case WordKind::kSeparator:
        case WordKind::kComparator:
        case WordKind::kLogical:
        case WordKind::kModifier:
        case WordKind::kClose:
        case WordKind::kTernary:
            break;
        }
        fail(word.range, "an operand is missing before " + describe(word));
        return kNoExpr;
    }

    ExprId parse_accessor(const Word& word) {
        Expr expr{.kind = ExprKind::kName, .flag = true, .range = word.range, .anchor = word.range};
        const ExprId name = add(expr, {}, word.text);
        if (!at(TokenKind::kBracket, "(")) return name;
        // govaluate takes everything that follows for the arguments.
        const ExprId arguments = parse_expression(kLowest);
        expr = {
            .kind = ExprKind::kCall, .range = range_from(word.range.begin), .anchor = word.range};
        return add(expr, std::array{name, arguments});
    }

    ExprId parse_prefix(const Word& word) {
        const Level level(*this);
        if (failed()) return kNoExpr;
        const ExprId operand = parse_operand();
        const Operator op = word.text == "-"   ? Operator::kMinus
                            : word.text == "!" ? Operator::kNot
                                               : Operator::kBitNot;
        const Expr expr{.kind = ExprKind::kUnary,
                        .op = op,
                        .range = range_from(word.range.begin),
                        .anchor = word.range};
        return add(expr, std::array{operand});
    }

    ExprId parse_parentheses(const Word& word) {
        const ExprId inner = parse_expression(kLowest);
        // Whatever stands there is taken for the `)`: `((1) 2)`.
        if (!at(TokenKind::kEnd)) advance();
        if (!failed()) tree().set_range(inner, range_from(word.range.begin));
        return inner;
    }

    const std::vector<Word>& words_;
};

} // namespace

std::optional<ParseError> check_word_order(const std::vector<Word>& words) {
    constexpr const char* kEnd = "Unexpected end of expression";
    Word before;
    for (const Word& word : words) {
        if ((followers(before.kind) & bit(word.kind)) == 0) return order_error(before, word);
        before = word;
    }
    if (may_end(before.kind)) return std::nullopt;
    if (words.empty()) return ParseError{{}, "the expression is empty", "write `true`", kEnd};
    return ParseError{before.range, "the expression ends after `" + before.text + "`",
                      "an operand is missing", kEnd};
}

std::optional<ParseError> find_patterns(std::vector<Word>& words) {
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
        const bool is_match = words[i].kind == WordKind::kComparator &&
                              (words[i].text == "=~" || words[i].text == "!~");
        Word& word = words[i + 1];
        if (!is_match || word.kind != WordKind::kString) continue;
        std::string reason;
        if (!Regex::compile(word.text, &reason)) {
            return ParseError{word.range,
                              "`" + word.text + "` is not a regular expression: " + reason, ""};
        }
        word.kind = WordKind::kPattern;
    }
    return std::nullopt;
}

void make_variables_strings(std::vector<Word>& words) {
    for (Word& word : words) {
        if (word.kind == WordKind::kVariable) word.kind = WordKind::kString;
    }
}

ParseResult parse_words(const std::vector<Word>& words) {
    return GovaluateParser(words).run();
}

ParseResult parse_govaluate(std::string_view text) {
    WordList list = lex_govaluate(text);
    if (!list.error) list.error = find_patterns(list.words);
    if (!list.error) return parse_words(list.words);
    ParseResult result;
    result.error = std::move(list.error);
    return result;
}

std::string_view kind_name(WordKind kind) {
    switch (kind) {
    case WordKind::kStart:
        return "UNKNOWN";
    case WordKind::kPrefix:
        return "PREFIX";
    case WordKind::kNumber:
        return "NUMERIC";
    case WordKind::kBool:
        return "BOOLEAN";
    case WordKind::kString:
        return "STRING";
    case WordKind::kPattern:
        return "PATTERN";
    case WordKind::kTime:
        return "TIME";
    case WordKind::kVariable:
        return "VARIABLE";
    case WordKind::kAccessor:
        return "ACCESSOR";
    case WordKind::kSeparator:
        return "SEPARATOR";
    case WordKind::kComparator:
        return "COMPARATOR";
    case WordKind::kLogical:
        return "LOGICALOP";
    case WordKind::kModifier:
        return "MODIFIER";
    case WordKind::kOpen:
        return "CLAUSE";
    case WordKind::kClose:
        return "CLAUSE_CLOSE";
    case WordKind::kTernary:
        return "TERNARY";
    }
    return "";
}

} // namespace tiphys::expr
