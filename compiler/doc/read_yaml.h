#pragma once
// Reads a YAML document by yaml-cpp's events. Nothing outside of read_yaml.cpp sees yaml-cpp.

#include <cstdint>
#include <string_view>
#include <vector>

#include "compiler/base/arena.h"
#include "compiler/doc/tree.h"

namespace tiphys::doc {

/// A piece of the source that yaml-cpp was shown as a plain word instead, because it could not
/// read on otherwise.
struct Masked {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    bool is_alias = false; ///< `*name` without an anchor: becomes an alias without a target
};

/// The document to read: `text` is the file up to the document's end, perhaps with masks; `source`
/// the same as written.
struct YamlInput {
    std::string_view text;
    std::string_view source;
    std::uint32_t begin = 0;
    const std::vector<Masked>& masked;
};

/// Why the reading stopped.
struct YamlStop {
    enum class Reason : std::uint8_t { kNone, kSyntax, kUnknownAlias, kBraces, kLimit };
    Reason reason = Reason::kNone;
    std::uint32_t at = 0;         ///< where yaml-cpp stood
    std::uint32_t read_until = 0; ///< the end of the last token that was read
    std::string_view message;     ///< of yaml-cpp; points into constants
};

/// Reads into `tree`, which must be empty but for its file and span.
[[nodiscard]] YamlStop read_yaml(const YamlInput& input, Tree& tree, Arena& arena);

} // namespace tiphys::doc
