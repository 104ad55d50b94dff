#pragma once
// What a fix would change, as removed and added lines.

#include "analyzer/report/sheet.h"
#include "compiler/base/diagnostics.h"
#include "compiler/base/source_map.h"

namespace tiphys::report {

/// A line number that is at least the largest that draw_fix writes.
[[nodiscard]] std::uint32_t last_line_of(const SourceMap& sources, const Fix& fix);

/// Draws the title of a fix and the lines that it changes; files other than `main_file` are named.
void draw_fix(Sheet& sheet, const SourceMap& sources, const Fix& fix, FileId main_file);

} // namespace tiphys::report
