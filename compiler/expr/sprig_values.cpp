// sprig's functions on values of any type: defaults, JSON, types. sprig: defaults.go, reflect.go.
#include <algorithm>
#include <array>
#include <utility>

#include "compiler/expr/json.h"
#include "compiler/expr/operators.h"
#include "compiler/expr/sprig_parts.h"

namespace tiphys::expr {
namespace {

constexpr std::string_view kTestOfValues = "func(...interface {}) bool";
constexpr std::string_view kTestOfValue = "func(string, interface {}) bool";
constexpr std::string_view kTextOfValue = "func(interface {}) string";
constexpr std::string_view kMustTextOfValue = "func(interface {}) (string, error)";
constexpr JsonStyle kPretty{.indent = 2};
constexpr JsonStyle kRaw{.escape_html = false};

Value default_value(Call& call) {
    return call.size() < 2 || is_empty(call[1]) ? call[0] : call[1];
}

Value coalesce(Call& call) {
    for (const Value& value : call.arguments()) {
        if (!is_empty(value)) return value;
    }
    return {};
}

Value all(Call& call) {
    const auto values = call.arguments();
    return Value::boolean(std::none_of(values.begin(), values.end(), is_empty));
}

Value any(Call& call) {
    const auto values = call.arguments();
    return Value::boolean(!std::all_of(values.begin(), values.end(), is_empty));
}

Value ternary(Call& call) {
    return call[2].as_bool() ? call[0] : call[1];
}

Value copy(Call& call) {
    return call[0].is_nil() ? call.fail("nil cannot be copied") : call[0];
}

Value from_json(Call& call) {
    JsonFault fault;
    return parse_json(call.text(0), fault).value_or(Value());
}

Value must_from_json(Call& call) {
    JsonFault fault;
    std::optional<Value> value = parse_json(call.text(0), fault);
    return value ? std::move(*value) : call.fail("the text is not JSON: " + fault.reason);
}

/// What Go refuses is a failure, or the empty text where `lenient`.
Value write_json(Call& call, const JsonStyle& style, bool lenient) {
    std::string reason;
    std::optional<std::string> json = to_json(call[0], style, reason);
    if (json) return Value::string(std::move(*json));
    return lenient ? Value::string("") : call.fail(std::move(reason));
}

Value to_json_text(Call& call) {
    return write_json(call, {}, true);
}

Value to_pretty_json(Call& call) {
    return write_json(call, kPretty, true);
}

Value must_to_json(Call& call) {
    return write_json(call, {}, false);
}

Value must_to_pretty_json(Call& call) {
    return write_json(call, kPretty, false);
}

Value to_raw_json(Call& call) {
    return write_json(call, kRaw, false);
}

Value type_is_like(Call& call) {
    const std::string type = go_type(call[1]);
    return Value::boolean(type == call.text(0) || type == "*" + call.text(0));
}

constexpr auto kValueFunctions = std::to_array<SprigFunction>({
    {"all", kTestOfValues, all},
    {"any", kTestOfValues, any},
    {"coalesce", "func(...interface {}) interface {}", coalesce},
    {"deepCopy", "func(interface {}) interface {}", copy},
    {"deepEqual", "func(interface {}, interface {}) bool",
     [](Call& call) { return Value::boolean(is_same(call[0], call[1])); }},
    {"default", "func(interface {}, ...interface {}) interface {}", default_value},
    {"empty", "func(interface {}) bool",
     [](Call& call) { return Value::boolean(is_empty(call[0])); }},
    {"fromJson", "func(string) interface {}", from_json},
    {"kindIs", kTestOfValue,
     [](Call& call) { return Value::boolean(kind_text(call[1]) == call.text(0)); }},
    {"kindOf", kTextOfValue, [](Call& call) { return Value::string(kind_text(call[0])); }},
    {"mustDeepCopy", "func(interface {}) (interface {}, error)", copy},
    {"mustFromJson", "func(string) (interface {}, error)", must_from_json},
    {"mustToJson", kMustTextOfValue, must_to_json},
    {"mustToPrettyJson", kMustTextOfValue, must_to_pretty_json},
    {"mustToRawJson", kMustTextOfValue, to_raw_json},
    {"ternary", "func(interface {}, interface {}, bool) interface {}", ternary},
    {"toJson", kTextOfValue, to_json_text},
    {"toPrettyJson", kTextOfValue, to_pretty_json},
    {"toRawJson", kTextOfValue, to_raw_json},
    {"typeIs", kTestOfValue,
     [](Call& call) { return Value::boolean(go_type(call[1]) == call.text(0)); }},
    {"typeIsLike", kTestOfValue, type_is_like},
    {"typeOf", kTextOfValue, [](Call& call) { return Value::string(go_type(call[0])); }},
});

} // namespace

std::span<const SprigFunction> sprig_value_functions() {
    return kValueFunctions;
}

std::string sprig_text(const Value& value) {
    return value.kind() == ValueKind::kBytes ? value.as_bytes() : go_text(value);
}

bool is_empty(const Value& value) {
    switch (value.kind()) {
    case ValueKind::kNil:
        return true;
    case ValueKind::kBool:
        return !value.as_bool();
    case ValueKind::kInt:
        return value.as_int().value == 0;
    case ValueKind::kFloat:
        return value.as_float() == 0;
    case ValueKind::kString:
        return value.as_string().empty();
    case ValueKind::kBytes:
    case ValueKind::kList:
        return list_size(value) == 0;
    case ValueKind::kMap:
        return value.as_map().entries.empty();
    case ValueKind::kTime:
    case ValueKind::kZone:
    case ValueKind::kFunction:
    case ValueKind::kObject:
        break;
    }
    return false;
}

std::string kind_text(const Value& value) {
    switch (value.kind()) {
    case ValueKind::kNil:
        return "invalid";
    case ValueKind::kInt:
        if (value.as_int().type == IntType::kDuration) return "int64";
        if (!is_plain_int(value)) return "int";
        break;
    case ValueKind::kBytes:
        return "slice";
    case ValueKind::kList:
        return value.as_list().type == ListType::kPair ? "array" : "slice";
    case ValueKind::kMap:
        return "map";
    case ValueKind::kTime:
        return "struct";
    case ValueKind::kZone:
        return "ptr";
    case ValueKind::kFunction:
        return "func";
    case ValueKind::kObject:
        return value.as_object().type.front() == '*' ? "ptr" : "struct";
    case ValueKind::kBool:
    case ValueKind::kFloat:
    case ValueKind::kString:
        break;
    }
    return go_type(value);
}

} // namespace tiphys::expr
