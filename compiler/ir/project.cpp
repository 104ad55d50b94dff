// Everything that was read in one invocation, and the names it declares.
#include "compiler/ir/project.h"

#include <algorithm>
#include <iterator>

namespace tiphys::ir {
namespace {

struct ByName {
    bool operator()(const Document* a, const Document* b) const { return a->name < b->name; }
    bool operator()(const Document* a, std::string_view b) const { return a->name < b; }
    bool operator()(std::string_view a, const Document* b) const { return a < b->name; }
};

std::span<const Document* const> of_name(const std::vector<const Document*>& documents,
                                         std::string_view name) {
    const auto [first, last] = std::equal_range(documents.begin(), documents.end(), name, ByName{});
    return {first, last};
}

bool is_visible(const Document& document, std::string_view from) {
    const std::string_view theirs = document.namespace_name;
    return theirs == from || theirs.empty() || from.empty();
}

bool comes_first(const Document& a, const Document& b) {
    return std::pair(a.file, a.span.begin) < std::pair(b.file, b.span.begin);
}

} // namespace

void Project::replace_unit(SourceUnit unit) {
    for (SourceUnit& former : units_) {
        if (former.file != unit.file) continue;
        former = std::move(unit);
        return;
    }
}

void Project::index() {
    by_kind_.clear();
    for (const SourceUnit& unit : units_) {
        for (const Document& document : unit.documents)
            by_kind_[document.kind].as_read.push_back(&document);
    }
    for (auto& [kind, documents] : by_kind_) {
        if (kind.empty()) continue;
        std::copy_if(documents.as_read.begin(), documents.as_read.end(),
                     std::back_inserter(documents.by_name),
                     [](const Document* document) { return !document->name.empty(); });
        std::stable_sort(documents.by_name.begin(), documents.by_name.end(), ByName{});
        documents.by_path = documents.by_name;
        std::stable_sort(documents.by_path.begin(), documents.by_path.end(),
                         [&](const Document* a, const Document* b) {
                             return std::pair(a->name, path_of(a->file)) <
                                    std::pair(b->name, path_of(b->file));
                         });
    }
}

const Document* Project::find(std::string_view kind, std::string_view namespace_name,
                              std::string_view name, FileId asking) const {
    const auto documents = by_kind_.find(kind);
    if (documents == by_kind_.end()) return nullptr;
    if (asking != FileId::kNone) {
        return nearest(of_name(documents->second.by_path, name), namespace_name, asking);
    }
    const auto same_name = of_name(documents->second.by_name, name);
    const auto found =
        std::find_if(same_name.begin(), same_name.end(), [&](const Document* document) {
            return is_visible(*document, namespace_name);
        });
    return found == same_name.end() ? nullptr : *found;
}

/// Shared folders grow no longer on the way from where the asking path itself would stand, in
/// either direction: what is farther away than the best is not looked at.
const Document* Project::nearest(std::span<const Document* const> same_name,
                                 std::string_view namespace_name, FileId asking) const {
    const auto middle = std::lower_bound(
        same_name.begin(), same_name.end(), path_of(asking),
        [&](const Document* a, std::string_view path) { return path_of(a->file) < path; });
    const Document* best = nullptr;
    std::size_t best_nearness = 0;
    /// False where nothing better can follow.
    const auto consider = [&](const Document& document) {
        const std::size_t near = nearness(asking, document);
        if (best != nullptr && near < best_nearness) return false;
        if (!is_visible(document, namespace_name)) return true;
        if (best == nullptr || near > best_nearness || comes_first(document, *best)) {
            best = &document;
            best_nearness = near;
        }
        return true;
    };
    for (auto at = middle; at != same_name.end(); ++at) {
        if (!consider(**at)) break;
    }
    for (auto at = middle; at != same_name.begin(); --at) {
        if (!consider(**std::prev(at))) break;
    }
    return best;
}

std::string_view Project::path_of(FileId file) const {
    return sources_->file(file).path;
}

/// Length of the folders that two files share; more than any where they are one file.
std::size_t Project::nearness(FileId asking, const Document& document) const {
    if (asking == document.file) return std::string_view::npos;
    const std::string_view a = path_of(asking);
    const std::string_view b = path_of(document.file);
    std::size_t shared = 0;
    for (std::size_t i = 0; i < a.size() && i < b.size() && a[i] == b[i]; ++i) {
        if (a[i] == '/') shared = i + 1;
    }
    return shared;
}

std::span<const Document* const> Project::all(std::string_view kind) const {
    const auto documents = by_kind_.find(kind);
    if (documents == by_kind_.end()) return {};
    return documents->second.as_read;
}

std::span<const Document* const> Project::named(std::string_view kind,
                                                std::string_view name) const {
    const auto documents = by_kind_.find(kind);
    if (documents == by_kind_.end()) return {};
    return of_name(documents->second.by_name, name);
}

bool Project::defines_any(std::string_view kind) const {
    const auto documents = by_kind_.find(kind);
    return documents != by_kind_.end() && !documents->second.by_name.empty();
}

std::vector<std::string_view> Project::names(std::string_view kind) const {
    std::vector<std::string_view> names;
    const auto documents = by_kind_.find(kind);
    if (documents == by_kind_.end()) return names;
    for (const Document* document : documents->second.by_name)
        names.push_back(document->name);
    return names;
}

} // namespace tiphys::ir
