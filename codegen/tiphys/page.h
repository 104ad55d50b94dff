#pragma once
// Statements of a .tiphys file on their way to text: heads, blocks, comments, and the place in the
// YAML source that each comes from.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tiphys::codegen {

inline constexpr std::uint32_t kNoPlace = UINT32_MAX;

/// `head`, or `head { body }`. Lines of a head behind the first are relative to its indentation.
struct Line {
    std::string head;
    bool has_block = false;
    /// Its block is never written on one line.
    bool is_open = false;
    /// What its block holds stands behind it, without braces.
    bool is_flat = false;
    /// A blank line stands before it.
    bool is_apart = false;
    std::vector<Line> body;
    /// Own lines above it, each with its `#`.
    std::vector<std::string> comments;
    /// Offset of its key in the YAML source, or kNoPlace.
    std::uint32_t source = kNoPlace;
    /// Where its value ends there; 0 where that is not known.
    std::uint32_t source_end = 0;
    /// Path of the object's value that it writes: `spec.templates[0].container`.
    std::string path;
};

/// Text with the path of each statement by its offset, in order.
struct Printed {
    std::string text;
    std::vector<std::pair<std::size_t, std::string>> places;
};

/// One statement for each line; a block stands on one line where it fits. Declarations that are
/// open have a blank line before them.
[[nodiscard]] Printed print_lines(const std::vector<Line>& lines);

/// The lines as a map literal, `{ a: 1 b: 2 }`, over several lines where it is long.
[[nodiscard]] std::string map_literal(const std::vector<Line>& lines);

/// `[a, b]`, over several lines where it is long.
[[nodiscard]] std::string list_literal(const std::vector<std::string>& items);

/// Lines behind the first are moved by two.
[[nodiscard]] std::string indented(const std::string& text);

/// A description as doc comments, one for each line.
[[nodiscard]] std::vector<std::string> doc_comments(std::string_view text);

/// A comment of the YAML source, from its `#`, as one of the language: never a doc comment.
[[nodiscard]] std::string comment_text(std::string comment);

} // namespace tiphys::codegen
