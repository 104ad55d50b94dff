// Rows of a terminal, and source lines laid out in them.
#include "analyzer/report/row.h"

#include <algorithm>

#include "analyzer/report/utf8.h"

namespace tiphys::report {
namespace {

constexpr std::size_t kTabColumns = 4;
constexpr char32_t kZeroWidthJoiner = 0x200d;
constexpr std::string_view kCut = "…";

// Columns of a code point; a tab counts as its widest, which is enough to decide about cutting.
std::size_t widest(char32_t value) {
    return value == U'\t' ? kTabColumns : display_width(visible(value));
}

bool is_continuation(char byte) {
    return (static_cast<unsigned char>(byte) & 0xc0U) == 0x80U;
}

// The start of the piece that has about `n_columns` before `at`.
std::size_t walk_back(std::string_view line, std::size_t at, std::size_t n_columns) {
    std::size_t used = 0;
    while (at > 0) {
        std::size_t previous = at - 1;
        while (previous > 0 && is_continuation(line[previous])) {
            --previous;
        }
        used += widest(code_point_at(line, previous).value);
        if (used > n_columns) break;
        at = previous;
    }
    return at;
}

// The end of the piece that takes at most `n_columns` from `at`.
std::size_t walk_forward(std::string_view line, std::size_t at, std::size_t n_columns) {
    std::size_t used = 0;
    while (at < line.size()) {
        const CodePoint point = code_point_at(line, at);
        used += widest(point.value);
        if (used > n_columns) break;
        at += point.size;
    }
    return at;
}

struct Piece {
    std::size_t begin = 0;
    std::size_t end = 0;
};

Piece choose_piece(std::string_view line, std::size_t keep_begin, std::size_t keep_end,
                   std::size_t width) {
    if (walk_forward(line, 0, width) == line.size()) return {0, line.size()};
    const std::size_t usable = std::max<std::size_t>(width, 16) - 2;
    // The end of a short span must be seen too, with a little of what follows.
    std::size_t begin = walk_back(line, keep_begin, usable / 3);
    if (walk_forward(line, begin, usable - usable / 8) < keep_end) {
        begin = walk_back(line, keep_begin, usable / 8);
    }
    const std::size_t end = walk_forward(line, begin, usable);
    if (end == line.size()) begin = walk_back(line, end, usable);
    // A cut that hides less than its own mark is no gain.
    if (begin <= kCut.size()) begin = 0;
    return {begin, end};
}

} // namespace

void Row::put_glyph(std::size_t column, std::string glyph, std::size_t width, Style style) {
    if (width == 0) {
        if (column > 0 && column <= cells_.size()) {
            // The first column of a wide character holds the glyph.
            std::size_t owner = column - 1;
            if (cells_[owner].glyph.empty() && owner > 0) --owner;
            cells_[owner].glyph += glyph;
        }
        return;
    }
    if (cells_.size() < column + width) cells_.resize(column + width);
    cells_[column] = {std::move(glyph), style};
    if (width == 2) cells_[column + 1] = {"", style};
}

void Row::put(std::size_t column, std::string_view text, Style style) {
    for (std::size_t at = 0; at < text.size();) {
        const CodePoint point = code_point_at(text, at);
        at += point.size;
        // Terminals disagree on how wide joined characters are; apart they are sure.
        if (point.value == kZeroWidthJoiner) continue;
        const char32_t shown = visible(point.value);
        std::string glyph;
        append_utf8(glyph, shown);
        const std::size_t width = display_width(shown);
        put_glyph(column, std::move(glyph), width, style);
        column += width;
    }
}

void Row::fill(std::size_t column, std::size_t n_columns, char letter, Style style) {
    for (std::size_t i = 0; i < n_columns; ++i) {
        put_glyph(column + i, std::string(1, letter), 1, style);
    }
}

void Row::put_row(std::size_t column, const Row& other) {
    cells_.resize(std::max(cells_.size(), column + other.size()));
    std::copy(other.cells_.begin(), other.cells_.end(),
              cells_.begin() + static_cast<std::ptrdiff_t>(column));
}

void Row::append(std::string_view text, Style style) {
    put(size(), text, style);
}

bool Row::is_blank(std::size_t column) const {
    return column >= cells_.size() || cells_[column].glyph == " ";
}

std::string Row::text(bool colour) const {
    std::size_t end = cells_.size();
    while (end > 0 && cells_[end - 1].glyph == " ") {
        --end;
    }
    std::string out;
    for (std::size_t at = 0; at < end;) {
        const Style style = cells_[at].style;
        std::string run;
        for (; at < end && cells_[at].style == style; ++at) {
            run += cells_[at].glyph;
        }
        out += painted(colour, style, run);
    }
    return out;
}

std::size_t LaidLine::column_of(std::size_t at) const {
    return columns[std::clamp(at, begin, end) - begin];
}

LaidLine lay_out(std::string_view line, std::size_t keep_begin, std::size_t keep_end,
                 std::size_t width, Style style) {
    LaidLine laid;
    keep_begin = std::min(keep_begin, line.size());
    const auto [begin, end] = choose_piece(line, keep_begin, keep_end, width);
    laid.begin = begin;
    laid.end = end;
    if (begin > 0) laid.row.append(kCut, Style::kGutter);
    for (std::size_t at = begin; at < end;) {
        const CodePoint point = code_point_at(line, at);
        laid.columns.insert(laid.columns.end(), point.size, laid.row.size());
        if (point.value == U'\t') {
            const std::size_t column = laid.row.size();
            laid.row.fill(column, kTabColumns - column % kTabColumns, ' ', Style::kPlain);
        } else {
            laid.row.append(line.substr(at, point.size), style);
        }
        at += point.size;
    }
    laid.columns.push_back(laid.row.size());
    if (end < line.size()) laid.row.append(kCut, Style::kGutter);
    return laid;
}

} // namespace tiphys::report
