// Fixes of findings applied to the texts they were found in.
#include "cli/apply_fixes.h"

#include <algorithm>
#include <vector>

namespace tiphys::cli {
namespace {

bool overlap(const Span& a, const Span& b) {
    if (a.file != b.file) return false;
    // Two insertions at one place would depend on their order.
    return (a.begin < b.end && b.begin < a.end) || a.begin == b.begin;
}

bool fits(const Fix& fix, const std::vector<TextEdit>& chosen) {
    return std::none_of(fix.edits.begin(), fix.edits.end(), [&](const TextEdit& edit) {
        return std::any_of(chosen.begin(), chosen.end(),
                           [&](const TextEdit& other) { return overlap(edit.span, other.span); });
    });
}

} // namespace

std::map<FileId, std::string> apply_fixes(std::span<const Diagnostic> found,
                                          const SourceMap& sources, bool with_unsafe) {
    std::map<FileId, std::vector<TextEdit>> edits;
    for (const Diagnostic& diagnostic : found) {
        const auto wanted = std::find_if(diagnostic.fixes.begin(), diagnostic.fixes.end(),
                                         [&](const Fix& fix) { return fix.safe || with_unsafe; });
        if (wanted == diagnostic.fixes.end() || wanted->edits.empty()) continue;
        std::vector<TextEdit>& chosen = edits[wanted->edits.front().span.file];
        const bool is_one_file =
            std::all_of(wanted->edits.begin(), wanted->edits.end(), [&](const TextEdit& edit) {
                return edit.span.file == wanted->edits.front().span.file;
            });
        if (!is_one_file || !fits(*wanted, chosen)) continue;
        chosen.insert(chosen.end(), wanted->edits.begin(), wanted->edits.end());
    }
    std::map<FileId, std::string> texts;
    for (auto& [file, chosen] : edits) {
        if (!chosen.empty()) texts[file] = apply_edits(sources.file(file).text, std::move(chosen));
    }
    return texts;
}

} // namespace tiphys::cli
