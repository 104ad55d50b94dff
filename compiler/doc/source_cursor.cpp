// Walks over what stands between the tokens of a YAML document.
#include "compiler/doc/source_cursor.h"

#include "compiler/doc/character.h"

namespace tiphys::doc {

void SourceCursor::set(std::uint32_t at) {
    if (at > at_) at_ = at;
    token_end_ = at_;
}

// Walks over one thing that is no property: a comment, a blank, an indicator.
void SourceCursor::pass() {
    const char c = text_[at_];
    if (c == '#') return skip_comment();
    if (c == '\t') return skip_tab();
    ++at_;
}

void SourceCursor::walk_to(std::uint32_t target) {
    while (at_ < target) {
        const char c = text_[at_];
        if (c == '&' || c == '!')
            skip_property();
        else
            pass();
    }
}

void SourceCursor::skip_spaces() {
    while (at_ < text_.size() && (is_space(text_[at_]) || text_[at_] == '#'))
        pass();
}

void SourceCursor::skip_properties() {
    skip_spaces();
    while (peek() == '&' || peek() == '!') {
        skip_property();
        skip_spaces();
    }
}

void SourceCursor::walk_to_anchor() {
    while (at_ < text_.size() && text_[at_] != '&') {
        if (text_[at_] == '!')
            skip_property();
        else
            pass();
    }
}

namespace {

bool is_tag_character(char c) {
    constexpr std::string_view kOthers = "-#;/?:@&=+$_.~*'()!%";
    return is_letter(c) || is_digit(c) || kOthers.find(c) != kOthers.npos;
}

} // namespace

// yaml-cpp ends a tag at the first character that a tag cannot have, Kubernetes wants a blank
// there.
void SourceCursor::skip_property() {
    const bool is_tag = text_[at_] == '!';
    const bool is_verbatim = text_.substr(at_, 2) == "!<";
    ++at_;
    while (at_ < text_.size()) {
        const char c = text_[at_];
        const bool ends = is_verbatim ? is_space(c)
                          : is_tag    ? !is_tag_character(c)
                                      : is_space(c) || is_flow_indicator(c);
        if (ends) break;
        ++at_;
        if (is_verbatim && c == '>') break;
    }
}

// scannerc.go takes a tab for white space only where no key may begin: not at the start of a line
// of a block collection, and not after `- `.
void SourceCursor::skip_tab() {
    std::uint32_t before = at_;
    while (before > token_end_ && text_[before - 1] == ' ')
        --before;
    const char c = before == 0 ? '\n' : text_[before - 1];
    const bool follows_indicator = before > token_end_ && (c == '-' || c == '?');
    if (!is_in_flow_ && (is_break(c) || follows_indicator)) tabs_.push_back(at_);
    ++at_;
}

void SourceCursor::skip_comment() {
    const std::uint32_t begin = at_;
    at_ = line_end(text_, at_);
    const std::uint32_t line = line_begin(text_, begin);
    comments_.push_back({begin, at_, skip_blanks(text_, line) == begin});
}

} // namespace tiphys::doc
