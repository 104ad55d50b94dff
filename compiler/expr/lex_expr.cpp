// Tokens of expr-lang.
#include <algorithm>
#include <array>
#include <utility>

#include "compiler/expr/escapes.h"
#include "compiler/expr/token.h"
#include "compiler/expr/unicode.h"

namespace tiphys::expr {
namespace {

constexpr std::array<std::string_view, 11> kOperatorWords{
    "not", "in", "or", "and", "matches", "contains", "startsWith", "endsWith", "let", "if", "else"};

constexpr std::string_view kDecimalDigits = "0123456789_";

bool is_name_start(char32_t rune) {
    return rune == '_' || rune == '$' || is_letter(rune);
}

bool is_name_part(char32_t rune) {
    return is_name_start(rune) || is_digit(rune);
}

class ExprLexer {
public:
    explicit ExprLexer(std::string_view text) : text_(text) {}

    TokenList run() {
        while (!done_) {
            start_ = at_;
            step();
        }
        return std::move(list_);
    }

private:
    [[nodiscard]] char peek(std::size_t ahead = 0) const {
        return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
    }

    [[nodiscard]] bool at_end() const { return at_ >= text_.size(); }

    bool accept(std::string_view set) {
        if (at_end() || set.find(peek()) == set.npos) return false;
        ++at_;
        return true;
    }

    void accept_run(std::string_view set) {
        while (accept(set)) {
        }
    }

    void emit(TokenKind kind) { emit(kind, text_.substr(start_, at_ - start_)); }

    void emit(TokenKind kind, std::string_view content) {
        list_.tokens.push_back({kind, range(start_, at_), content});
        start_ = at_;
    }

    void emit_content(TokenKind kind, std::string content) {
        list_.contents.push_back(std::move(content));
        emit(kind, list_.contents.back());
    }

    [[nodiscard]] static Range range(std::size_t begin, std::size_t end) {
        return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
    }

    /// Ends the tokens with a fault at the last character that was read, or at the end.
    void fail(std::string message, std::string help = "") {
        if (done_) return;
        const std::size_t size = decode_last_rune(text_, at_).size;
        const Range place = failed_at_end_ ? range(at_, at_) : range(at_ - size, at_);
        list_.fault = {place, std::move(message), std::move(help)};
        list_.tokens.push_back({TokenKind::kFault, place, {}});
        done_ = true;
    }

    void fail_at_end(std::string message, std::string help) {
        failed_at_end_ = true;
        fail(std::move(message), std::move(help));
    }

    void step() {
        const Rune rune = decode_rune(text_, at_);
        if (rune.size == 0) {
            const std::size_t size = decode_last_rune(text_, at_).size;
            start_ = at_ - size;
            emit(TokenKind::kEnd, {});
            done_ = true;
        } else if (is_space(rune.value)) {
            at_ += rune.size;
        } else if (rune.value < 0x80 && step_ascii(static_cast<char>(rune.value))) {
            return;
        } else if (is_name_part(rune.value)) {
            read_name();
        } else {
            at_ += rune.size;
            fail("`" + std::string(text_.substr(start_, rune.size)) +
                     "` has no meaning in an expression",
                 "text must stand in quotes");
        }
    }

    /// Reads a token that begins with `c`; false if it is a name or no token at all.
    bool step_ascii(char c) {
        if (c == '\'' || c == '"') {
            ++at_;
            read_string(c, false);
        } else if (c == '`') {
            ++at_;
            read_raw_string();
        } else if ((c == 'b' || c == 'B') && (peek(1) == '\'' || peek(1) == '"')) {
            at_ += 2;
            read_string(text_[at_ - 1], true);
        } else if (c >= '0' && c <= '9') {
            read_number();
        } else if (c == '/' && (peek(1) == '/' || peek(1) == '*')) {
            skip_comment();
        } else if (c == '#') {
            read_pointer();
        } else if (c == '.' && peek(1) >= '0' && peek(1) <= '9') {
            read_number();
        } else {
            return read_operator(c);
        }
        return true;
    }

    bool read_operator(char c) {
        std::string_view seconds;
        if (c == '?') {
            seconds = ".?";
        } else if (c == '|' || c == ':' || c == '.') {
            seconds = std::string_view(&text_[at_], 1);
        } else if (std::string_view("&!=*<>").find(c) != std::string_view::npos) {
            seconds = "&=*";
        } else if (std::string_view("([{)]}").find(c) != std::string_view::npos) {
            ++at_;
            emit(TokenKind::kBracket);
            return true;
        } else if (std::string_view(",;%+-^/").find(c) == std::string_view::npos) {
            return false;
        }
        ++at_;
        accept(seconds);
        emit(TokenKind::kOperator);
        return true;
    }

    void read_name() {
        skip_name();
        const std::string_view word = text_.substr(start_, at_ - start_);
        const bool is_operator =
            std::find(kOperatorWords.begin(), kOperatorWords.end(), word) != kOperatorWords.end();
        emit(is_operator ? TokenKind::kOperator : TokenKind::kName);
    }

