// Marked source lines. Marks within a line are underlined; those over several lines are brackets
// in a margin left of the text:
//
//      3 |     - name: a
//        |             - first defined here
//    ...
//      9 | / - name: a
//     10 | |   template: x
//        | |_____________^ defined again
#include "analyzer/report/snippet.h"

#include <algorithm>
#include <optional>
#include <tuple>

#include "analyzer/report/place.h"
#include "analyzer/report/utf8.h"

namespace tiphys::report {
namespace {

// Lines of a bracket that are shown at both of its ends when it is too long to be shown whole.
constexpr std::uint32_t kBracketEnds = 2;
constexpr std::uint32_t kLongestWholeBracket = 6;

struct Underline {
    std::uint32_t line = 0;
    // Bytes of the line.
    std::size_t begin = 0;
    std::size_t end = 0;
    std::string label;
    bool is_main = false;
};

struct Bracket {
    std::uint32_t first_line = 0;
    std::uint32_t last_line = 0;
    // Byte of the first line where it begins, and the byte of the last line after its end.
    std::size_t begin = 0;
    std::size_t end = 0;
    std::string label;
    bool is_main = false;
    // Nothing but blanks and list dashes before its begin: it opens with `/` beside the line.
    bool opens_beside = false;
};

struct Drawing {
    const SourceMap& sources;
    FileId file = FileId::kNone;
    Style main_style = Style::kError;
    std::vector<Underline> underlines;
    // The outermost first: the index is the column in the margin.
    std::vector<Bracket> brackets;

