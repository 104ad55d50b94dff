#pragma once
// Marked source lines, as rustc draws them.

#include <span>
#include <string>

#include "analyzer/report/sheet.h"
#include "compiler/base/source_map.h"

namespace tiphys::report {

/// A place to be underlined, with the words beside the underline. The main place has `^`, others
/// have `-`.
struct Mark {
    Span span;
    std::string label;
    bool is_main = false;
};

/// The last line that a snippet of these marks shows.
[[nodiscard]] std::uint32_t last_line_of(const SourceMap& sources, std::span<const Mark> marks);

/// Draws the lines of the marks, which all lie in one file, in `main_style` under the main place.
void draw_snippet(Sheet& sheet, const SourceMap& sources, std::span<const Mark> marks,
                  Style main_style);

} // namespace tiphys::report
