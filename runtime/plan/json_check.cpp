// Validation of JSON text with the messages of Go's scanner. Go: encoding/json/scanner.go.

#include "runtime/plan/json_text.h"

namespace tiphys::run {
namespace {

/// As deep as Go goes.
constexpr int kDepth = 10'000;

std::string quoted_character(std::string_view text, std::size_t at) {
    const char c = text[at];
    if (c == '\'') return "'\\''";
    if (c == '"') return "'\"'";
    const std::string quoted = go_quote(text.substr(at, 1));
    return "'" + quoted.substr(1, quoted.size() - 2) + "'";
}

/// One pass over the text; the first problem stops it.
class Checker {
public:
    explicit Checker(std::string_view text) : text_(text) {}

    std::optional<std::string> run() {
        if (value()) {
            skip_blanks();
            if (at_ < text_.size()) fail("after top-level value");
        }
        if (error_.empty()) return std::nullopt;
        return std::move(error_);
    }

private:
    bool fail(std::string_view context) {
        if (!error_.empty()) return false;
        error_ = at_ >= text_.size() ? "unexpected end of JSON input"
                                     : "invalid character " + quoted_character(text_, at_) + " " +
                                           std::string(context);
        return false;
    }

    void skip_blanks() {
        while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != text_.npos) {
            ++at_;
        }
    }

    [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
    [[nodiscard]] bool at_end() const { return at_ >= text_.size(); }
    [[nodiscard]] bool at_digit() const { return !at_end() && peek() >= '0' && peek() <= '9'; }

    bool value() {
        skip_blanks();
        if (++depth_ > kDepth) {
            error_ = "exceeded max depth";
            return false;
        }
        const bool good = plain_value();
        --depth_;
        return good;
    }

    bool plain_value() {
        switch (peek()) {
        case '{':
            return object();
        case '[':
            return array();
        case '"':
            return string();
        case 't':
            return literal("true");
        case 'f':
            return literal("false");
        case 'n':
            return literal("null");
        default:
            break;
        }
        if (peek() == '-' || at_digit()) return number();
        return fail("looking for beginning of value");
    }

    bool literal(std::string_view word) {
        for (std::size_t i = 0; i < word.size(); ++i, ++at_) {
            if (at_end() || text_[at_] != word[i]) {
                return fail("in literal " + std::string(word) + " (expecting '" +
                            std::string(1, word[i]) + "')");
            }
        }
        return true;
    }

    void digits() {
        while (at_digit()) {
            ++at_;
        }
    }

    bool number() {
        if (peek() == '-') {
            ++at_;
            if (!at_digit()) return fail("in numeric literal");
        }
        if (peek() == '0') {
            ++at_;
        } else {
            digits();
        }
        if (peek() == '.') {
            ++at_;
            if (!at_digit()) return fail("after decimal point in numeric literal");
            digits();
        }
        if (peek() == 'e' || peek() == 'E') {
            ++at_;
            if (peek() == '+' || peek() == '-') ++at_;
            if (!at_digit()) return fail("in exponent of numeric literal");
            digits();
        }
        return true;
    }

    bool escape() {
        ++at_;
        if (at_end()) return fail("");
        if (peek() == 'u') {
            for (int i = 0; i < 4; ++i) {
                ++at_;
                const char c = peek();
                const bool hex = at_digit() || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
                if (!hex) return fail("in \\u hexadecimal character escape");
            }
        } else if (std::string_view("bfnrt\\/\"").find(peek()) == text_.npos) {
            return fail("in string escape code");
        }
        ++at_;
        return true;
    }

    bool string() {
        ++at_;
        while (!at_end()) {
            if (peek() == '"') {
                ++at_;
                return true;
            }
            if (peek() == '\\') {
                if (!escape()) return false;
            } else if (static_cast<unsigned char>(peek()) < 0x20) {
                return fail("in string literal");
            } else {
                ++at_;
            }
        }
        return fail("");
    }

    bool array() {
        ++at_;
        skip_blanks();
        if (peek() == ']') {
            ++at_;
            return true;
        }
        while (value()) {
            skip_blanks();
            if (peek() == ']') {
                ++at_;
                return true;
            }
            if (peek() != ',') return fail("after array element");
            ++at_;
        }
        return false;
    }

    bool member() {
        if (peek() != '"') return fail("looking for beginning of object key string");
        if (!string()) return false;
        skip_blanks();
        if (peek() != ':') return fail("after object key");
        ++at_;
        return value();
    }

    bool object() {
        ++at_;
        skip_blanks();
        if (peek() == '}') {
            ++at_;
            return true;
        }
        while (member()) {
            skip_blanks();
            if (peek() == '}') {
                ++at_;
                return true;
            }
            if (peek() != ',') return fail("after object key:value pair");
            ++at_;
            skip_blanks();
        }
        return false;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    int depth_ = 0;
    /// Empty until something is wrong.
    std::string error_;
};

} // namespace

std::optional<std::string> json_error(std::string_view text) {
    return Checker(text).run();
}

} // namespace tiphys::run
