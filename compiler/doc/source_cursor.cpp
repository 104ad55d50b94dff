// Walks over what stands between the tokens of a YAML document.
#include "compiler/doc/source_cursor.h"

#include "compiler/doc/character.h"

namespace tiphys::doc {

void SourceCursor::set(std::uint32_t at) {
    if (at > at_) at_ = at;
}

// Walks over one thing that is no property: a comment, a blank, an indicator.
void SourceCursor::pass() {
    const char c = text_[at_];
    if (c == '#') return skip_comment();
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

namespace {

bool is_name_character(char c) {
    return is_letter(c) || is_digit(c) || c == '_' || c == '-';
}

} // namespace

void SourceCursor::skip_property() {
    const bool is_tag = text_[at_] == '!';
    const bool is_verbatim = text_.substr(at_, 2) == "!<";
    ++at_;
    while (at_ < text_.size() && !is_space(text_[at_])) {
        const char c = text_[at_];
        if (is_verbatim ? c == '>' : is_tag ? is_flow_indicator(c) : !is_name_character(c)) break;
        ++at_;
    }
    if (is_verbatim && peek() == '>') ++at_;
}

void SourceCursor::skip_comment() {
    const std::uint32_t begin = at_;
    at_ = line_end(text_, at_);
    const std::uint32_t line = line_begin(text_, begin);
    comments_.push_back({begin, at_, skip_blanks(text_, line) == begin});
}

} // namespace tiphys::doc
