#pragma once
// Rows of text in columns.

#include <iosfwd>
#include <string>
#include <vector>

namespace tiphys::cli {

using TableRow = std::vector<std::string>;

/// Columns as wide as what is in them, three blanks between.
void write_table(const std::vector<TableRow>& rows, std::ostream& out);

} // namespace tiphys::cli
