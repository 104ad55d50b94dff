// Walks over what stands between the tokens of a YAML document.
#include "compiler/doc/source_cursor.h"

#include "compiler/doc/character.h"

namespace tiphys::doc {

void SourceCursor::walk_to(std::uint32_t target) {
    while (at_ < target) {
        const char c = text_[at_];
        if (c == '#')
            skip_comment();
        else if (c == '&' || c == '!')
            skip_property();
        else
            ++at_;
    }
}

void SourceCursor::skip_spaces() {
    while (at_ < text_.size()) {
        const char c = text_[at_];
        if (c == '#')
            skip_comment();
        else if (is_space(c))
            ++at_;
        else
            break;
    }
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
        const char c = text_[at_];
        if (c == '#')
            skip_comment();
        else if (c == '!')
            skip_property();
        else
            ++at_;
    }
}

void SourceCursor::skip_property() {
    const bool is_verbatim = text_.substr(at_, 2) == "!<";
    ++at_;
    while (at_ < text_.size()) {
        const char c = text_[at_];
        const bool ends = is_space(c) || (!is_verbatim && is_flow_indicator(c));
        if (ends) break;
        ++at_;
        if (is_verbatim && c == '>') break;
    }
}

void SourceCursor::skip_comment() {
    const std::uint32_t begin = at_;
    at_ = line_end(text_, at_);
    const std::uint32_t line = line_begin(text_, begin);
    comments_.push_back({begin, at_, skip_blanks(text_, line) == begin});
}

} // namespace tiphys::doc
