#pragma once
// A row of a terminal under construction: text is put at columns, and later text lies on top.

#include <string>
#include <string_view>
#include <vector>

#include "analyzer/report/style.h"

namespace tiphys::report {

class Row {
public:
    /// Puts `text` at `column` (from 0). Control characters are made visible, wide characters take
    /// two columns, combining ones join the character before them.
    void put(std::size_t column, std::string_view text, Style style = Style::kPlain);
    void fill(std::size_t column, std::size_t n_columns, char letter, Style style);
    void put_row(std::size_t column, const Row& other);
    void append(std::string_view text, Style style = Style::kPlain);

    /// Columns in use.
    [[nodiscard]] std::size_t size() const { return cells_.size(); }
    [[nodiscard]] bool is_blank(std::size_t column) const;
    /// The text without blanks at its end.
    [[nodiscard]] std::string text(bool colour) const;

private:
    // The second column of a wide character has no glyph.
    struct Cell {
        std::string glyph = " ";
        Style style = Style::kPlain;
    };

    void put_glyph(std::size_t column, std::string glyph, std::size_t width, Style style);

    std::vector<Cell> cells_;
};

/// A piece of a source line, laid out.
struct LaidLine {
    Row row;
    /// Bytes [begin, end) of the line are shown; where the line was cut stands `…`.
    std::size_t begin = 0;
    std::size_t end = 0;
    /// The column of each byte of the piece, and the one after it.
    std::vector<std::size_t> columns;

    /// Where byte `at` of the line is shown, or the edge that it lies beyond.
    [[nodiscard]] std::size_t column_of(std::size_t at) const;
};

/// Lays out a line in at most about `width` columns. A longer one is cut so that the bytes
/// [keep_begin, keep_end) are seen as far as they fit, with some text before them. Tabs reach to
/// the next multiple of four columns.
[[nodiscard]] LaidLine lay_out(std::string_view line, std::size_t keep_begin, std::size_t keep_end,
                               std::size_t width, Style style = Style::kPlain);

} // namespace tiphys::report
