#pragma once
// The one style of the language: two blanks of indentation, lines of at most 110 characters, a
// block on one line if it stood on one line and fits.

#include <string>
#include <string_view>

namespace tiphys::syntax {

/// The text of a .tiphys file in the language's style; formatting the result again changes nothing.
/// Comments, groups of lines (one blank line at most), and the texts of scripts and fences stay.
/// Statements that cannot be read are kept as they are. A file that nests too deep, or is not
/// UTF-8, comes back unchanged.
[[nodiscard]] std::string format_source(std::string_view text);

} // namespace tiphys::syntax
