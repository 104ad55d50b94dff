// sprig's functions on lists. sprig: list.go.
#include <algorithm>
#include <array>
#include <utility>

#include "compiler/expr/builtins.h"
#include "compiler/expr/operators.h"
#include "compiler/expr/sprig_parts.h"

namespace tiphys::expr {
namespace {

constexpr std::string_view kListToList = "func(interface {}) []interface {}";
constexpr std::string_view kMustListToList = "func(interface {}) ([]interface {}, error)";
constexpr std::string_view kElementOf = "func(interface {}) interface {}";
constexpr std::string_view kMustElementOf = "func(interface {}) (interface {}, error)";
constexpr std::string_view kWithElement = "func(interface {}, interface {}) []interface {}";
constexpr std::string_view kMustWithElement =
    "func(interface {}, interface {}) ([]interface {}, error)";

bool needs_list(Call& call, std::size_t index) {
    if (is_list_like(call[index])) return true;
    call.fail("a list is needed, not " + kind_text(call[index]));
    return false;
}

std::vector<Value> elements_of(const Value& list) {
    std::vector<Value> values;
    values.reserve(list_size(list));
    for (std::size_t i = 0; i < list_size(list); ++i)
        values.push_back(list_element(list, i));
    return values;
}

/// The elements of the first argument and `n_more`; nothing after a failure.
std::vector<Value> take_list(Call& call, std::size_t n_more = 0) {
    if (!needs_list(call, 0) || !call.grow(list_size(call[0]) + n_more)) return {};
    return elements_of(call[0]);
}

Value push(Call& call) {
    std::vector<Value> values = take_list(call, 1);
    if (call.failed()) return {};
    values.push_back(call[1]);
    return Value::list(std::move(values));
}

Value prepend(Call& call) {
    std::vector<Value> values = take_list(call, 1);
    if (call.failed()) return {};
    values.insert(values.begin(), call[1]);
    return Value::list(std::move(values));
}

Value first(Call& call) {
    if (!needs_list(call, 0) || list_size(call[0]) == 0) return {};
    return list_element(call[0], 0);
}

Value last(Call& call) {
    if (!needs_list(call, 0) || list_size(call[0]) == 0) return {};
    return list_element(call[0], list_size(call[0]) - 1);
}

Value rest(Call& call) {
    std::vector<Value> values = take_list(call);
    if (values.empty()) return Value::list_or_nil({});
    values.erase(values.begin());
    return Value::list(std::move(values));
}

Value initial(Call& call) {
    std::vector<Value> values = take_list(call);
    if (values.empty()) return Value::list_or_nil({});
    values.pop_back();
    return Value::list(std::move(values));
}

Value reverse(Call& call) {
    std::vector<Value> values = take_list(call);
    std::reverse(values.begin(), values.end());
    return Value::list(std::move(values));
}

Value compact(Call& call) {
    std::vector<Value> values = take_list(call);
    values.erase(std::remove_if(values.begin(), values.end(), is_empty), values.end());
    return Value::list(std::move(values));
}

/// Whether one of `values` is the same; each comparison counts.
bool has_same(Call& call, std::span<const Value> values, const Value& value) {
    return call.grow(1) && std::any_of(values.begin(), values.end(),
                                       [&](const Value& other) { return is_same(value, other); });
}

Value unique(Call& call) {
    std::vector<Value> unique;
    for (Value& value : take_list(call)) {
        // Comparing all with all takes long for a long list.
        if (!call.grow(unique.size() / 64)) return {};
        if (!has_same(call, unique, value)) unique.push_back(std::move(value));
    }
    return Value::list(std::move(unique));
}

Value without(Call& call) {
    std::vector<Value> kept;
    for (Value& value : take_list(call)) {
        if (!has_same(call, call.arguments().subspan(1), value)) kept.push_back(std::move(value));
    }
    return Value::list(std::move(kept));
}

Value has(Call& call) {
    if (call[1].is_nil()) return Value::boolean(false);
    if (!needs_list(call, 1)) return {};
    return Value::boolean(has_same(call, elements_of(call[1]), call[0]));
}

Value slice_list(Call& call) {
    if (!needs_list(call, 0)) return {};
    const Value& list = call[0];
    const auto size = static_cast<std::int64_t>(list_size(list));
    if (size == 0) return {};
    const bool is_array = list.kind() == ValueKind::kList && list.as_list().type == ListType::kPair;
    if (is_array) return call.fail("a pair cannot be sliced");
    const std::int64_t from = call.size() > 1 ? sprig_int(call[1]) : 0;
    const std::int64_t to = call.size() > 2 ? sprig_int(call[2]) : size;
    if (from < 0 || to < from || to > size) return call.fail("the bounds are outside the list");
    Fault fault;
    Value part = slice(list, Value::integer(from), Value::integer(to), fault);
    return fault.empty() ? part : call.fail(std::move(fault));
}

Value concatenate(Call& call) {
    std::vector<Value> values;
    for (std::size_t i = 0; i < call.size(); ++i) {
        if (!needs_list(call, i) || !call.grow(list_size(call[i]))) return {};
        for (Value& value : elements_of(call[i]))
            values.push_back(std::move(value));
    }
    return Value::list_or_nil(std::move(values));
}

/// What Go's arithmetic makes of chunks of a negative size: a lone element stays, lists up to that
/// length vanish, anything else is a panic.
Value chunk_backwards(Call& call, std::uint64_t size) {
    const std::uint64_t n_elements = list_size(call[1]);
    if (n_elements == 1 && size > 1) {
        return Value::list({Value::list(elements_of(call[1]))}, ListType::kAnyList);
    }
    const bool is_short = n_elements > 1 && n_elements - 1 <= size;
    if (is_short) return Value::list({}, ListType::kAnyList);
    return call.fail("the size of a chunk is not positive");
}

Value chunk(Call& call) {
    if (!needs_list(call, 1)) return {};
    const std::int64_t size = call.integer(0);
    if (size < 0) return chunk_backwards(call, -static_cast<std::uint64_t>(size));
    if (size == 0) return call.fail("the size of a chunk is not positive");
    if (!call.grow(list_size(call[1]))) return {};
    std::vector<Value> chunks;
    std::vector<Value> current;
    for (Value& value : elements_of(call[1])) {
        current.push_back(std::move(value));
        if (static_cast<std::int64_t>(current.size()) < size) continue;
        chunks.push_back(Value::list(std::move(current)));
        current.clear();
    }
    if (!current.empty()) chunks.push_back(Value::list(std::move(current)));
    return Value::list(std::move(chunks), ListType::kAnyList);
}

Value sort_texts(Call& call) {
    if (!is_list_like(call[0])) return list_of_texts({sprig_text(call[0])});
    if (!call.grow(list_size(call[0]))) return {};
    std::vector<std::string> texts = sprig_texts(call[0]);
    std::sort(texts.begin(), texts.end());
    return list_of_texts(std::move(texts));
}

Value make_list(Call& call) {
    return Value::list({call.arguments().begin(), call.arguments().end()});
}

constexpr auto kListFunctions = std::to_array<SprigFunction>({
    {"append", kWithElement, push},
    {"chunk", "func(int, interface {}) [][]interface {}", chunk},
    {"compact", kListToList, compact},
    {"concat", "func(...interface {}) interface {}", concatenate},
    {"first", kElementOf, first},
    {"has", "func(interface {}, interface {}) bool", has},
    {"initial", kListToList, initial},
    {"last", kElementOf, last},
    {"list", "func(...interface {}) []interface {}", make_list},
    {"mustAppend", kMustWithElement, push},
    {"mustChunk", "func(int, interface {}) ([][]interface {}, error)", chunk},
    {"mustCompact", kMustListToList, compact},
    {"mustFirst", kMustElementOf, first},
    {"mustHas", "func(interface {}, interface {}) (bool, error)", has},
    {"mustInitial", kMustListToList, initial},
    {"mustLast", kMustElementOf, last},
    {"mustPrepend", kMustWithElement, prepend},
    {"mustPush", kMustWithElement, push},
    {"mustRest", kMustListToList, rest},
    {"mustReverse", kMustListToList, reverse},
    {"mustSlice", "func(interface {}, ...interface {}) (interface {}, error)", slice_list},
    {"mustUniq", kMustListToList, unique},
    {"mustWithout", "func(interface {}, ...interface {}) ([]interface {}, error)", without},
    {"prepend", kWithElement, prepend},
    {"push", kWithElement, push},
    {"rest", kListToList, rest},
    {"reverse", kListToList, reverse},
    {"slice", "func(interface {}, ...interface {}) interface {}", slice_list},
    {"sortAlpha", "func(interface {}) []string", sort_texts},
    {"tuple", "func(...interface {}) []interface {}", make_list},
    {"uniq", kListToList, unique},
    {"without", "func(interface {}, ...interface {}) []interface {}", without},
});

} // namespace

std::span<const SprigFunction> sprig_list_functions() {
    return kListFunctions;
}

std::vector<std::string> sprig_texts(const Value& value) {
    if (value.is_nil()) return {};
    if (!is_list_like(value)) return {sprig_text(value)};
    std::vector<std::string> texts;
    for (const Value& element : elements_of(value)) {
        if (!element.is_nil()) texts.push_back(sprig_text(element));
    }
    return texts;
}

} // namespace tiphys::expr
