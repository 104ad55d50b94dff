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
/// so both must outlive the tree. Never fails: what is wrong is in `Tree::defects`, in the order of
/// the text. Reading goes on behind many defects; where it cannot, the tree holds what stood
/// before. What begins like JSON and is JSON is read by JSON's rules, as Argo does.
[[nodiscard]] Tree read_document(Span document, std::string_view text, Arena& arena);

} // namespace tiphys::doc
