#pragma once
// Reads the five styles of scalars from the source. One scanner serves the tree (value and end)
// and scalar_text.h (value and the offset of each byte).

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tiphys::doc {

/// Collects a scalar's value. While the value is one piece of the source it is only a view of it;
/// it is copied when a second piece comes.
class ScalarValue {
public:
    /// `offsets`, if given, receives the source offset of each byte of the value.
    explicit ScalarValue(std::string_view source, std::vector<std::uint32_t>* offsets = nullptr)
        : source_(source), offsets_(offsets) {}

    /// Appends the source bytes [from, to) as they are.
    void append_source(std::uint32_t from, std::uint32_t to);
    /// Appends `bytes`, which are what is written at `at` stands for.
    void append(std::string_view bytes, std::uint32_t at);
    void clear();

    /// True while text() points into the source.
    [[nodiscard]] bool is_view() const { return is_view_; }
    [[nodiscard]] std::string_view text() const;

private:
    void leave_view();

    std::string_view source_;
    std::vector<std::uint32_t>* offsets_;
    bool is_view_ = true;
    std::uint32_t view_begin_ = 0;
    std::uint32_t view_end_ = 0;
    std::string copy_;
};

/// The line after `|` or `>`: chomping and indentation, where they end, and where the text begins.
struct BlockHeader {
    char chomping = 0;             ///< '+', '-' or 0
    std::uint32_t indentation = 0; ///< the digit, or 0
    std::uint32_t indicators_end = 0;
    std::uint32_t body_begin = 0; ///< after the header's line break
};

[[nodiscard]] BlockHeader read_block_header(std::string_view text, std::uint32_t begin);

/// The plain scalar written at [begin, end).
void scan_plain(std::string_view text, std::uint32_t begin, std::uint32_t end, ScalarValue& value);

/// Where a quoted scalar ends.
struct QuotedEnd {
    std::uint32_t end = 0; ///< after the closing quote, or the text's size
    bool is_closed = false;
};

/// The quoted scalar whose opening quote stands at `begin`.
[[nodiscard]] QuotedEnd scan_single_quoted(std::string_view text, std::uint32_t begin,
                                           ScalarValue& value);
[[nodiscard]] QuotedEnd scan_double_quoted(std::string_view text, std::uint32_t begin,
                                           ScalarValue& value);

/// Where a block scalar ends: after its last content line, without the line break.
struct BlockEnd {
    std::uint32_t end = 0;
    /// The first tab where its indentation should be; 0 if there is none.
    std::uint32_t tab = 0;
};

/// The block scalar whose `|` or `>` stands at `begin`. `parent_indentation` is the column (from
/// 0) of the block collection around it, -1 at the top. No line that begins behind `last_line` is
/// taken for content.
/// Follows yaml_parser_scan_block_scalar in scannerc.go of the YAML reader that Kubernetes uses.
[[nodiscard]] BlockEnd scan_block(std::string_view text, std::uint32_t begin,
                                  int parent_indentation, std::uint32_t last_line,
                                  ScalarValue& value);

/// Length of the escape sequence at `at` (a backslash), in source bytes; at least 1.
[[nodiscard]] std::uint32_t escape_length(std::string_view text, std::uint32_t at);

} // namespace tiphys::doc
