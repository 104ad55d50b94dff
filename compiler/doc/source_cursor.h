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
        : text_(text), at_(at), token_end_(at), comments_(comments) {}

    [[nodiscard]] std::uint32_t at() const { return at_; }
    /// Jumps over a token whose end is known.
    void set(std::uint32_t at);
    /// Walks over an indicator that stands here.
    void step() { ++at_; }
    /// In flow collections, tabs may indent.
    void set_in_flow(bool is_in_flow) { is_in_flow_ = is_in_flow; }
    /// The tabs that stood where block collections take only spaces.
    [[nodiscard]] const std::vector<std::uint32_t>& tabs() const { return tabs_; }
    [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
    [[nodiscard]] bool is_at_end() const { return at_ >= text_.size(); }

    /// Walks to `target`, which lies outside of comments.
    void walk_to(std::uint32_t target);
    /// Walks over blanks, line breaks and comments.
    void skip_spaces();
    /// The same, and over anchors and tags.
    void skip_properties();
    /// Walks to the next `&`.
    void walk_to_anchor();
    /// Walks over a tag, an anchor or an alias that stands here.
    void skip_property();

private:
    void pass();
    void skip_comment();
    void skip_tab();

    std::string_view text_;
    std::uint32_t at_;
    std::uint32_t token_end_ = 0;
    bool is_in_flow_ = false;
    std::vector<std::uint32_t> tabs_;
    std::vector<Comment>& comments_;
};

} // namespace tiphys::doc
