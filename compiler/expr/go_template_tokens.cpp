// The words of Go's text/template. Go: text/template/parse/lex.go.
#include "compiler/expr/go_template_tokens.h"

#include <algorithm>
#include <array>

#include "compiler/expr/unicode.h"

namespace tiphys::expr {
namespace {

constexpr std::array<std::string_view, 10> kKeywords{
    "block", "break", "continue", "define", "else", "end", "if", "range", "template", "with"};

bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool is_word(char32_t rune) {
    return rune == '_' || is_letter(rune) || is_digit(rune);
}

class TemplateLexer {
public:
    explicit TemplateLexer(std::string_view text) : text_(text) {}

    TemplateWords run() {
        while (!result_.error && find_action())
            read_action();
        add(TemplateToken::kEnd, text_.size(), text_.size());
        return std::move(result_);
    }

private:
    [[nodiscard]] char at(std::size_t place) const {
        return place < text_.size() ? text_[place] : '\0';
    }
    [[nodiscard]] bool starts(std::string_view prefix) const {
        return text_.substr(at_).starts_with(prefix);
    }
    /// `-}}` after a blank trims the text behind the action.
    [[nodiscard]] std::size_t close_length() const {
        if (starts("}}")) return 2;
        const bool trims = is_blank(at(at_)) && text_.substr(at_ + 1).starts_with("-}}");
        return trims ? 4 : 0;
    }

    static Range range(std::size_t begin, std::size_t end) {
        return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
    }

    void add(TemplateToken token, std::size_t begin, std::size_t end) {
        result_.words.push_back({token, range(begin, end), text_.substr(begin, end - begin)});
    }

    void fail(std::size_t begin, std::size_t end, std::string message, std::string help = "") {
        result_.error = ParseError{range(begin, end), std::move(message), std::move(help)};
    }

    /// Goes to the next action that is no comment.
    bool find_action() {
        for (;;) {
            at_ = std::min(text_.find("{{", at_), text_.size());
            if (at_ == text_.size()) return false;
            open_ = at_;
            at_ += 2;
            if (at(at_) == '-' && is_blank(at(at_ + 1))) at_ += 2;
            if (!starts("/*")) break;
            const std::size_t end = text_.find("*/", at_);
            if (end == text_.npos) {
                fail(open_, open_ + 2, "the comment has no end");
                return false;
            }
            at_ = end + 2;
            const std::size_t n_close = close_length();
            if (n_close == 0) {
                fail(at_, std::min(at_ + 1, text_.size()), "a comment ends with `*/}}`");
                return false;
            }
            at_ += n_close;
        }
        add(TemplateToken::kOpen, open_, at_);
        n_open_ = 0;
        return true;
    }

    void read_action() {
        while (!result_.error) {
            const std::size_t n_close = close_length();
            if (n_close > 0) {
                if (n_open_ > 0) return fail(at_, at_ + n_close, "a `(` is not closed");
                add(TemplateToken::kClose, at_, at_ + n_close);
                at_ += n_close;
                return;
            }
            if (at_ >= text_.size()) {
                return fail(open_, open_ + 2, "the action has no end", "it ends with `}}`");
            }
            read_word();
        }
    }

    void read_word() {
        const std::size_t begin = at_;
        const char c = at(at_);
        if (is_blank(c)) {
            while (is_blank(at(at_)) && close_length() == 0)
                ++at_;
            return add(TemplateToken::kSpace, begin, at_);
        }
        if (c == '"' || c == '\'') return read_quoted(c);
        if (c == '`') return read_raw();
        if (c == '$' || (c == '.' && !is_decimal(at(at_ + 1)))) return read_name_after_sign(c);
        if (c == '+' || c == '-' || c == '.' || is_decimal(c)) return read_number();
        if (is_word(decode_rune(text_, at_).value)) return read_identifier();
        read_sign();
    }

    static bool is_decimal(char c) { return c >= '0' && c <= '9'; }

