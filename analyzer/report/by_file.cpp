// Findings put together by file.
#include "analyzer/report/by_file.h"

#include <map>

namespace tiphys::report {

std::vector<FileFindings> by_file(std::span<const Diagnostic> diagnostics) {
    std::vector<FileFindings> files;
    std::map<FileId, std::size_t> index_of;
    for (const Diagnostic& diagnostic : diagnostics) {
        const auto [found, is_new] = index_of.try_emplace(diagnostic.span.file, files.size());
        if (is_new) files.push_back({diagnostic.span.file, {}});
        files[found->second].diagnostics.push_back(&diagnostic);
    }
    return files;
}

} // namespace tiphys::report
