// sprig's functions on maps. Values do not change: what Go does to a map in its place happens to a
// copy. sprig: dict.go.
#include <algorithm>
#include <array>
#include <utility>

#include "compiler/expr/builtins.h"
#include "compiler/expr/sprig_parts.h"

namespace tiphys::expr {
namespace {

using Entries = std::vector<std::pair<Value, Value>>;

constexpr std::string_view kMerge =
    "func(map[string]interface {}, ...map[string]interface {}) interface {}";
constexpr std::string_view kMustMerge =
    "func(map[string]interface {}, ...map[string]interface {}) (interface {}, error)";
constexpr std::string_view kSomeKeys =
    "func(map[string]interface {}, ...string) map[string]interface {}";

/// Go's nil map is nil here.
const Entries& entries_of(const Value& map) {
    static const Entries none;
    return map.kind() == ValueKind::kMap ? map.as_map().entries : none;
}

const Value* find(const Value& map, std::string_view key) {
    return map.kind() == ValueKind::kMap ? map.as_map().find(key) : nullptr;
}

Value get(Call& call) {
    const Value* found = find(call[0], call.text(1));
    return found == nullptr ? Value::string("") : *found;
}

Value set(Call& call) {
    if (call[0].is_nil()) return call.fail("nothing can be set in nil");
    Entries entries = entries_of(call[0]);
    if (!call.grow(entries.size())) return {};
    entries.emplace_back(call[1], call[2]);
    return Value::map(std::move(entries));
}

Value without_keys(Call& call, std::span<const Value> keys) {
    Entries entries;
    for (const auto& entry : entries_of(call[0])) {
        const bool omitted = std::any_of(
            keys.begin(), keys.end(), [&](const Value& key) { return is_same(entry.first, key); });
        if (!omitted) entries.push_back(entry);
    }
    return Value::map(std::move(entries));
}

Value unset(Call& call) {
    return call[0].is_nil() ? Value() : without_keys(call, call.arguments().subspan(1));
}

Value omit(Call& call) {
    return without_keys(call, call.arguments().subspan(1));
}

Value pick(Call& call) {
    Entries entries;
    for (const Value& key : call.arguments().subspan(1)) {
        const Value* found = find(call[0], key.as_string());
        if (found != nullptr) entries.emplace_back(key, *found);
    }
    return Value::map(std::move(entries));
}

Value has_key(Call& call) {
    return Value::boolean(find(call[0], call.text(1)) != nullptr);
}

Value pluck(Call& call) {
    std::vector<Value> values;
    for (const Value& map : call.arguments().subspan(1)) {
        const Value* found = find(map, call.text(0));
        if (found != nullptr) values.push_back(*found);
    }
    return Value::list(std::move(values));
}

Value keys(Call& call) {
    std::vector<Value> keys;
    for (const Value& map : call.arguments()) {
        if (!call.grow(entries_of(map).size())) return {};
        for (const auto& [key, value] : entries_of(map))
            keys.push_back(key);
    }
    return Value::list(std::move(keys), ListType::kString);
}

Value values(Call& call) {
    std::vector<Value> values;
    if (!call.grow(entries_of(call[0]).size())) return {};
    for (const auto& [key, value] : entries_of(call[0]))
        values.push_back(value);
    return Value::list(std::move(values));
}

Value make_dict(Call& call) {
    Entries entries;
    for (std::size_t i = 0; i < call.size(); i += 2) {
        entries.emplace_back(Value::string(sprig_text(call[i])),
                             i + 1 < call.size() ? call[i + 1] : Value::string(""));
    }
    return Value::map(std::move(entries));
}

bool is_dict(const Value& value) {
    return value.kind() == ValueKind::kMap && value.as_map().type == MapType::kStringAny;
}

Value dig(Call& call) {
    if (call.size() < 3) return call.fail("`dig` takes at least 3 arguments");
    const Value* found = &call[call.size() - 1];
    for (const Value& key : call.arguments().first(call.size() - 2)) {
        if (!key.is_string()) return call.fail("a key is a string, not " + kind_text(key));
    }
    for (const Value& key : call.arguments().first(call.size() - 2)) {
        if (!is_dict(*found)) return call.fail("a map is needed, not " + kind_text(*found));
        found = find(*found, key.as_string());
        if (found == nullptr) return call[call.size() - 2];
    }
    return *found;
}

/// Maps within maps are merged; other values of `from` replace those that are missing or empty,
/// and all where `overwrite`. mergo: merge.go deepMerge.
Value merge_maps(Call& call, const Value& into, const Value& from, bool overwrite) {
    Entries merged = entries_of(into);
    if (!call.grow(merged.size() + entries_of(from).size())) return {};
    for (const auto& added : entries_of(from)) {
        const Value& key = added.first;
        const Value& value = added.second;
        const auto place = std::find_if(merged.begin(), merged.end(), [&](const auto& entry) {
            return is_same(entry.first, key);
        });
        if (place == merged.end()) {
            if (!value.is_nil() || overwrite) merged.emplace_back(key, value);
            continue;
        }
        Value& old = place->second;
        const bool both_maps = old.kind() == ValueKind::kMap && value.kind() == ValueKind::kMap;
        if (both_maps) old = merge_maps(call, old, value, overwrite);
        if (both_maps && !is_empty(old)) continue;
        if (overwrite || (is_empty(old) && !value.is_nil())) old = value;
    }
    const MapType type = into.kind() == ValueKind::kMap ? into.as_map().type : MapType::kStringAny;
    return Value::map(std::move(merged), type);
}

Value merge_all(Call& call, bool overwrite) {
    Value merged = call[0];
    for (const Value& map : call.arguments().subspan(1)) {
        if (!map.is_nil()) merged = merge_maps(call, merged, map, overwrite);
    }
    return merged;
}

Value merge(Call& call) {
    return merge_all(call, false);
}

Value merge_overwrite(Call& call) {
    return merge_all(call, true);
}

constexpr auto kDictFunctions = std::to_array<SprigFunction>({
    {"dict", "func(...interface {}) map[string]interface {}", make_dict},
    {"dig", "func(...interface {}) (interface {}, error)", dig},
    {"get", "func(map[string]interface {}, string) interface {}", get},
    {"hasKey", "func(map[string]interface {}, string) bool", has_key},
    {"keys", "func(...map[string]interface {}) []string", keys},
    {"merge", kMerge, merge},
    {"mergeOverwrite", kMerge, merge_overwrite},
    {"mustMerge", kMustMerge, merge},
    {"mustMergeOverwrite", kMustMerge, merge_overwrite},
    {"omit", kSomeKeys, omit},
    {"pick", kSomeKeys, pick},
    {"pluck", "func(string, ...map[string]interface {}) []interface {}", pluck},
    {"set", "func(map[string]interface {}, string, interface {}) map[string]interface {}", set},
    {"unset", "func(map[string]interface {}, string) map[string]interface {}", unset},
    {"values", "func(map[string]interface {}) []interface {}", values},
});

} // namespace

std::span<const SprigFunction> sprig_dict_functions() {
    return kDictFunctions;
}

} // namespace tiphys::expr
