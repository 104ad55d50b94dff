// Equality of values as Kubernetes sees them.
#include "compiler/front/equal.h"

#include <algorithm>

#include "compiler/doc/resolve.h"

namespace tiphys::front {
namespace {

bool is_mapping(const ir::Value& value) {
    return value.kind == ir::ValueKind::kMap || value.kind == ir::ValueKind::kObject;
}

/// Entries of a mapping, typed or not, as written.
std::vector<ir::Entry> entries_of(const ir::Value& value) {
    std::vector<ir::Entry> entries;
    if (const auto* map = ir::map_as(&value)) {
        entries.assign(map->entries.begin(), map->entries.end());
    } else if (const auto* object = ir::any_object_as(&value)) {
        entries.assign(object->present_fields().begin(), object->present_fields().end());
        entries.insert(entries.end(), object->unknown.begin(), object->unknown.end());
    }
    return entries;
}

/// The same by key: the two sides may differ in what is typed.
std::vector<ir::Entry> sorted_entries(const ir::Value& value) {
    std::vector<ir::Entry> entries = entries_of(value);
    std::sort(entries.begin(), entries.end(),
              [](const ir::Entry& a, const ir::Entry& b) { return a.key < b.key; });
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
                      right.items.size() > n_common ? right.items[n_common] : nullptr,
                      {},
                      {}};
}

std::optional<Difference> compare_mappings(const ir::Value& left, const ir::Value& right) {
    const std::vector<ir::Entry> left_entries = sorted_entries(left);
    const std::vector<ir::Entry> right_entries = sorted_entries(right);
    auto l = left_entries.begin();
    auto r = right_entries.begin();
    while (l != left_entries.end() || r != right_entries.end()) {
        if (r == right_entries.end() || (l != left_entries.end() && l->key < r->key)) {
            return Difference{std::string(l->key), l->value, nullptr, {}, {}};
        }
        if (l == left_entries.end() || r->key < l->key) {
            return Difference{std::string(r->key), nullptr, r->value, {}, {}};
        }
        auto difference = inside(std::string(l->key), first_difference(*l->value, *r->value));
        if (difference) return difference;
        ++l;
        ++r;
    }
    return std::nullopt;
}

const ir::Value* find(const ir::Value& value, std::string_view key) {
    for (const ir::Entry& entry : entries_of(value)) {
        if (entry.key == key) return entry.value;
    }
    return nullptr;
}

/// What the elements of the list are called by that key; nothing where some are not, or two alike.
std::vector<std::string_view> names_of(const ir::List& list, std::string_view key) {
    std::vector<std::string_view> names;
    for (const ir::Value* item : list.items) {
        const std::string_view name = ir::text_of(ir::scalar_as(find(*item, key)));
        const bool is_new = std::find(names.begin(), names.end(), name) == names.end();
        if (name.empty() || !is_new) return {};
        names.push_back(name);
    }
    return names;
}

std::string joined(const std::vector<std::string_view>& names) {
    std::string text;
    for (const std::string_view name : names)
        text += (text.empty() ? "" : ", ") + std::string(name);
    return text;
}

/// `.key`, or `["a.b/c"]` for a key that would read as a path.
std::string step_to(std::string_view key, const std::string& path) {
    const bool is_path = key.find_first_of("./[] ") != key.npos;
    if (is_path) return path + "[\"" + std::string(key) + "\"]";
    return path + (path.empty() ? "" : ".") + std::string(key);
}

class Comparison {
public:
    void compare(const std::string& path, const ir::Value& left, const ir::Value& right,
                 std::string_view merge_key);
    [[nodiscard]] std::vector<Difference> take() { return std::move(found_); }

private:
    void mappings(const std::string& path, const ir::Value& left, const ir::Value& right);
    bool named(const std::string& path, const ir::List& left, const ir::List& right,
               std::string_view key);
    void plain(const std::string& path, const ir::List& left, const ir::List& right);
    void add(const std::string& path, const ir::Value* left, const ir::Value* right) {
        found_.push_back({path, left, right, {}, {}});
    }

