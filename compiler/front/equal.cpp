// Equality of values as Kubernetes sees them.
#include "compiler/front/equal.h"

#include <algorithm>
#include <vector>

#include "compiler/doc/resolve.h"

namespace tiphys::front {
namespace {

using ir::Entry;
using ir::Value;

bool is_mapping(const Value& value) {
    return value.kind == ir::ValueKind::kMap || value.kind == ir::ValueKind::kObject;
}

/// Entries of a mapping, typed or not, by key: the two sides may differ in what is typed.
std::vector<Entry> sorted_entries(const Value& value) {
    std::vector<Entry> entries;
    if (const auto* map = ir::map_as(&value)) {
        entries.assign(map->entries.begin(), map->entries.end());
    } else if (const auto* object = ir::any_object_as(&value)) {
        entries.assign(object->present_fields().begin(), object->present_fields().end());
        entries.insert(entries.end(), object->unknown.begin(), object->unknown.end());
    }
    std::sort(entries.begin(), entries.end(),
              [](const Entry& a, const Entry& b) { return a.key < b.key; });
    return entries;
}

bool equal_scalars(const ir::Scalar& left, const ir::Scalar& right) {
    const bool is_left_text = left.scalar_type == ScalarType::kString;
    const bool is_right_text = right.scalar_type == ScalarType::kString;
    if (is_left_text || is_right_text) {
        return is_left_text == is_right_text && left.text == right.text;
    }
    const auto left_json = doc::to_json(left.text, left.scalar_type);
    const auto right_json = doc::to_json(right.text, right.scalar_type);
    if (left_json || right_json) return left_json == right_json;
    return left.text == right.text;
}

std::optional<Difference> inside(std::string step, std::optional<Difference> difference) {
    if (!difference) return difference;
    const bool needs_dot = !difference->path.empty() && difference->path[0] != '[';
    difference->path = std::move(step) + (needs_dot ? "." : "") + difference->path;
    return difference;
}

std::optional<Difference> compare_lists(const ir::List& left, const ir::List& right) {
    const std::size_t n_common = std::min(left.items.size(), right.items.size());
    for (std::size_t i = 0; i < n_common; ++i) {
        auto difference = inside("[" + std::to_string(i) + "]",
                                 first_difference(*left.items[i], *right.items[i]));
        if (difference) return difference;
    }
    if (left.items.size() == right.items.size()) return std::nullopt;
    return Difference{"[" + std::to_string(n_common) + "]",
                      left.items.size() > n_common ? left.items[n_common] : nullptr,
                      right.items.size() > n_common ? right.items[n_common] : nullptr};
}

std::optional<Difference> compare_mappings(const Value& left, const Value& right) {
    const std::vector<Entry> left_entries = sorted_entries(left);
    const std::vector<Entry> right_entries = sorted_entries(right);
    auto l = left_entries.begin();
    auto r = right_entries.begin();
    while (l != left_entries.end() || r != right_entries.end()) {
        if (r == right_entries.end() || (l != left_entries.end() && l->key < r->key)) {
            return Difference{std::string(l->key), l->value, nullptr};
        }
        if (l == left_entries.end() || r->key < l->key) {
            return Difference{std::string(r->key), nullptr, r->value};
        }
        auto difference = inside(std::string(l->key), first_difference(*l->value, *r->value));
        if (difference) return difference;
        ++l;
        ++r;
    }
    return std::nullopt;
}

} // namespace

std::optional<Difference> first_difference(const Value& left, const Value& right) {
    if (is_mapping(left) && is_mapping(right)) return compare_mappings(left, right);
    if (left.kind != right.kind) return Difference{"", &left, &right};
    if (const auto* list = ir::list_as(&left)) {
        return compare_lists(*list, static_cast<const ir::List&>(right));
    }
    const bool are_equal =
        equal_scalars(static_cast<const ir::Scalar&>(left), static_cast<const ir::Scalar&>(right));
    if (are_equal) return std::nullopt;
    return Difference{"", &left, &right};
}

} // namespace tiphys::front
