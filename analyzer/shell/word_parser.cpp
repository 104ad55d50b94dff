// The words of a script.
#include "analyzer/shell/word_parser.h"

#include <algorithm>

namespace tiphys::shell {
namespace {

/// Deeper nesting is left unread.
constexpr int kDeepest = 100;

bool is_name_start(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_name_char(char c) {
    return is_name_start(c) || is_digit(c);
}

bool ends_word(char c) {
    return std::string_view(" \t\n;&|<>()").find(c) != std::string_view::npos;
}

} // namespace

void WordParser::fail(Range range, std::string message, std::optional<Range> opening) {
    if (has_stopped_) return;
    has_stopped_ = true;
    // What is missing is missed at the end of the text.
    const auto size = static_cast<std::uint32_t>(text_.size());
    range = {std::min(range.begin, size), std::min(range.end, size)};
    out_.error = SyntaxError{range, std::move(message), opening};
}

void WordParser::skip(std::uint32_t count) {
    at_ = std::min(at_ + count, static_cast<std::uint32_t>(text_.size()));
}

WordParser::Mark WordParser::mark() const {
    return {at_, out_.commands.size(), out_.pipelines.size(), has_stopped_, out_.error};
}

void WordParser::return_to(const Mark& mark) {
    at_ = mark.at;
    out_.commands.resize(mark.n_commands);
    out_.pipelines.resize(mark.n_pipelines);
    has_stopped_ = mark.has_stopped;
    out_.error = mark.error;
}

Word WordParser::parse_word() {
    Word word;
    word.range.begin = at_;
    word.commands.first = static_cast<std::uint32_t>(out_.commands.size());
    while (!is_over()) {
        const char c = peek();
        if (begins_pattern_list()) {
            parse_pattern_list(word);
            continue;
        }
        const bool is_process = is_bash() && (c == '<' || c == '>') && peek(1) == '(';
        if (is_process) {
            ++at_;
            parse_parenthesis(word, at_ - 1);
            continue;
        }
        if (ends_word(c)) break;
        if (parse_special(word)) continue;
        word.text += c;
        ++at_;
    }
    word.range.end = at_;
    word.commands.end = static_cast<std::uint32_t>(out_.commands.size());
    return word;
}

Word WordParser::parse_regex_word() {
    Word word;
    word.range.begin = at_;
    word.commands.first = static_cast<std::uint32_t>(out_.commands.size());
    int n_open = 0;
    while (!is_over()) {
        const char c = peek();
        const bool is_blank = c == ' ' || c == '\t' || c == '\n';
        if (n_open == 0 && (is_blank || c == ';' || c == '&' || c == ')')) break;
        if (c == '(') ++n_open;
        if (c == ')') --n_open;
        if (parse_special(word)) continue;
        word.text += c;
        ++at_;
    }
    word.range.end = at_;
    word.commands.end = static_cast<std::uint32_t>(out_.commands.size());
    return word;
}

bool WordParser::parse_special(Word& word) {
    switch (peek()) {
    case '\\':
        if (peek(1) != '\n') word.text += peek(1);
        skip(2);
        return true;
    case '\'':
        parse_single_quoted(word);
        return true;
    case '"':
        parse_double_quoted(word);
        return true;
    case '`':
        parse_backquoted(word);
        return true;
    case '$':
        parse_dollar(word, false);
        return true;
    default:
        return false;
    }
}

void WordParser::parse_single_quoted(Word& word) {
    const std::uint32_t begin = at_;
    const std::size_t end = text_.find('\'', at_ + 1);
    if (end == text_.npos) {
        fail({begin, begin + 1}, "the quote `'` is never closed");
        return;
    }
    word.text += text_.substr(begin + 1, end - begin - 1);
    at_ = static_cast<std::uint32_t>(end) + 1;
}

void WordParser::parse_ansi_quoted(Word& word) {
    const std::uint32_t begin = at_;
    ++at_;
    while (!is_over() && peek() != '\'') {
        if (peek() == '\\') skip(1);
        word.text += peek();
        skip(1);
    }
    if (is_over()) fail({begin - 1, begin + 1}, "the quote `$'` is never closed");
    skip(1);
}

void WordParser::parse_double_quoted(Word& word) {
    const std::uint32_t begin = at_++;
    while (!is_over() && peek() != '"') {
        if (peek() == '\\') {
            const char next = peek(1);
            if (std::string_view("$`\"\\\n").find(next) == std::string_view::npos) {
                word.text += '\\';
            }
            if (next != '\n') word.text += next;
            skip(2);
        } else if (peek() == '$') {
            parse_dollar(word, true);
        } else if (peek() == '`') {
            parse_backquoted(word);
        } else {
            word.text += text_[at_++];
        }
    }
    if (is_over()) fail({begin, begin + 1}, "the quote `\"` is never closed");
    skip(1);
}

/// bash reads what stands between them when it runs: errors in there do not stop the script.
void WordParser::parse_backquoted(Word& word) {
    const std::uint32_t begin = at_++;
    word.is_literal = false;
    std::size_t end = at_;
    while (end < text_.size() && text_[end] != '`')
        end += text_[end] == '\\' ? std::size_t{2} : std::size_t{1};
    if (end >= text_.size()) {
        fail({begin, begin + 1}, "the quote `` ` `` is never closed");
        return;
    }
    const std::string_view whole = text_;
    const Mark before = mark();
    text_ = whole.substr(0, end);
    if (text_.substr(begin, end - begin).find('\\') == text_.npos) parse_substitution(begin);
    if (has_stopped_) return_to(before);
    text_ = whole;
    at_ = static_cast<std::uint32_t>(end) + 1;
}

void WordParser::add_variable(Word& word, std::uint32_t begin, Range name, bool is_quoted,
                              bool has_operator) const {
    if (name.begin == name.end) return;
    word.variables.push_back({slice(name), {begin, at_}, is_quoted, has_operator});
}

void WordParser::parse_dollar(Word& word, bool is_quoted) {
    const std::uint32_t begin = at_++;
    const char c = peek();
    if (c == '(') {
        word.is_literal = false;
        parse_parenthesis(word, begin);
    } else if (c == '{') {
        word.is_literal = false;
        parse_braces(word, begin, is_quoted);
    } else if (is_name_start(c)) {
        word.is_literal = false;
        Range name{at_, at_};
        while (is_name_char(peek()))
            ++at_;
        name.end = at_;
        add_variable(word, begin, name, is_quoted, false);
    } else if (std::string_view("@*#?-$!").find(c) != std::string_view::npos || is_digit(c)) {
        // `$` before a closing quote is an ordinary character.
        if (c == '\0') return;
        word.is_literal = false;
        ++at_;
    } else if (!is_quoted && is_bash() && c == '\'') {
        parse_ansi_quoted(word);
    } else {
        word.text += '$';
    }
}

/// Behind `$`, at `(`: arithmetic or commands.
void WordParser::parse_parenthesis(Word& word, std::uint32_t opening) {
    word.is_literal = false;
    if (peek(1) == '(' && text_[opening] == '$') {
        const Mark before = mark();
        skip(2);
        if (skip_arithmetic(word)) return;
        return_to(before);
    }
    ++at_;
    parse_substitution(opening);
}

bool WordParser::skip_arithmetic(Word& word) {
    int n_open = 0;
    while (!is_over()) {
        const char c = peek();
        if (c == '(') ++n_open;
        if (c == ')') {
            if (n_open == 0) {
                if (peek(1) != ')') return false;
                skip(2);
                return true;
            }
            --n_open;
        }
        if (c == '\\') {
            skip(2);
        } else if (c == '$') {
            parse_dollar(word, true);
        } else if (c == '`') {
            parse_backquoted(word);
        } else {
            ++at_;
        }
    }
    return false;
}

/// Behind `$`, at `{`.
void WordParser::parse_braces(Word& word, std::uint32_t begin, bool is_quoted) {
    ++at_;
    if (depth_ > kDeepest) {
        has_stopped_ = true;
        return;
    }
    ++depth_;
    const bool has_prefix = (peek() == '#' || peek() == '!') && is_name_start(peek(1));
    if (has_prefix) ++at_;
    Range name{at_, at_};
    while (is_name_char(peek()))
        ++at_;
    name.end = at_;
    // `${#}` and `${$}`: the parameter is not what follows it.
    if (name.begin == name.end && std::string_view("#$@*?!-").find(peek()) != text_.npos) {
        if (!is_over()) ++at_;
    }
    const bool has_operator = has_prefix || peek() != '}';
    // dash takes what it does not know for a "bad substitution", at run time only.
    if (!is_bash() && std::string_view("}:-=?+#%").find(peek()) == text_.npos) has_stopped_ = true;
    const bool is_pattern = std::string_view("#%/^,").find(peek()) != text_.npos;
    Word inside;
    inside.commands.first = static_cast<std::uint32_t>(out_.commands.size());
    while (!is_over() && peek() != '}') {
        const bool is_plain_quote = peek() == '\'' && is_quoted && !is_pattern;
        if (is_plain_quote) {
            ++at_;
        } else if (peek() == '$' && is_quoted) {
            parse_dollar(inside, true);
        } else if (!parse_special(inside)) {
            ++at_;
        }
    }
    if (is_over()) fail({begin, begin + 2}, "the expansion `${` is never closed");
    --depth_;
    skip(1);
    add_variable(word, begin, name, is_quoted, has_operator);
    word.variables.insert(word.variables.end(), inside.variables.begin(), inside.variables.end());
}

bool WordParser::begins_pattern_list() const {
    const bool is_prefix = std::string_view("?*+@!").find(peek()) != std::string_view::npos;
    return is_bash() && !is_over() && is_prefix && peek(1) == '(';
}

/// `@(a|b)`, with blanks and bars inside.
void WordParser::parse_pattern_list(Word& word) {
    const std::uint32_t begin = at_;
    skip(2);
    for (int n_open = 1; n_open > 0;) {
        if (is_over()) {
            fail({begin, begin + 2}, "the bracket `(` is never closed");
            return;
        }
        if (peek() == '(') ++n_open;
        if (peek() == ')') --n_open;
        if (!parse_special(word)) ++at_;
    }
    word.is_literal = false;
}

std::uint32_t WordParser::assignment_length() const {
    std::uint32_t length = 0;
    if (!is_name_start(peek())) return 0;
    while (is_name_char(peek(length)))
        ++length;
    if (peek(length) == '[') {
        // Subscripts may hold anything but a line's end.
        std::uint32_t at = length + 1;
        for (int n_open = 1; n_open > 0; ++at) {
            const char c = peek(at);
            if (c == '\0' || c == '\n') return 0;
            if (c == '[') ++n_open;
            if (c == ']') --n_open;
        }
        length = at;
    }
    if (peek(length) == '+') ++length;
    return peek(length) == '=' ? length + 1 : 0;
}

void WordParser::parse_array(Word& word) {
    const std::uint32_t begin = at_++;
    word.is_literal = false;
    while (!is_over() && peek() != ')') {
        const char c = peek();
        if (c == '#' && std::string_view(" \t\n(").find(text_[at_ - 1]) != text_.npos) {
            while (!is_over() && peek() != '\n')
                ++at_;
        } else if (c == '(' || c == ';' || c == '&' || c == '|') {
            fail({at_, at_ + 1}, "`" + std::string(1, c) + "` stands in a list of values",
                 Range{begin, begin + 1});
        } else if (begins_pattern_list()) {
            parse_pattern_list(word);
        } else if ((c == '<' || c == '>') && peek(1) == '(') {
            ++at_;
            parse_parenthesis(word, at_ - 1);
        } else if (!parse_special(word)) {
            ++at_;
        }
    }
    if (is_over()) fail({begin, begin + 1}, "the list of values `(` is never closed");
    skip(1);
}

std::vector<Variable> WordParser::variables_in(Range range) const {
    std::vector<Variable> found;
    for (std::uint32_t at = range.begin; at + 1 < range.end; ++at) {
        if (text_[at] == '\\') {
            ++at;
            continue;
        }
        if (text_[at] != '$') continue;
        const std::uint32_t begin = at;
        std::uint32_t from = at + 1;
        if (text_[from] == '{') ++from;
        std::uint32_t end = from;
        while (end < range.end && is_name_char(text_[end]))
            ++end;
        if (end > from && is_name_start(text_[from])) {
            found.push_back({slice({from, end}), {begin, end}, true, false});
        }
        at = end > from ? end - 1 : at;
    }
    return found;
}

} // namespace tiphys::shell