    std::vector<Difference> found_;
};

std::string_view merge_key_of(const ir::Value& value, std::string_view key) {
    const auto* object = ir::any_object_as(&value);
    const int index = object == nullptr ? -1 : schema::find_field(*object->type, key);
    return index < 0 ? std::string_view{}
                     : object->type->fields[static_cast<std::size_t>(index)].merge_key;
}

void Comparison::mappings(const std::string& path, const ir::Value& left, const ir::Value& right) {
    for (const ir::Entry& entry : entries_of(left)) {
        const std::string inner = step_to(entry.key, path);
        const ir::Value* other = find(right, entry.key);
        if (other == nullptr) {
            add(inner, entry.value, nullptr);
        } else {
            compare(inner, *entry.value, *other, merge_key_of(left, entry.key));
        }
    }
    for (const ir::Entry& entry : entries_of(right)) {
        if (find(left, entry.key) == nullptr) add(step_to(entry.key, path), nullptr, entry.value);
    }
}

/// False where the elements have no names.
bool Comparison::named(const std::string& path, const ir::List& left, const ir::List& right,
                       std::string_view key) {
    const std::vector<std::string_view> names = names_of(left, key);
    const std::vector<std::string_view> others = names_of(right, key);
    if (names.size() != left.items.size() || others.size() != right.items.size()) return false;
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < names.size(); ++i) {
        const std::string inner = path + "[" + std::string(names[i]) + "]";
        const auto other = std::find(others.begin(), others.end(), names[i]);
        if (other == others.end()) {
            add(inner, left.items[i], nullptr);
            continue;
        }
        order.push_back(static_cast<std::size_t>(other - others.begin()));
        compare(inner, *left.items[i], *right.items[order.back()], {});
    }
    for (std::size_t i = 0; i < others.size(); ++i) {
        if (std::find(names.begin(), names.end(), others[i]) != names.end()) continue;
        add(path + "[" + std::string(others[i]) + "]", nullptr, right.items[i]);
    }
    if (!std::is_sorted(order.begin(), order.end())) {
        found_.push_back({path, &left, &right, joined(names), joined(others)});
    }
    return true;
}

void Comparison::plain(const std::string& path, const ir::List& left, const ir::List& right) {
    const std::size_t n_left = left.items.size();
    const std::size_t n_right = right.items.size();
    const std::size_t n_least = std::min(n_left, n_right);
    std::size_t n_before = 0;
    while (n_before < n_least && !first_difference(*left.items[n_before], *right.items[n_before]))
        ++n_before;
    std::size_t n_behind = 0;
    while (n_behind < n_least - n_before &&
           !first_difference(*left.items[n_left - 1 - n_behind],
                             *right.items[n_right - 1 - n_behind])) {
        ++n_behind;
    }
    for (std::size_t i = n_before; i < std::max(n_left, n_right) - n_behind; ++i) {
        const std::string inner = path + "[" + std::to_string(i) + "]";
        const ir::Value* one = i < n_left - n_behind ? left.items[i] : nullptr;
        const ir::Value* other = i < n_right - n_behind ? right.items[i] : nullptr;
        if (one != nullptr && other != nullptr) {
            compare(inner, *one, *other, {});
        } else {
            add(inner, one, other);
        }
    }
}

void Comparison::compare(const std::string& path, const ir::Value& left, const ir::Value& right,
                         std::string_view merge_key) {
    if (is_mapping(left) && is_mapping(right)) return mappings(path, left, right);
    const auto* list = ir::list_as(&left);
    const auto* other = ir::list_as(&right);
    if (list == nullptr || other == nullptr) {
        if (first_difference(left, right)) add(path, &left, &right);
        return;
    }
    if (!merge_key.empty() && named(path, *list, *other, merge_key)) return;
    if (!named(path, *list, *other, "name")) plain(path, *list, *other);
}

} // namespace

std::optional<Difference> first_difference(const ir::Value& left, const ir::Value& right) {
    if (is_mapping(left) && is_mapping(right)) return compare_mappings(left, right);
    if (left.kind != right.kind) return Difference{"", &left, &right, {}, {}};
    if (const auto* list = ir::list_as(&left)) {
        return compare_lists(*list, static_cast<const ir::List&>(right));
    }
    const bool are_equal =
        equal_scalars(static_cast<const ir::Scalar&>(left), static_cast<const ir::Scalar&>(right));
    if (are_equal) return std::nullopt;
    return Difference{"", &left, &right, {}, {}};
}

std::vector<Difference> all_differences(const ir::Value& left, const ir::Value& right) {
    Comparison comparison;
    comparison.compare("", left, right, {});
    return comparison.take();
}

} // namespace tiphys::front
