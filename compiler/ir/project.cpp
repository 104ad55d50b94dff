// Everything that was read in one invocation, and the names it declares.
#include "compiler/ir/project.h"

namespace tiphys::ir {

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
                              std::string_view name) const {
    const auto [first, last] = by_name_.equal_range({kind, name});
    for (auto at = first; at != last; ++at) {
        const std::string_view found = at->second->namespace_name;
        if (found == namespace_name || found.empty() || namespace_name.empty()) return at->second;
    }
    return nullptr;
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
