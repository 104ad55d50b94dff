// Where code is and where not: comments and literals of C++ made blank.
#include "tests/tidy/cpp_text.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace tiphys::tidy {
namespace {

/// Copies a text and blanks what is no code.
class Masker {
public:
    explicit Masker(std::string_view text) : text_(text), out_(text) {}

    std::string run() {
        while (at_ < text_.size()) {
            step();
        }
        return std::move(out_);
    }

private:
    void step() {
        const char c = text_[at_];
        if (text_.substr(at_, 2) == "//") {
            blank_until(line_end());
        } else if (text_.substr(at_, 2) == "/*") {
            blank_until(after("*/", at_ + 2));
        } else if (c == '"') {
            is_raw() ? raw_string() : quoted('"');
        } else if (c == '\'' && !is_digit_separator()) {
            quoted('\'');
        } else {
            ++at_;
        }
    }

    void blank_until(std::size_t end) {
        for (; at_ < end; ++at_) {
            if (out_[at_] != '\n') out_[at_] = ' ';
        }
    }

    // A backslash at the end of a line lets a comment go on.
    std::size_t line_end() const {
        std::size_t end = text_.find('\n', at_);
        while (end != text_.npos && text_[end - 1] == '\\') {
            end = text_.find('\n', end + 1);
        }
        return std::min(end, text_.size());
    }

    std::size_t after(std::string_view mark, std::size_t from) const {
        const std::size_t found = text_.find(mark, from);
        return found == text_.npos ? text_.size() : found + mark.size();
    }

    // The identifier that ends at the current character: the prefix of a literal, if it is one.
    std::string_view word_before() const {
        std::size_t begin = at_;
        while (begin > 0 && is_word_char(text_[begin - 1])) {
            --begin;
        }
        return text_.substr(begin, at_ - begin);
    }

    bool is_raw() const {
        constexpr std::array<std::string_view, 5> kPrefixes = {"R", "u8R", "uR", "UR", "LR"};
        return std::find(kPrefixes.begin(), kPrefixes.end(), word_before()) != kPrefixes.end();
    }

    bool is_digit_separator() const {
        const std::string_view before = word_before();
        return !before.empty() && std::isdigit(static_cast<unsigned char>(before[0])) != 0;
    }

    void raw_string() {
        const std::size_t open = std::min(text_.find('(', at_), text_.size());
        const std::string close = ")" + std::string(text_.substr(at_ + 1, open - at_ - 1)) + "\"";
        const std::size_t end = after(close, open);
        ++at_;
        blank_until(end - 1);
        ++at_;
    }

    void quoted(char quote) {
        std::size_t end = at_ + 1;
        while (end < text_.size() && text_[end] != quote && text_[end] != '\n') {
            end += text_[end] == '\\' ? 2U : 1U;
        }
        ++at_;
        blank_until(std::min(end, text_.size()));
        ++at_;
    }

    std::string_view text_;
    std::string out_;
    std::size_t at_ = 0;
};

} // namespace

std::string code_of(std::string_view text) {
    return Masker(text).run();
}

bool is_word_char(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

std::vector<std::size_t> find_word(std::string_view text, std::string_view word) {
    std::vector<std::size_t> found;
    for (std::size_t at = text.find(word); at != text.npos; at = text.find(word, at + 1)) {
        const std::size_t end = at + word.size();
        if (at > 0 && is_word_char(text[at - 1])) continue;
        if (end < text.size() && is_word_char(text[end])) continue;
        found.push_back(at);
    }
    return found;
}

} // namespace tiphys::tidy
