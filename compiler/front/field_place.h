#pragma once
// Fields by their paths, as API servers and schema checkers write them, to places in the source.

#include <string_view>

#include "compiler/ir/project.h"

namespace tiphys::front {

/// Where a field of a document stands in its file.
struct FieldPlace {
    /// A scalar itself; of what is longer its key, or its name where it is one of a list. Where the
    /// document ends before the path does, this is of the last part that it has.
    Span span;
    /// The last part of the path: a key, or `[2]`.
    std::string_view last;
    /// Whether the document has all of the path.
    bool is_present = false;
};

/// `path` is what Kubernetes' field.Path prints: `spec.templates[0].container.image`, keys of
/// mappings also as `labels[app]`. An index may stand between dots.
[[nodiscard]] FieldPlace find_field(const ir::Document& document, std::string_view path);

} // namespace tiphys::front
