#pragma once
// Names for findings that stay the same while the lines around them move.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/base/diagnostics.h"
#include "compiler/base/source_map.h"

namespace tiphys::report {

/// GitHub's `primaryLocationLineHash` of each line of a text, the first line at index 0. It hashes
/// the hundred characters from the start of the line on, blanks left out. GitHub compares it with
/// its own result (codeql-action: src/fingerprints.ts).
[[nodiscard]] std::vector<std::string> line_hashes(std::string_view text);

/// 64 bits in hexadecimal from the rule, the object and the first line of the marked text with
/// blanks made equal. File and line do not take part, so that the finding survives moves.
[[nodiscard]] std::string stable_fingerprint(const SourceMap& sources,
                                             const Diagnostic& diagnostic);

/// 64 bits of FNV-1a in hexadecimal.
[[nodiscard]] std::string short_hash(std::string_view text);

/// Tells equal fingerprints apart by counting them: "abc:1", "abc:2".
class FingerprintCounter {
public:
    [[nodiscard]] std::string numbered(const std::string& fingerprint);

private:
    std::map<std::string, std::uint32_t> counts_;
};

} // namespace tiphys::report
