#pragma once
// The lines that one finding takes in `full`: a gutter with line numbers, and what stands beside.

#include <cstdint>
#include <ostream>
#include <string_view>

#include "analyzer/report/row.h"

namespace tiphys::report {

class Sheet {
public:
    /// `last_line` is the largest line number that will be written.
    Sheet(std::ostream& out, std::uint32_t last_line, bool colour, std::size_t width);

    [[nodiscard]] bool colour() const { return colour_; }
    /// Columns for source text.
    [[nodiscard]] std::size_t width() const { return width_; }

    /// `  --> a.yaml:3:4`; `arrow` is `-->` or `:::`.
    void place(std::string_view arrow, std::string_view text);
    /// `12 | text`, or `12 - text` and `12 + text` of a fix.
    void source(std::uint32_t line, std::string_view separator, Style separator_style,
                const Row& row);
    /// `   | text`.
    void beside(const Row& row);
    /// `... text`, in place of lines that are not shown.
    void gap(const Row& row);
    /// `   = help: text`; further lines of the text are indented.
    void remark(std::string_view kind, std::string_view text);

private:
    void line(std::string_view gutter, const Row& row);

    std::ostream& out_;
    std::size_t gutter_columns_;
    bool colour_;
    std::size_t width_;
};

} // namespace tiphys::report