    // Columns left of the source text.
    [[nodiscard]] std::size_t margin() const { return brackets.empty() ? 0 : brackets.size() + 1; }
    [[nodiscard]] Style style(bool is_main) const { return is_main ? main_style : Style::kGutter; }
};

Drawing classify(const SourceMap& sources, std::span<const Mark> marks, Style main_style) {
    Drawing drawing{sources, marks.front().span.file, main_style, {}, {}};
    for (const Mark& mark : marks) {
        const Range range = shown_range(sources, mark.span, Columns::kBytes);
        const std::size_t begin = range.start.column - 1;
        const std::size_t end = range.end.column - 1;
        std::string label = on_one_line(mark.label);
        if (range.start.line == range.end.line) {
            drawing.underlines.push_back(
                {range.start.line, begin, end, std::move(label), mark.is_main});
            continue;
        }
        const std::string_view before =
            sources.line(drawing.file, range.start.line).substr(0, begin);
        drawing.brackets.push_back({range.start.line, range.end.line, begin, end, std::move(label),
                                    mark.is_main, before.find_first_not_of(" \t-") == before.npos});
    }
    std::stable_sort(drawing.brackets.begin(), drawing.brackets.end(),
                     [](const Bracket& a, const Bracket& b) {
                         return a.first_line != b.first_line ? a.first_line < b.first_line
                                                             : a.last_line > b.last_line;
                     });
    return drawing;
}

std::vector<std::uint32_t> shown_lines(const Drawing& drawing) {
    std::vector<std::uint32_t> lines;
    for (const Underline& underline : drawing.underlines) {
        lines.push_back(underline.line);
    }
    for (const Bracket& bracket : drawing.brackets) {
        const std::uint32_t n_lines = bracket.last_line - bracket.first_line + 1;
        const std::uint32_t n_ends = n_lines <= kLongestWholeBracket ? n_lines : kBracketEnds;
        for (std::uint32_t i = 0; i < n_ends; ++i) {
            lines.push_back(bracket.first_line + i);
            lines.push_back(bracket.last_line - i);
        }
    }
    std::sort(lines.begin(), lines.end());
    lines.erase(std::unique(lines.begin(), lines.end()), lines.end());
    return lines;
}

// The bytes of a line that must be seen when it is too long: the main mark, else the first one.
struct Kept {
    std::size_t begin = 0;
    std::size_t end = 0;
};

Kept kept_of(const Drawing& drawing, std::uint32_t line) {
    std::optional<Kept> kept;
    const auto keep = [&kept](std::size_t begin, std::size_t end, bool is_main) {
        if (!kept || is_main) kept = Kept{begin, end};
    };
    for (const Bracket& bracket : drawing.brackets) {
        if (bracket.last_line == line) keep(bracket.end - 1, bracket.end, false);
        if (bracket.first_line == line) keep(bracket.begin, bracket.begin + 1, false);
    }
    for (const Underline& underline : drawing.underlines) {
        if (underline.line == line) keep(underline.begin, underline.end, underline.is_main);
    }
    return kept.value_or(Kept{});
}

// The bars of the brackets that are open below `line`; `after_start` tells whether those that
// begin in it are.
Row margin_row(const Drawing& drawing, std::uint32_t line, bool after_start) {
    Row row;
    for (std::size_t i = 0; i < drawing.brackets.size(); ++i) {
        const Bracket& bracket = drawing.brackets[i];
        const bool has_begun =
            bracket.first_line < line || (bracket.first_line == line && after_start);
        if (has_begun && line <= bracket.last_line) {
            row.put(i, "|", drawing.style(bracket.is_main));
        }
    }
    return row;
}

void draw_source_line(Sheet& sheet, const Drawing& drawing, std::uint32_t line,
                      const LaidLine& laid) {
    Row row = margin_row(drawing, line, false);
    for (std::size_t i = 0; i < drawing.brackets.size(); ++i) {
        const Bracket& bracket = drawing.brackets[i];
        if (bracket.first_line == line && bracket.opens_beside) {
            row.put(i, "/", drawing.style(bracket.is_main));
        }
    }
    row.put_row(drawing.margin(), laid.row);
    sheet.source(line, "|", Style::kGutter, row);
}

// An underline in columns of the row.
struct Stroke {
    std::size_t begin = 0;
    std::size_t end = 0;
    const Underline* underline = nullptr;
};

std::vector<Stroke> strokes_of(const Drawing& drawing, std::uint32_t line, const LaidLine& laid) {
    std::vector<Stroke> strokes;
    for (const Underline& underline : drawing.underlines) {
        if (underline.line != line) continue;
        const std::size_t begin = laid.column_of(underline.begin);
        const std::size_t end = std::max(laid.column_of(underline.end), begin + 1);
        strokes.push_back({drawing.margin() + begin, drawing.margin() + end, &underline});
    }
    std::stable_sort(strokes.begin(), strokes.end(),
                     [](const Stroke& a, const Stroke& b) { return a.begin < b.begin; });
    return strokes;
}

// The stroke whose label fits on its own row: it ends behind all others.
const Stroke* stroke_with_label_beside(const std::vector<Stroke>& strokes) {
    const auto key = [](const Stroke& stroke) {
        return std::tuple(stroke.end, stroke.underline->is_main, stroke.begin);
    };
    const auto last =
        std::max_element(strokes.begin(), strokes.end(),
                         [&](const Stroke& a, const Stroke& b) { return key(a) < key(b); });
    return &*last;
}

// Of strokes over each other the shorter stays whole.
void draw_strokes(Row& row, const Drawing& drawing, std::vector<Stroke> strokes) {
    std::stable_sort(strokes.begin(), strokes.end(), [](const Stroke& a, const Stroke& b) {
        const std::size_t a_size = a.end - a.begin;
        const std::size_t b_size = b.end - b.begin;
        return a_size != b_size ? a_size > b_size : !a.underline->is_main && b.underline->is_main;
    });
    for (const Stroke& stroke : strokes) {
        const bool is_main = stroke.underline->is_main;
        row.fill(stroke.begin, stroke.end - stroke.begin, is_main ? '^' : '-',
                 drawing.style(is_main));
    }
}

Row threads(const Drawing& drawing, std::uint32_t line, const std::vector<Stroke>& hanging) {
    Row row = margin_row(drawing, line, true);
    for (const Stroke& stroke : hanging) {
        row.put(stroke.begin, "|", drawing.style(stroke.underline->is_main));
    }
    return row;
}

void draw_underlines(Sheet& sheet, const Drawing& drawing, std::uint32_t line,
                     const LaidLine& laid) {
    const std::vector<Stroke> strokes = strokes_of(drawing, line, laid);
    if (strokes.empty()) return;
    Row row = margin_row(drawing, line, true);
    draw_strokes(row, drawing, strokes);
    const Stroke* beside = stroke_with_label_beside(strokes);
    if (!beside->underline->label.empty()) {
        row.put(beside->end + 1, beside->underline->label,
                drawing.style(beside->underline->is_main));
    }
    sheet.beside(row);

    std::vector<Stroke> hanging;
    for (const Stroke& stroke : strokes) {
        if (&stroke != beside && !stroke.underline->label.empty()) hanging.push_back(stroke);
    }
    if (hanging.empty()) return;
    // First a row of threads, then one label in each row, the rightmost first.
    sheet.beside(threads(drawing, line, hanging));
    while (!hanging.empty()) {
        const Stroke stroke = hanging.back();
        hanging.pop_back();
        row = threads(drawing, line, hanging);
        row.put(stroke.begin, stroke.underline->label, drawing.style(stroke.underline->is_main));
        sheet.beside(row);
    }
}

// The row that leads from the margin to a corner of a bracket.
void draw_corner(Row& row, const Drawing& drawing, std::size_t index, std::size_t column) {
    const Style style = drawing.style(drawing.brackets[index].is_main);
    for (std::size_t at = index + 1; at < column; ++at) {
        if (row.is_blank(at)) row.put(at, "_", style);
    }
    row.put(column, "^", style);
}

void draw_bracket_starts(Sheet& sheet, const Drawing& drawing, std::uint32_t line,
                         const LaidLine& laid) {
    for (std::size_t i = 0; i < drawing.brackets.size(); ++i) {
        const Bracket& bracket = drawing.brackets[i];
        if (bracket.first_line != line || bracket.opens_beside) continue;
        Row row = margin_row(drawing, line, false);
        draw_corner(row, drawing, i, drawing.margin() + laid.column_of(bracket.begin));
        sheet.beside(row);
    }
}

void draw_bracket_ends(Sheet& sheet, const Drawing& drawing, std::uint32_t line,
                       const LaidLine& laid) {
    // The innermost closes first.
    for (std::size_t i = drawing.brackets.size(); i-- > 0;) {
        const Bracket& bracket = drawing.brackets[i];
        if (bracket.last_line != line) continue;
        Row row;
        for (std::size_t outer = 0; outer <= i; ++outer) {
            const Bracket& other = drawing.brackets[outer];
            if (other.first_line <= line && line <= other.last_line) {
                row.put(outer, "|", drawing.style(other.is_main));
            }
        }
        const std::size_t end = std::max(laid.column_of(bracket.end), std::size_t{1});
        draw_corner(row, drawing, i, drawing.margin() + end - 1);
        if (!bracket.label.empty()) {
            row.append(" ");
            row.append(bracket.label, drawing.style(bracket.is_main));
        }
        sheet.beside(row);
    }
}

void draw_line(Sheet& sheet, const Drawing& drawing, std::uint32_t line) {
    const std::string_view text = drawing.sources.line(drawing.file, line);
    const Kept kept = kept_of(drawing, line);
    const LaidLine laid = lay_out(text, kept.begin, kept.end, sheet.width());
    draw_source_line(sheet, drawing, line, laid);
    draw_bracket_starts(sheet, drawing, line, laid);
    draw_underlines(sheet, drawing, line, laid);
    draw_bracket_ends(sheet, drawing, line, laid);
}

} // namespace

std::uint32_t last_line_of(const SourceMap& sources, std::span<const Mark> marks) {
    std::uint32_t last = 1;
    for (const Mark& mark : marks) {
        last = std::max(last, shown_range(sources, mark.span, Columns::kBytes).end.line);
    }
    return last;
}

void draw_snippet(Sheet& sheet, const SourceMap& sources, std::span<const Mark> marks,
                  Style main_style) {
    const Drawing drawing = classify(sources, marks, main_style);
    sheet.beside(Row());
    std::uint32_t previous = 0;
    for (const std::uint32_t line : shown_lines(drawing)) {
        if (previous != 0 && line > previous + 2)
            sheet.gap(margin_row(drawing, previous + 1, false));
        // A single line left out would take as much room as the dots in its place.
        if (previous != 0 && line == previous + 2) draw_line(sheet, drawing, line - 1);
        draw_line(sheet, drawing, line);
        previous = line;
    }
}

} // namespace tiphys::report
