#pragma once
// Fixes of findings applied to the texts they were found in.

#include <map>
#include <span>
#include <string>

#include "compiler/base/diagnostics.h"
#include "compiler/base/source_map.h"

namespace tiphys::cli {

/// The new texts of the files that the first wanted fix of each finding changes. A fix is applied
/// whole or not at all: one that overlaps an earlier one waits for the next round. Unsafe fixes are
/// applied only where `with_unsafe`.
[[nodiscard]] std::map<FileId, std::string> apply_fixes(std::span<const Diagnostic> found,
                                                        const SourceMap& sources, bool with_unsafe);

} // namespace tiphys::cli
