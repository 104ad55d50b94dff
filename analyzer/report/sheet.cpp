// The lines that one finding takes in `full`.
#include "analyzer/report/sheet.h"

#include "analyzer/report/utf8.h"

namespace tiphys::report {

Sheet::Sheet(std::ostream& out, std::uint32_t last_line, bool colour, std::size_t width)
    : out_(out), gutter_columns_(std::to_string(last_line).size()), colour_(colour), width_(width) {
}

void Sheet::line(std::string_view gutter, const Row& row) {
    const std::string text = row.text(colour_);
    out_ << painted(colour_, Style::kGutter, gutter);
    if (!text.empty()) out_ << ' ' << text;
    out_ << '\n';
}

void Sheet::place(std::string_view arrow, std::string_view text) {
    out_ << std::string(gutter_columns_, ' ') << painted(colour_, Style::kGutter, arrow) << ' '
         << printable(text) << '\n';
}

void Sheet::source(std::uint32_t line_number, std::string_view separator, Style separator_style,
                   const Row& row) {
    const std::string number = std::to_string(line_number);
    const std::string text = row.text(colour_);
    out_ << std::string(gutter_columns_ - number.size(), ' ')
         << painted(colour_, Style::kGutter, number) << ' '
         << painted(colour_, separator_style, separator);
    if (!text.empty()) out_ << ' ' << text;
    out_ << '\n';
}

void Sheet::beside(const Row& row) {
    line(std::string(gutter_columns_ + 1, ' ') + '|', row);
}

void Sheet::gap(const Row& row) {
    const std::string_view dots = "...";
    const bool is_blank = row.size() == 0;
    const std::size_t columns = is_blank ? 0 : gutter_columns_ + 2;
    line(std::string(dots) + std::string(columns > dots.size() ? columns - dots.size() : 0, ' '),
         row);
}

void Sheet::remark(std::string_view kind, std::string_view text) {
    const std::string indent(gutter_columns_ + 1, ' ');
    out_ << indent << painted(colour_, Style::kGutter, "=") << ' '
         << painted(colour_, Style::kBold, std::string(kind) + ":") << ' ';
    out_ << printable_lines(text, indent + std::string(kind.size() + 4, ' ')) << '\n';
}

} // namespace tiphys::report
