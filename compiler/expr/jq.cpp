// The grammar of jq. gojq: parser.go.y, lexer.go.
#include "compiler/expr/jq.h"

#include <algorithm>
#include <array>
#include <vector>

namespace tiphys::expr {
namespace {

enum class JqToken : std::uint8_t {
    kName,     ///< also `a::b`
    kKeyword,  ///< a name with a meaning of its own
    kField,    ///< `.x`
    kVariable, ///< `$x`
    kFormat,   ///< `@base64`
    kNumber,
    kString,
    kSign,
    kEnd,
};

struct JqWord {
    JqToken token = JqToken::kEnd;
    Range range;
    std::string_view text;
};

constexpr std::array<std::string_view, 18> kKeywords{
    "or", "and",  "module", "import", "include", "def", "as",    "label",  "break",
    "if", "then", "elif",   "else",   "end",     "try", "catch", "reduce", "foreach"};

/// Longest first.
constexpr std::array<std::string_view, 31> kSigns{
    "?//=", "//=", "?//", "|=", "+=", "-=", "*=", "/=", "%=", "==", "!=",
    "<=",   ">=",  "//",  "..", ".",  "[",  "]",  "(",  ")",  "{",  "}",
    "|",    ",",   ":",   ";",  "=",  "<",  ">",  "+",  "?"};
constexpr std::array<std::string_view, 4> kMoreSigns{"-", "*", "/", "%"};

bool is_name_start(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_digit_char(char c) {
    return c >= '0' && c <= '9';
}

/// Levels of nesting that a program may have.
constexpr int kMostDepth = 200;

/// Reads a program word by word; strings hold programs themselves, so words are cut on demand.
class JqParser {
public:
    explicit JqParser(std::string_view text) : text_(text) { advance(); }

    std::optional<ParseError> run() {
        while (is_keyword("module") || is_keyword("import") || is_keyword("include"))
            parse_directive();
        while (is_keyword("def"))
            parse_definition();
        if (word_.token != JqToken::kEnd) parse_pipe();
        if (!error_ && word_.token != JqToken::kEnd) fail_here();
        return error_;
    }

private:
    [[nodiscard]] bool is_sign(std::string_view sign) const {
        return word_.token == JqToken::kSign && word_.text == sign;
    }
    [[nodiscard]] bool is_keyword(std::string_view name) const {
        return word_.token == JqToken::kKeyword && word_.text == name;
    }

    static Range range(std::size_t begin, std::size_t end) {
        return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
    }

    void fail(Range at, std::string message) {
        if (!error_) error_ = ParseError{at, std::move(message), ""};
        word_ = {JqToken::kEnd, at, {}};
        at_ = text_.size();
    }

    void fail_here() {
        if (word_.token == JqToken::kEnd) return fail(word_.range, "the program ends too early");
        fail(word_.range, "`" + std::string(word_.text) + "` cannot stand here");
    }

    void expect(std::string_view sign) {
        if (is_sign(sign) || is_keyword(sign)) return advance();
        fail_here();
    }

    // --- words ---

    void take(JqToken token, std::size_t end) {
        word_ = {token, range(at_, end), text_.substr(at_, end - at_)};
        at_ = end;
    }

    void skip_blanks() {
        while (at_ < text_.size()) {
            const char c = text_[at_];
            if (c == '#') {
                at_ = std::min(text_.find('\n', at_), text_.size());
            } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
                ++at_;
            } else {
                return;
            }
        }
    }

    [[nodiscard]] std::size_t name_end(std::size_t at) const {
        while (at < text_.size() && (is_name_start(text_[at]) || is_digit_char(text_[at])))
            ++at;
        return at;
    }

    [[nodiscard]] char peek(std::size_t at) const { return at < text_.size() ? text_[at] : '\0'; }

    void advance() {
        if (error_) return;
        skip_blanks();
        if (at_ >= text_.size()) return take(JqToken::kEnd, at_);
        const char c = text_[at_];
        if (is_name_start(c)) return take_name();
        const bool is_number = is_digit_char(c) || (c == '.' && is_digit_char(peek(at_ + 1)));
        if (is_number) return take_number();
        if (c == '.' && is_name_start(peek(at_ + 1)))
            return take(JqToken::kField, name_end(at_ + 1));
        if (c == '$' && is_name_start(peek(at_ + 1))) {
            take_variable();
            return;
        }
        if (c == '@' && is_name_start(peek(at_ + 1))) {
            return take(JqToken::kFormat, name_end(at_ + 1));
        }
        if (c == '"') return take(JqToken::kString, at_ + 1);
        for (const auto sign : kSigns) {
            if (text_.substr(at_).starts_with(sign)) return take(JqToken::kSign, at_ + sign.size());
        }
        for (const auto sign : kMoreSigns) {
            if (text_.substr(at_).starts_with(sign)) return take(JqToken::kSign, at_ + 1);
        }
        fail(range(at_, at_ + 1), "`" + std::string(1, c) + "` has no meaning in jq");
    }

    void take_name() {
        std::size_t end = name_end(at_);
        while (text_.substr(end).starts_with("::") && is_name_start(peek(end + 2)))
            end = name_end(end + 2);
        const std::string_view name = text_.substr(at_, end - at_);
        const bool is_key = std::find(kKeywords.begin(), kKeywords.end(), name) != kKeywords.end();
        take(is_key ? JqToken::kKeyword : JqToken::kName, end);
    }

    void take_variable() {
        std::size_t end = name_end(at_ + 1);
        while (text_.substr(end).starts_with("::") && is_name_start(peek(end + 2)))
            end = name_end(end + 2);
        take(JqToken::kVariable, end);
    }

    void take_number() {
        std::size_t end = at_;
        while (is_digit_char(peek(end)) || peek(end) == '.')
            ++end;
        if (peek(end) == 'e' || peek(end) == 'E') {
            const std::size_t sign = peek(end + 1) == '+' || peek(end + 1) == '-' ? 2 : 1;
            if (is_digit_char(peek(end + sign))) end += sign;
            while (is_digit_char(peek(end)))
                ++end;
        }
        const std::string_view number = text_.substr(at_, end - at_);
        if (std::count(number.begin(), number.end(), '.') > 1 || is_name_start(peek(end))) {
            return fail(range(at_, end), "`" + std::string(number) + "` is no number");
        }
        take(JqToken::kNumber, end);
    }

    /// The rest of a string whose quote has been taken, with the programs in `\(…)`.
    void parse_string() {
        const std::size_t begin = word_.range.begin;
        while (at_ < text_.size() && text_[at_] != '"') {
            if (text_[at_] != '\\') {
                ++at_;
                continue;
            }
            const char next = peek(at_ + 1);
            if (next != '(') {
                if (std::string_view("\"\\/bfnrtu").find(next) == std::string_view::npos) {
                    return fail(range(at_, at_ + 1), "there is no such escape in a string");
                }
                at_ += 2;
                continue;
            }
            at_ += 2;
            advance();
            parse_pipe();
            if (error_) return;
            if (!is_sign(")")) return fail_here();
        }
        if (at_ >= text_.size()) {
            return fail(range(begin, begin + 1), "the string has no end");
        }
        ++at_;
        advance();
    }

    // --- grammar ---

    void parse_directive() {
        const bool is_module = is_keyword("module");
        advance();
        if (!is_module) {
            if (word_.token != JqToken::kString) return fail_here();
            parse_string();
            if (is_keyword("as")) {
                advance();
                if (word_.token != JqToken::kName && word_.token != JqToken::kVariable) {
                    return fail_here();
                }
                advance();
            }
        }
        if (is_sign("{")) parse_term();
        expect(";");
    }

    void parse_definition() {
        advance();
        if (word_.token != JqToken::kName && word_.token != JqToken::kKeyword) return fail_here();
        advance();
        if (is_sign("(")) {
            do {
                advance();
                if (word_.token != JqToken::kName && word_.token != JqToken::kVariable) {
                    return fail_here();
                }
                advance();
            } while (is_sign(";"));
            expect(")");
        }
        expect(":");
        parse_pipe();
        expect(";");
    }

    void parse_pipe() {
        if (++depth_ > kMostDepth) return fail(word_.range, "the program is nested too deeply");
        while (is_keyword("def"))
            parse_definition();
        if (is_keyword("label")) {
            advance();
            if (word_.token != JqToken::kVariable) return fail_here();
            advance();
            expect("|");
            parse_pipe();
        } else {
            parse_binary(0);
            if (!error_ && is_keyword("as")) {
                parse_patterns();
                expect("|");
                parse_pipe();
            } else if (is_sign("|")) {
                advance();
                parse_pipe();
            }
        }
        --depth_;
    }

    /// `as $x`, `as [$a, {b: $c}] ?// $d`.
    void parse_patterns() {
        do {
            advance();
            parse_pattern();
        } while (is_sign("?//"));
    }

    void parse_pattern() {
        if (++depth_ > kMostDepth) return fail(word_.range, "the program is nested too deeply");
        if (word_.token == JqToken::kVariable) {
            advance();
        } else if (is_sign("[")) {
            do {
                advance();
                parse_pattern();
            } while (is_sign(","));
            expect("]");
        } else if (is_sign("{")) {
            do {
                advance();
                parse_pattern_field();
            } while (is_sign(","));
            expect("}");
        } else {
            fail_here();
        }
        --depth_;
    }

    void parse_pattern_field() {
        const bool is_variable = word_.token == JqToken::kVariable;
        if (word_.token == JqToken::kString) {
            parse_string();
        } else if (is_sign("(")) {
            advance();
            parse_pipe();
            expect(")");
        } else if (is_variable || word_.token == JqToken::kName ||
                   word_.token == JqToken::kKeyword) {
            advance();
        } else {
            return fail_here();
        }
        if (is_sign(":")) {
            advance();
            parse_pattern();
        } else if (!is_variable) {
            fail_here();
        }
    }

    /// How tightly an operator binds, from 1; 0 for what is none. Comparisons and assignments
    /// cannot follow each other.
    [[nodiscard]] int level() const {
        if (is_keyword("or")) return 4;
        if (is_keyword("and")) return 5;
        if (word_.token != JqToken::kSign) return 0;
        const std::string_view sign = word_.text;
        if (sign == ",") return 1;
        if (sign == "//") return 2;
        if (sign == "=" || (sign.size() >= 2 && sign.ends_with('=') && !is_comparison(sign))) {
            return 3;
        }
        if (is_comparison(sign)) return 6;
        if (sign == "+" || sign == "-") return 7;
        if (sign == "*" || sign == "/" || sign == "%") return 8;
        return 0;
    }

    static bool is_comparison(std::string_view sign) {
        return sign == "==" || sign == "!=" || sign == "<" || sign == "<=" || sign == ">" ||
               sign == ">=";
    }

    void parse_binary(int least) {
        if (++depth_ > kMostDepth) return fail(word_.range, "the program is nested too deeply");
        parse_postfix();
        for (int found = level(); !error_ && found > least; found = level()) {
            advance();
            const bool is_right = found == 2;
            parse_binary(is_right ? found - 1 : found);
            const bool cannot_repeat = found == 3 || found == 6;
            if (cannot_repeat && level() == found) return fail_here();
        }
        --depth_;
    }

    void parse_postfix() {
        if (is_keyword("reduce") || is_keyword("foreach")) return parse_fold();
        if (is_keyword("def")) {
            // `def f: …; f` may stand wherever a pipe may, which an operand is not.
            return fail_here();
        }
        parse_term();
        parse_suffixes();
    }

    void parse_suffixes() {
        while (!error_) {
            if (word_.token == JqToken::kField || is_sign("?")) {
                advance();
            } else if (is_sign("[")) {
                parse_index();
            } else if (is_sign(".")) {
                advance();
                if (word_.token == JqToken::kString) {
                    parse_string();
                } else if (is_sign("[")) {
                    parse_index();
                } else {
                    return fail_here();
                }
            } else {
                return;
            }
        }
    }

    /// `[]`, `[x]`, `[x:]`, `[:y]`, `[x:y]`.
    void parse_index() {
        advance();
        if (is_sign("]")) return advance();
        if (is_sign(":")) {
            advance();
            parse_pipe();
            return expect("]");
        }
        parse_pipe();
        if (is_sign(":")) {
            advance();
            if (!is_sign("]")) parse_pipe();
        }
        expect("]");
    }

    void parse_fold() {
        const bool is_foreach = is_keyword("foreach");
        advance();
        parse_term();
        parse_suffixes();
        if (!is_keyword("as")) return fail_here();
        parse_patterns();
        expect("(");
        parse_pipe();
        expect(";");
        parse_pipe();
        if (is_foreach && is_sign(";")) {
            advance();
            parse_pipe();
        }
        expect(")");
        parse_suffixes();
    }

    void parse_term() {
        switch (word_.token) {
        case JqToken::kField:
        case JqToken::kVariable:
        case JqToken::kNumber:
            return advance();
        case JqToken::kString:
            return parse_string();
        case JqToken::kFormat:
            advance();
            if (word_.token == JqToken::kString) parse_string();
            return;
        case JqToken::kName:
            return parse_call();
        case JqToken::kKeyword:
            return parse_keyword();
        case JqToken::kSign:
            return parse_sign();
        case JqToken::kEnd:
            return fail_here();
        }
    }

    void parse_call() {
        advance();
        if (!is_sign("(")) return;
        do {
            advance();
            parse_pipe();
        } while (is_sign(";"));
        expect(")");
    }

    void parse_keyword() {
        if (is_keyword("if")) return parse_if();
        if (is_keyword("try")) {
            advance();
            parse_postfix();
            if (!is_keyword("catch")) return;
            advance();
            return parse_postfix();
        }
        if (is_keyword("break")) {
            advance();
            if (word_.token != JqToken::kVariable) return fail_here();
            return advance();
        }
        fail_here();
    }

    void parse_if() {
        do {
            advance();
            parse_pipe();
            expect("then");
            parse_pipe();
        } while (is_keyword("elif"));
        if (is_keyword("else")) {
            advance();
            parse_pipe();
        }
        expect("end");
    }

    void parse_sign() {
        if (is_sign("..")) return advance();
        if (is_sign(".")) {
            advance();
            if (word_.token == JqToken::kString) return parse_string();
            return;
        }
        if (is_sign("-") || is_sign("+")) {
            advance();
            return parse_postfix();
        }
        if (is_sign("(")) {
            advance();
            parse_pipe();
            return expect(")");
        }
        if (is_sign("[")) {
            advance();
            if (!is_sign("]")) parse_pipe();
            return expect("]");
        }
        if (is_sign("{")) return parse_object();
        fail_here();
    }

    void parse_object() {
        advance();
        while (!error_ && !is_sign("}")) {
            parse_entry();
            if (!is_sign(",")) break;
            advance();
        }
        expect("}");
    }

    void parse_entry() {
        bool needs_value = false;
        if (word_.token == JqToken::kString) {
            parse_string();
        } else if (word_.token == JqToken::kFormat) {
            advance();
            if (word_.token == JqToken::kString) parse_string();
        } else if (is_sign("(")) {
            advance();
            parse_pipe();
            expect(")");
            needs_value = true;
        } else if (word_.token == JqToken::kNumber) {
            advance();
            needs_value = true;
        } else if (word_.token == JqToken::kName || word_.token == JqToken::kKeyword ||
                   word_.token == JqToken::kVariable) {
            advance();
        } else {
            return fail_here();
        }
        if (is_sign(":")) {
            advance();
            parse_entry_value();
        } else if (needs_value) {
            fail_here();
        }
    }

    /// Terms joined by `|`; a comma would begin the next entry.
    void parse_entry_value() {
        parse_binary(1);
        while (!error_ && is_sign("|")) {
            advance();
            parse_binary(1);
        }
    }

    std::string_view text_;
    std::size_t at_ = 0;
    JqWord word_;
    int depth_ = 0;
    std::optional<ParseError> error_;
};

} // namespace

std::optional<ParseError> check_jq(std::string_view text) {
    return JqParser(text).run();
}

} // namespace tiphys::expr
