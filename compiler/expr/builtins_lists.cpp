// The builtin functions of expr-lang: lists and maps. expr-lang: builtin.
#include <algorithm>
#include <array>
#include <utility>

#include "compiler/expr/builtins.h"
#include "compiler/expr/machine.h"
#include "compiler/expr/operators.h"
#include "compiler/expr/types.h"

namespace tiphys::expr {
namespace {

constexpr int kListDepth = 1'000;

bool needs_list(Call& call, std::size_t index, std::string_view name) {
    if (is_list_like(call[index])) return true;
    call.fail("`" + std::string(name) + "` takes a list, not " + describe(type_of(call[index])));
    return false;
}

bool needs_map(Call& call, std::string_view name) {
    if (call[0].kind() == ValueKind::kMap) return true;
    call.fail("`" + std::string(name) + "` takes a map, not " + describe(type_of(call[0])));
    return false;
}

std::vector<Value> elements_of(const Value& list) {
    std::vector<Value> values;
    for (std::size_t i = 0; i < list_size(list); ++i)
        values.push_back(list_element(list, i));
    return values;
}

/// The first or last element, or nil where there is none.
Value end_element(Call& call, std::int64_t index) {
    Fault fault;
    Value value = fetch(call[0], Value::integer(index), fault);
    return fault.empty() ? value : Value();
}

Value get(Call& call) {
    const Value& from = call[0];
    if (from.is_nil()) return {};
    if (from.is_string() || is_list_like(from)) {
        Fault fault;
        static_cast<void>(to_int(call[1], fault));
        if (!fault.empty()) return call.fail(std::move(fault));
    }
    const bool wrong_key = from.kind() == ValueKind::kMap && !call[1].is_string() &&
                           !call[1].is_nil() && key_of(type_of(from)).kind == TypeKind::kString;
    if (wrong_key) {
        return call.fail("keys of the map are strings, not " + describe(type_of(call[1])));
    }
    if (from.kind() == ValueKind::kMap) {
        const Value key = call[1].is_nil() ? Value::string("") : call[1];
        const Value* found = from.as_map().find(key);
        return found == nullptr ? Value() : *found;
    }
    Fault fault;
    Value value = fetch(from, call[1], fault);
    return fault.empty() ? value : Value();
}

Value take(Call& call) {
    if (!needs_list(call, 0, "take")) return {};
    if (call[1].kind() != ValueKind::kInt) {
        return call.fail("`take` needs an int, not " + describe(type_of(call[1])));
    }
    const std::int64_t count = call.integer(1);
    if (count < 0)
        return call.fail("`take` needs an int of 0 or more, not " + std::to_string(count));
    Fault fault;
    return slice(call[0], Value::integer(0), Value::integer(count), fault);
}

Value keys(Call& call) {
    if (!needs_map(call, "keys")) return {};
    std::vector<Value> values;
    for (const auto& [key, value] : call[0].as_map().entries)
        values.push_back(key);
    return Value::list(std::move(values));
}

Value values(Call& call) {
    if (!needs_map(call, "values")) return {};
    std::vector<Value> result;
    for (const auto& [key, value] : call[0].as_map().entries)
        result.push_back(value);
    return Value::list(std::move(result));
}

Value to_pairs(Call& call) {
    if (!needs_map(call, "toPairs")) return {};
    std::vector<Value> pairs;
    for (const auto& [key, value] : call[0].as_map().entries)
        pairs.push_back(Value::list({key, value}, ListType::kPair));
    return Value::list(std::move(pairs), ListType::kPairList);
}

Value from_pairs(Call& call) {
    if (!needs_list(call, 0, "fromPairs")) return {};
    std::vector<std::pair<Value, Value>> entries;
    for (const Value& pair : elements_of(call[0])) {
        if (!is_list_like(pair) || list_size(pair) != 2) {
            return call.fail("`fromPairs` takes a list of pairs, but one element is `" +
                             go_text(pair) + "`");
        }
        Value key = list_element(pair, 0);
        Value value = list_element(pair, 1);
        if (is_list_like(key) || key.kind() == ValueKind::kMap) {
            return call.fail(describe(type_of(key)) + " cannot be a key");
        }
        const auto known = std::find_if(entries.begin(), entries.end(), [&](const auto& entry) {
            return is_same(entry.first, key);
        });
        if (known == entries.end()) {
            entries.emplace_back(std::move(key), std::move(value));
        } else {
            known->second = std::move(value);
        }
    }
    return Value::map(std::move(entries), MapType::kAnyAny);
}

Value reverse(Call& call) {
    if (!needs_list(call, 0, "reverse")) return {};
    std::vector<Value> result = elements_of(call[0]);
    std::reverse(result.begin(), result.end());
    return call.grow(result.size()) ? Value::list(std::move(result)) : Value();
}

Value uniq(Call& call) {
    if (!needs_list(call, 0, "uniq")) return {};
    std::vector<Value> result;
    std::uint64_t n_compared = 0;
    for (const Value& value : elements_of(call[0])) {
        n_compared += result.size();
        constexpr std::uint64_t kMostComparisons = 100'000'000;
        if (n_compared > kMostComparisons) return call.fail("the evaluation takes too long");
        const bool known = std::any_of(result.begin(), result.end(),
                                       [&](const Value& other) { return equal(value, other); });
        if (!known) result.push_back(value);
    }
    return Value::list(std::move(result));
}

Value concat(Call& call) {
    std::vector<Value> result;
    for (std::size_t i = 0; i < call.size(); ++i) {
        if (!needs_list(call, i, "concat")) return {};
        for (Value& value : elements_of(call[i]))
            result.push_back(std::move(value));
    }
    return call.grow(result.size()) ? Value::list_or_nil(std::move(result)) : Value();
}

bool flatten_into(Call& call, const Value& list, int depth, std::vector<Value>& result) {
    if (depth > kListDepth) {
        call.fail("the list is nested too deeply");
        return false;
    }
    for (std::size_t i = 0; i < list_size(list); ++i) {
        const Value element = list_element(list, i);
        if (is_list_like(element)) {
            if (!flatten_into(call, element, depth + 1, result)) return false;
        } else if (element.is_nil()) {
            // expr-lang asks a value that does not exist for its content.
            call.fail("`flatten` cannot take a list that holds nil");
            return false;
        } else {
            result.push_back(element);
        }
    }
    return true;
}

Value flatten(Call& call) {
    std::vector<Value> result;
    if (!needs_list(call, 0, "flatten") || !flatten_into(call, call[0], 0, result)) return {};
    return call.grow(result.size()) ? Value::list(std::move(result)) : Value();
}

Value sort(Call& call) {
    bool descending = false;
    if (call.size() == 2) {
        const bool is_known =
            call[1].is_string() && (call[1].as_string() == "asc" || call[1].as_string() == "desc");
        if (!is_known) {
            return call.fail("the order of `sort` is `asc` or `desc`, not `" + go_text(call[1]) +
                             "`");
        }
        descending = call[1].as_string() == "desc";
    }
    const bool is_sortable =
        call[0].kind() == ValueKind::kList &&
        (call[0].as_list().type == ListType::kAny || call[0].as_list().type == ListType::kInt ||
         call[0].as_list().type == ListType::kString);
    if (!is_sortable) return Value::list_or_nil({});
    std::vector<Value> result = call[0].as_list().values;
    std::vector<Value> none;
    Fault fault;
    sort_values(result, none, descending, fault);
    if (!fault.empty()) return call.fail(std::move(fault));
    return call.grow(result.size()) ? Value::list(std::move(result)) : Value();
}

constexpr std::array<Builtin, 13> kListBuiltins{{
    {"first", [](Call& call) { return end_element(call, 0); }},
    {"last", [](Call& call) { return end_element(call, -1); }},
    {"get", get},
    {"take", take},
    {"keys", keys},
    {"values", values},
    {"toPairs", to_pairs},
    {"fromPairs", from_pairs},
    {"reverse", reverse},
    {"uniq", uniq},
    {"concat", concat},
    {"flatten", flatten},
    {"sort", sort},
}};

} // namespace

std::span<const Builtin> list_builtins() {
    return kListBuiltins;
}

void sort_values(std::vector<Value>& keys, std::vector<Value>& values, bool descending,
                 Fault& fault) {
    std::vector<std::size_t> order(keys.size());
    for (std::size_t i = 0; i < order.size(); ++i)
        order[i] = i;
    const auto less = [&](std::size_t a, std::size_t b) {
        if (!fault.empty()) return false;
        return descending ? compare_values(Operator::kLess, keys[b], keys[a], fault)
                          : compare_values(Operator::kLess, keys[a], keys[b], fault);
    };
    // A merge sort asks nothing of an order that is none, such as that of values with faults.
    std::stable_sort(order.begin(), order.end(), less);
    if (!fault.empty()) return;
    std::vector<Value> sorted_keys;
    std::vector<Value> sorted_values;
    for (const std::size_t index : order) {
        sorted_keys.push_back(keys[index]);
        if (!values.empty()) sorted_values.push_back(values[index]);
    }
    keys = std::move(sorted_keys);
    values = std::move(sorted_values);
}

} // namespace tiphys::expr
