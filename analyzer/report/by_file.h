#pragma once
// Findings put together by file, for formats that have a section for each.

#include <span>
#include <vector>

#include "compiler/base/diagnostics.h"

namespace tiphys::report {

/// The findings of one file; FileId::kNone holds those without a place.
struct FileFindings {
    FileId file = FileId::kNone;
    std::vector<const Diagnostic*> diagnostics;
};

/// Files in the order of their first finding, findings in the given order.
[[nodiscard]] std::vector<FileFindings> by_file(std::span<const Diagnostic> diagnostics);

} // namespace tiphys::report
