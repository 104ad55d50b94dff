#pragma once
// Reads a YAML document by libyaml's events. Nothing outside of read_yaml.cpp sees libyaml.

#include <cstdint>
#include <string_view>
#include <vector>

#include "compiler/base/arena.h"
#include "compiler/doc/tree.h"

namespace tiphys::doc {

/// A piece of the source that the parser was shown as something else, because it could not read
/// on otherwise.
struct Masked {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    bool is_blank = false; ///< shown as spaces, not as a plain word
};

/// The document to read: `text` is the file up to the document's end, perhaps with masks; `source`
/// the same as written.
struct YamlInput {
    std::string_view text;
    std::string_view source;
    std::uint32_t begin = 0;
    const std::vector<Masked>& masked;
};

/// What libyaml says when it cannot read on.
enum class YamlComplaint : std::uint8_t {
    kOther,
    kDirective,
    kTag,
    kUndeclaredTag,
    kEndOfMapping,
    kEndOfFlowMapping,
    kEndOfSequence,
    kEndOfFlowSequence,
    kNoContent,
    kEscape,
    kUnknownToken,
    kUnclosedQuote,
    kTab,
    kBlockEntry,
    kKeyIndicator,
    kColon,
    kColonInWord,
    kMissingColon,
    kAliasName,
    kAnchorName,
    kBlockHeader
};

/// Why the reading stopped.
struct YamlStop {
    enum class Reason : std::uint8_t { kNone, kSyntax, kBraces, kLimit };
    Reason reason = Reason::kNone;
    YamlComplaint complaint = YamlComplaint::kOther;
    std::uint32_t at = 0;         ///< where the reader stood
    std::uint32_t context = 0;    ///< where what it was reading begins
    std::uint32_t last_token = 0; ///< where the last scalar or bracket that was read begins
    std::uint32_t read_until = 0; ///< where it ends
    /// Where the flow collections begin that are open at `read_until`, from the outermost.
    std::vector<std::uint32_t> brackets;
};

/// Reads into `tree`, which must be empty but for its file and span.
[[nodiscard]] YamlStop read_yaml(const YamlInput& input, Tree& tree, Arena& arena);

} // namespace tiphys::doc