    void skip_name() {
        for (Rune rune = decode_rune(text_, at_); rune.size > 0 && is_name_part(rune.value);
             rune = decode_rune(text_, at_)) {
            at_ += rune.size;
        }
    }

    /// `#`, `##`, `#acc`.
    void read_pointer() {
        ++at_;
        accept("#");
        emit(TokenKind::kOperator);
        skip_name();
        if (at_ > start_) emit(TokenKind::kName);
    }

    void skip_comment() {
        const bool is_line = peek(1) == '/';
        const std::size_t end = text_.find(is_line ? "\n" : "*/", at_ + 2);
        if (end != text_.npos) {
            at_ = end + (is_line ? 1 : 2);
        } else {
            at_ = text_.size();
            if (!is_line) fail_at_end("the comment has no end", "close it with `*/`");
        }
    }

    void read_number() {
        std::string_view digits = kDecimalDigits;
        if (accept("0")) {
            if (accept("xX")) {
                digits = "0123456789abcdefABCDEF_";
            } else if (accept("oO")) {
                digits = "01234567_";
            } else if (accept("bB")) {
                digits = "01_";
            }
        }
        accept_run(digits);
        const bool is_range = peek() == '.' && peek(1) == '.';
        if (!is_range) {
            if (accept(".")) accept_run(digits);
            if (accept("eE")) {
                accept("+-");
                accept_run(digits);
            }
            const Rune next = decode_rune(text_, at_);
            if (next.size > 0 && is_name_part(next.value)) {
                at_ += next.size;
                fail("`" + std::string(text_.substr(start_, at_ - start_)) + "` is not a number",
                     "names begin with a letter; text must stand in quotes");
                return;
            }
        }
        emit(TokenKind::kNumber);
    }

    void read_string(char quote, bool as_bytes) {
        const std::size_t content = at_;
        while (peek() != quote || at_end()) {
            if (at_end()) {
                return fail_at_end("the string has no end",
                                   std::string("close it with `") + quote + "`");
            }
            const Rune rune = decode_rune(text_, at_);
            at_ += rune.size;
            if (rune.value == '\n') {
                return fail("the string ends at the end of the line",
                            "write a line break as `\\n`, or use a string in backticks");
            }
            if (rune.value == '\\') skip_escape(quote);
            if (done_) return;
        }
        const std::string_view written = text_.substr(content, at_ - content);
        ++at_;
        const TokenKind kind = as_bytes ? TokenKind::kBytes : TokenKind::kString;
        if (written.find_first_of("\\\r") == written.npos && is_utf8(written)) {
            return emit(kind, written);
        }
        std::size_t bad_at = 0;
        std::optional<std::string> unescaped =
            as_bytes ? unescape_bytes(written, bad_at) : unescape_string(written, bad_at);
        if (!unescaped) {
            at_ = content + bad_at + 2;
            fail("the string holds an unknown escape", escape_help());
            list_.fault.range.begin -= 1;
            return;
        }
        emit_content(kind, std::move(*unescaped));
    }

    static std::string escape_help() {
        return "write a backslash as `\\\\`, or use a string in backticks";
    }

    /// Passes the character after a backslash; what the escape means is looked at later.
    void skip_escape(char quote) {
        if (at_end()) return;
        const char c = peek();
        const std::size_t size = decode_rune(text_, at_).size;
        at_ += size;
        const bool is_known =
            std::string_view("abfnrtv\\01234567xuU").find(c) != std::string_view::npos ||
            c == quote;
        if (!is_known) {
            fail("`\\" + std::string(text_.substr(at_ - size, size)) + "` is not an escape",
                 escape_help());
        }
    }

    /// A string in backticks; two of them stand for one.
    void read_raw_string() {
        std::string content;
        for (;;) {
            const std::size_t end = text_.find('`', at_);
            if (end == text_.npos) {
                at_ = text_.size();
                return fail_at_end("the string has no end", "close it with a backtick");
            }
            content += text_.substr(at_, end - at_);
            at_ = end + 1;
            if (peek() != '`') break;
            content += '`';
            ++at_;
        }
        emit_content(TokenKind::kString, std::move(content));
    }

    std::string_view text_;
    std::size_t start_ = 0;
    std::size_t at_ = 0;
    bool done_ = false;
    bool failed_at_end_ = false;
    TokenList list_;
};

} // namespace

TokenList lex_expr(std::string_view text) {
    return ExprLexer(text).run();
}

std::string describe(const Token& token) {
    switch (token.kind) {
    case TokenKind::kEnd:
        return "the end of the expression";
    case TokenKind::kString:
    case TokenKind::kBytes:
        return "the string `" + std::string(token.text) + "`";
    case TokenKind::kName:
    case TokenKind::kNumber:
    case TokenKind::kOperator:
    case TokenKind::kBracket:
    case TokenKind::kFault:
        break;
    }
    return "`" + std::string(token.text) + "`";
}

} // namespace tiphys::expr
