#pragma once
// Reads JSON into the same trees as YAML. Argo reads files that begin with `{` as JSON, where tabs
// may indent and `\/` and surrogate pairs are escapes.

#include <cstdint>
#include <string_view>

#include "compiler/base/arena.h"
#include "compiler/doc/tree.h"

namespace tiphys::doc {

/// Why the reading stopped; `detail` is empty if it did not.
struct JsonStop {
    std::uint32_t at = 0;
    std::string_view detail;
    bool is_limit = false; ///< the defect is in the tree already
};

/// True if `text` begins like JSON: with a brace or bracket, and after a brace with a string.
[[nodiscard]] bool looks_like_json(std::string_view text);

/// Reads `text` from `begin` to its end into `tree`, which must be empty but for file and span.
[[nodiscard]] JsonStop read_json(std::string_view text, std::uint32_t begin, Tree& tree,
                                 Arena& arena);

} // namespace tiphys::doc
