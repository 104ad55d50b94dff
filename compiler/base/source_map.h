#pragma once
// All source files of one invocation, and the way from a byte offset to line and column.

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/base/span.h"

namespace tiphys {

/// Line and column, both from 1; columns count UTF-8 bytes. A BOM at the start of a file takes
/// no column.
struct Position {
    std::uint32_t line = 1;
    std::uint32_t column = 1;
    friend constexpr auto operator<=>(const Position&, const Position&) = default;
};

/// One file: the name shown to users, and its bytes, unchanged.
struct SourceFile {
    std::string path;
    std::string text;
};

/// Owns the source files. Adding is not thread-safe; filling the text of different files is, and
/// so is reading. References to files stay valid for the life of the map.
class SourceMap {
public:
    FileId add(std::string path, std::string text);
    /// Replaces the bytes of a file.
    void set_text(FileId id, std::string text);

    [[nodiscard]] const SourceFile& file(FileId id) const;
    [[nodiscard]] SourceFile& file(FileId id);
    [[nodiscard]] std::size_t size() const { return files_.size(); }

    /// The bytes of a span; empty for an unknown one.
    [[nodiscard]] std::string_view text(Span span) const;

    [[nodiscard]] Position position(FileId id, std::uint32_t offset) const;
    /// The column counted in UTF-16 code units, from 1, as editors count.
    [[nodiscard]] std::uint32_t utf16_column(FileId id, std::uint32_t offset) const;
    /// Number of lines; a last line without a line break counts.
    [[nodiscard]] std::uint32_t line_count(FileId id) const;
    /// A line without its line break (LF or CRLF); `line` counts from 1.
    [[nodiscard]] std::string_view line(FileId id, std::uint32_t line) const;

private:
    const std::vector<std::uint32_t>& line_starts(FileId id) const;

    std::deque<SourceFile> files_;
    // Built when a position in the file is first asked for: most files have no finding. Printing is
    // done by one thread.
    mutable std::deque<std::vector<std::uint32_t>> line_starts_;
};

/// Length of the UTF-8 byte order mark at the start of `text`: 3 or 0.
[[nodiscard]] std::size_t byte_order_mark(std::string_view text);

} // namespace tiphys
