#pragma once
// Reads YAML and JSON into trees, one document at a time, so that a broken document does not hide
// the others.

#include <string_view>
#include <vector>

#include "compiler/base/arena.h"
#include "compiler/doc/tree.h"

namespace tiphys::doc {

/// The documents of a file: what stands between `---` lines (and after a BOM). Cheap: looks at line
/// starts only. Blank or comment-only pieces are left out.
[[nodiscard]] std::vector<Span> split_documents(FileId file, std::string_view text);

/// Reads one document. `text` is the whole file; the tree's texts point into it or into `arena`,
/// so both must outlive the tree. Never fails: what is wrong is in `Tree::defects`, and what could
/// be read before it is in the tree.
[[nodiscard]] Tree read_document(Span document, std::string_view text, Arena& arena);

} // namespace tiphys::doc
