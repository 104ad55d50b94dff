// A rough walk over the tokens of broken YAML, to find what an error belongs to.
#include "compiler/doc/token_walk.h"

#include <algorithm>
#include <utility>

#include "compiler/doc/character.h"
#include "compiler/doc/scan_scalar.h"

namespace tiphys::doc {
namespace {

class Walker {
public:
    Walker(std::string_view text, TokenWalk from)
        : text_(text), at_(from.token_end), walk_(std::move(from)) {}

    TokenWalk walk_to(std::uint32_t to) {
        while (at_ < to && !walk_.unclosed_quote.has_value())
            step();
        return std::move(walk_);
    }

private:
    void step() {
        const char c = text_[at_];
        if (is_space(c) || c == ',') {
            ++at_;
        } else if (c == '#') {
            at_ = line_end(text_, at_);
        } else if (c == '[' || c == '{') {
            walk_.brackets.push_back(at_++);
        } else if (c == ']' || c == '}') {
            if (walk_.is_in_flow()) walk_.brackets.pop_back();
            ++at_;
        } else if (is_indicator(c)) {
            ++at_;
        } else {
            walk_.token_begin = at_;
            step_over_token(c);
            walk_.token_end = at_;
        }
    }

    bool is_indicator(char c) const {
        const bool may_be = c == '-' || c == '?' || c == ':';
        return may_be && (is_space_or_end(text_, at_ + 1) ||
                          (c == ':' && (walk_.is_in_flow() || at_ == walk_.token_end)));
    }

    void step_over_token(char c) {
        if (c == '"' || c == '\'') return step_over_quoted(c);
        if (c == '&' || c == '!' || c == '*') {
            while (!is_space_or_end(text_, at_) &&
                   !(walk_.is_in_flow() && is_flow_indicator(text_[at_])))
                ++at_;
            return;
        }
        if ((c == '|' || c == '>') && !walk_.is_in_flow()) return step_over_block();
        at_ = std::max(at_ + 1, end_of_text(text_, at_, walk_.is_in_flow(), true));
    }

    void step_over_quoted(char quote) {
        ScalarValue value(text_);
        const QuotedEnd end = quote == '"' ? scan_double_quoted(text_, at_, value)
                                           : scan_single_quoted(text_, at_, value);
        if (!end.is_closed) walk_.unclosed_quote = at_;
        at_ = end.end;
    }

    void step_over_block() {
        const std::uint32_t indentation = indentation_at(text_, at_);
        at_ = line_end(text_, at_);
        while (at_ < text_.size()) {
            const std::uint32_t line = after_break(text_, at_);
            const std::uint32_t content = skip_blanks(text_, line);
            const bool is_blank_line = content >= text_.size() || is_break(text_[content]);
            if (!is_blank_line && content - line <= indentation) return;
            at_ = line_end(text_, content);
        }
    }

    std::string_view text_;
    std::uint32_t at_;
    TokenWalk walk_;
};

} // namespace

TokenWalk walk_tokens(std::string_view text, TokenWalk from, std::uint32_t to) {
    const auto size = static_cast<std::uint32_t>(text.size());
    from.token_end = std::min(from.token_end, size);
    return Walker(text, std::move(from)).walk_to(std::min(to, size));
}

std::uint32_t end_of_text(std::string_view text, std::uint32_t begin, bool in_flow,
                          bool ends_at_colon) {
    std::uint32_t at = begin;
    const std::uint32_t line = line_end(text, begin);
    while (at < line) {
        const char c = text[at];
        if (text.substr(at, 2) == "{{") {
            const std::size_t close = text.find("}}", at + 2);
            if (close < line) {
                at = static_cast<std::uint32_t>(close) + 2;
                continue;
            }
        }
        if (c == '#' && at > begin && is_blank(text[at - 1])) break;
        if (in_flow && at > begin && is_flow_indicator(c)) break;
        if (ends_at_colon && c == ':' && is_space_or_end(text, at + 1)) break;
        ++at;
    }
    return trim_blanks(text, begin, at);
}

std::optional<std::uint32_t> value_on_line(std::string_view text, std::uint32_t at) {
    std::uint32_t place = skip_blanks(text, line_begin(text, at));
    bool is_item = false;
    while (place < at && (text[place] == '-' || text[place] == '?') &&
           is_space_or_end(text, place + 1)) {
        place = skip_blanks(text, place + 1);
        is_item = true;
    }
    std::uint32_t key_end = place;
    if (place < at && (text[place] == '"' || text[place] == '\'')) {
        ScalarValue value(text);
        key_end = text[place] == '"' ? scan_double_quoted(text, place, value).end
                                     : scan_single_quoted(text, place, value).end;
        key_end = skip_blanks(text, key_end);
    } else {
        key_end = skip_blanks(text, end_of_text(text, place, false, true));
    }
    const bool has_key = key_end < at && text[key_end] == ':' && is_space_or_end(text, key_end + 1);
    if (!has_key) return is_item && place <= at ? std::optional(place) : std::nullopt;
    std::uint32_t value = skip_blanks(text, key_end + 1);
    while (value < at && (text[value] == '&' || text[value] == '!')) {
        while (value < text.size() && !is_space(text[value]))
            ++value;
        value = skip_blanks(text, value);
    }
    return value <= at ? std::optional(value) : std::nullopt;
}

bool is_first_on_line(std::string_view text, std::uint32_t at) {
    return skip_blanks(text, line_begin(text, at)) >= at;
}

std::uint32_t indentation_at(std::string_view text, std::uint32_t at) {
    const std::uint32_t line = line_begin(text, at);
    return skip_blanks(text, line) - line;
}

} // namespace tiphys::doc