    void read_sign() {
        const std::size_t begin = at_;
        const char c = at(at_);
        if (starts(":=")) return read_fixed(TemplateToken::kDeclare, 2);
        if (c == '=') return read_fixed(TemplateToken::kAssign, 1);
        if (c == '|') return read_fixed(TemplateToken::kPipe, 1);
        if (c == ',') return read_fixed(TemplateToken::kComma, 1);
        if (c == '(') {
            ++n_open_;
            return read_fixed(TemplateToken::kLeft, 1);
        }
        if (c == ')') {
            if (--n_open_ < 0) return fail(begin, begin + 1, "a `)` without its `(`");
            return read_fixed(TemplateToken::kRight, 1);
        }
        const Rune rune = decode_rune(text_, at_);
        fail(begin, begin + rune.size,
             "`" + std::string(text_.substr(begin, rune.size)) + "` has no meaning in an action");
    }

    void read_fixed(TemplateToken token, std::size_t length) {
        add(token, at_, at_ + length);
        at_ += length;
    }

    void read_quoted(char quote) {
        const std::size_t begin = at_++;
        while (at_ < text_.size() && at(at_) != '\n' && at(at_) != quote)
            at_ += at(at_) == '\\' && at(at_ + 1) != '\n' ? 2U : 1U;
        if (at_ >= text_.size() || at(at_) != quote) {
            return fail(begin, std::min(at_, text_.size()), "the string has no end");
        }
        add(TemplateToken::kConstant, begin, ++at_);
    }

    void read_raw() {
        const std::size_t begin = at_;
        const std::size_t end = text_.find('`', at_ + 1);
        if (end == text_.npos) return fail(begin, begin + 1, "the string has no end");
        at_ = end + 1;
        add(TemplateToken::kConstant, begin, at_);
    }

    void skip_word() {
        for (Rune rune = decode_rune(text_, at_); rune.size > 0 && is_word(rune.value);
             rune = decode_rune(text_, at_)) {
            at_ += rune.size;
        }
    }

    /// Go: lexer.atTerminator.
    bool ends_well() {
        const char c = at(at_);
        const bool is_end = at_ >= text_.size() || is_blank(c) || starts("}}") ||
                            std::string_view(".,|:)(").find(c) != std::string_view::npos;
        if (is_end) return true;
        const Rune rune = decode_rune(text_, at_);
        const std::string sign(text_.substr(at_, rune.size));
        fail(at_, at_ + rune.size, "`" + sign + "` cannot stand in a name",
             c == '-' ? "take it with `index`: `(index .Input.body \"a-b\")`" : "");
        return false;
    }

    void read_name_after_sign(char sign) {
        const std::size_t begin = at_++;
        skip_word();
        const bool is_alone = at_ == begin + 1;
        if (!ends_well()) return;
        if (sign == '$') return add(TemplateToken::kVariable, begin, at_);
        add(is_alone ? TemplateToken::kDot : TemplateToken::kField, begin, at_);
    }

    void read_identifier() {
        const std::size_t begin = at_;
        skip_word();
        const std::string_view word = text_.substr(begin, at_ - begin);
        const bool is_keyword =
            std::find(kKeywords.begin(), kKeywords.end(), word) != kKeywords.end();
        if (!ends_well()) return;
        TemplateToken token = is_keyword ? TemplateToken::kKeyword : TemplateToken::kIdentifier;
        if (word == "true" || word == "false") token = TemplateToken::kBool;
        if (word == "nil") token = TemplateToken::kNil;
        add(token, begin, at_);
    }

    void read_number() {
        const std::size_t begin = at_;
        const auto is_part = [&](char c) {
            const bool is_sign = c == '+' || c == '-';
            const char before = at_ > begin ? at(at_ - 1) : '\0';
            if (is_sign) return at_ == begin || before == 'e' || before == 'E' || before == 'p';
            return c == '.' || c == '_' || is_word(static_cast<unsigned char>(c));
        };
        while (at_ < text_.size() && is_part(at(at_)))
            ++at_;
        const std::string_view number = text_.substr(begin, at_ - begin);
        const bool has_digit = std::any_of(number.begin(), number.end(), is_decimal);
        const bool is_hex = number.find("0x") != number.npos || number.find("0X") != number.npos;
        const bool has_letter =
            !is_hex && number.find_first_not_of("+-0123456789._eEobi") != number.npos;
        if (!has_digit || has_letter) {
            return fail(begin, at_, "`" + std::string(number) + "` is no number");
        }
        add(TemplateToken::kConstant, begin, at_);
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t open_ = 0;
    int n_open_ = 0;
    TemplateWords result_;
};

} // namespace

TemplateWords lex_go_template(std::string_view text) {
    return TemplateLexer(text).run();
}

} // namespace tiphys::expr
