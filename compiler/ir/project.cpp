// Everything that was read in one invocation, and the names it declares.
#include "compiler/ir/project.h"

namespace tiphys::ir {

void Project::replace_unit(SourceUnit unit) {
    for (SourceUnit& former : units_) {
        if (former.file != unit.file) continue;
        former = std::move(unit);
        return;
    }
}

void Project::index() {
    by_name_.clear();
    for (const SourceUnit& unit : units_) {
        for (const Document& document : unit.documents) {
            if (document.kind.empty() || document.name.empty()) continue;
            by_name_.emplace(std::pair(document.kind, document.name), &document);
        }
    }
}

const Document* Project::find(std::string_view kind, std::string_view namespace_name,
                              std::string_view name, FileId asking) const {
    const auto [first, last] = by_name_.equal_range({kind, name});
    const Document* best = nullptr;
    std::size_t best_nearness = 0;
    for (auto at = first; at != last; ++at) {
        const Document& found = *at->second;
        const std::string_view theirs = found.namespace_name;
        if (theirs != namespace_name && !theirs.empty() && !namespace_name.empty()) continue;
        const std::size_t near = asking == FileId::kNone ? 0 : nearness(asking, found);
        if (best != nullptr && near <= best_nearness) continue;
        best = &found;
        best_nearness = near;
    }
    return best;
}

/// Length of the folders that two files share; more than any where they are one file.
std::size_t Project::nearness(FileId asking, const Document& document) const {
    if (asking == document.file) return std::string_view::npos;
    const std::string_view a = sources_->file(asking).path;
    const std::string_view b = sources_->file(document.file).path;
    std::size_t shared = 0;
    for (std::size_t i = 0; i < a.size() && i < b.size() && a[i] == b[i]; ++i) {
        if (a[i] == '/') shared = i + 1;
    }
    return shared;
}

std::vector<const Document*> Project::all(std::string_view kind) const {
    std::vector<const Document*> found;
    for (const SourceUnit& unit : units_) {
        for (const Document& document : unit.documents) {
            if (document.kind == kind) found.push_back(&document);
        }
    }
    return found;
}

bool Project::defines_any(std::string_view kind) const {
    const auto at = by_name_.lower_bound({kind, std::string_view{}});
    return at != by_name_.end() && at->first.first == kind;
}

std::vector<std::string_view> Project::names(std::string_view kind) const {
    std::vector<std::string_view> names;
    auto at = by_name_.lower_bound({kind, std::string_view{}});
    for (; at != by_name_.end() && at->first.first == kind; ++at)
        names.push_back(at->first.second);
    return names;
}

} // namespace tiphys::ir
