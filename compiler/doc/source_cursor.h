#pragma once
// Walks over what stands between the tokens of a YAML document: blanks, comments, indicators,
// anchors and tags.

#include <cstdint>
#include <string_view>
#include <vector>

#include "compiler/doc/tree.h"

namespace tiphys::doc {

/// A position in the text that only moves forward. Comments that it passes are recorded.
class SourceCursor {
public:
    SourceCursor(std::string_view text, std::uint32_t at, std::vector<Comment>& comments)
        : text_(text), at_(at), comments_(comments) {}

    [[nodiscard]] std::uint32_t at() const { return at_; }
    /// Jumps over a token whose end is known.
    void set(std::uint32_t at);
    [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
    [[nodiscard]] bool is_at_end() const { return at_ >= text_.size(); }

    /// Walks to `target`, which lies outside of comments.
    void walk_to(std::uint32_t target);
    /// Walks over blanks, line breaks and comments.
    void skip_spaces();
    /// Walks over a tag, an anchor or an alias that stands here.
    void skip_property();

private:
    void pass();
    void skip_comment();

    std::string_view text_;
    std::uint32_t at_;
    std::vector<Comment>& comments_;
};

} // namespace tiphys::doc
