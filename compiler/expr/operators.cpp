// The operators of expr-lang on values. expr-lang: vm/runtime.
#include "compiler/expr/operators.h"

#include <algorithm>
#include <utility>

#include "compiler/expr/go_math.h"

namespace tiphys::expr {
namespace {

std::int64_t wrap(std::uint64_t value) {
    return static_cast<std::int64_t>(value);
}

std::uint64_t bits(std::int64_t value) {
    return static_cast<std::uint64_t>(value);
}

bool is_duration(const Value& value) {
    return value.kind() == ValueKind::kInt && value.as_int().type == IntType::kDuration;
}

bool is_time(const Value& value) {
    return value.kind() == ValueKind::kTime;
}

bool is_unsigned(IntType type) {
    return type == IntType::kUint || type == IntType::kUint64;
}

double as_double(const Value& value) {
    if (value.kind() == ValueKind::kFloat) return value.as_float();
    const Int& number = value.as_int();
    return is_unsigned(number.type) ? static_cast<double>(bits(number.value))
                                    : static_cast<double>(number.value);
}

/// As %T prints it.
std::string type_in_go(const Value& value) {
    return value.is_nil() ? "<nil>" : go_type(value);
}

std::string_view name_of(Operator op) {
    return spelling(op);
}

Value fail_operands(Operator op, const Value& a, const Value& b, Fault& fault) {
    const std::string name(name_of(op));
    fault = Fault{"`" + name + "` is not defined for " + go_type(a) + " and " + go_type(b),
                  "invalid operation: " + type_in_go(a) + " " + name + " " + type_in_go(b)};
    return {};
}

Value calculate_ints(Operator op, std::int64_t a, std::int64_t b, Fault& fault) {
    if (op == Operator::kAdd) return Value::integer(wrap(bits(a) + bits(b)));
    if (op == Operator::kSubtract) return Value::integer(wrap(bits(a) - bits(b)));
    if (op == Operator::kMultiply) return Value::integer(wrap(bits(a) * bits(b)));
    if (b == 0) {
        fault = Fault{"division by zero", "runtime error: integer divide by zero"};
        return {};
    }
    return Value::integer(b == -1 ? 0 : a % b);
}

Value calculate_floats(Operator op, double a, double b) {
    if (op == Operator::kAdd) return Value::number(a + b);
    if (op == Operator::kSubtract) return Value::number(a - b);
    return Value::number(a * b);
}

/// Times and durations; nothing where the operands are others.
std::optional<Value> calculate_times(Operator op, const Value& a, const Value& b) {
    const auto duration = [](std::int64_t ns) { return Value::integer(ns, IntType::kDuration); };
    const bool adds = op == Operator::kAdd;
    const bool subtracts = op == Operator::kSubtract;
    if (is_time(a) && is_duration(b) && (adds || subtracts)) {
        const std::int64_t ns = b.as_int().value;
        return Value::time(add_nanoseconds(a.as_time(), adds ? ns : wrap(0 - bits(ns))));
    }
    if (is_duration(a) && is_time(b) && adds) {
        return Value::time(add_nanoseconds(b.as_time(), a.as_int().value));
    }
    if (is_time(a) && is_time(b) && subtracts) {
        return duration(nanoseconds_between(a.as_time(), b.as_time()));
    }
    if (is_duration(a) && is_duration(b) && (adds || subtracts)) {
        const std::uint64_t x = bits(a.as_int().value);
        const std::uint64_t y = bits(b.as_int().value);
        return duration(wrap(adds ? x + y : x - y));
    }
    if (op != Operator::kMultiply || !(is_duration(a) || is_duration(b))) return std::nullopt;
    const bool fits =
        (is_duration(a) || is_plain_number(a)) && (is_duration(b) || is_plain_number(b));
    if (!fits) return std::nullopt;
    if (a.kind() == ValueKind::kFloat || b.kind() == ValueKind::kFloat) {
        return Value::number(as_double(a) * as_double(b));
    }
    return duration(wrap(bits(a.as_int().value) * bits(b.as_int().value)));
}

/// Lists whose types expr-lang compares element by element.
bool are_lists_comparable(const List& a, const List& b) {
    if (a.type == ListType::kAny || b.type == ListType::kAny) {
        const ListType other = a.type == ListType::kAny ? b.type : a.type;
        return other == ListType::kAny || other == ListType::kInt || other == ListType::kInt64 ||
               other == ListType::kString;
    }
    return a.type == b.type;
}

bool equal_lists(const List& a, const List& b) {
    if (!are_lists_comparable(a, b) || a.values.size() != b.values.size()) return false;
    for (std::size_t i = 0; i < a.values.size(); ++i) {
        if (!equal(a.values[i], b.values[i])) return false;
    }
    return true;
}

template <class T>
bool holds(Operator op, const T& a, const T& b) {
    if (op == Operator::kLess) return a < b;
    if (op == Operator::kLessEqual) return a <= b;
    if (op == Operator::kGreater) return a > b;
    return a >= b;
}

Value fail_fetch(const Value& object, const Value& key, Fault& fault) {
    fault = Fault{"cannot take `" + go_text(key) + "` from " +
                      (object.is_nil() ? std::string("nil") : go_type(object)),
                  "cannot fetch " + go_text(key) + " from " + type_in_go(object)};
    return {};
}

Value fetch_from_map(const Value& object, const Value& key, Fault& fault) {
    const Map& map = object.as_map();
    const bool wants_string = map.type != MapType::kAnyAny && map.type != MapType::kAnyList;
    const Value* found = nullptr;
    if (wants_string && key.is_nil()) {
        found = map.find("");
    } else if (wants_string && !key.is_string()) {
        return fail_fetch(object, key, fault);
    } else {
        found = map.find(key);
    }
    if (found != nullptr) return *found;
    if (map.type == MapType::kStringString) return Value::string("");
    if (map.type == MapType::kAnyList) return Value::list({});
    return {};
}

Value fetch_from_object(const Value& object, const Value& key, Fault& fault) {
    // Go does not let others see the fields of what writes itself as text.
    if (key.is_string() && object.as_object().json.empty()) {
        for (const auto& [name, value] : object.as_object().fields) {
            if (name == key.as_string()) return value;
        }
    }
    return fail_fetch(object, key, fault);
}

} // namespace

Fault& Fault::operator=(std::string text) {
    message = std::move(text);
    original.clear();
    return *this;
}

bool is_plain_int(const Value& value) {
    if (value.kind() != ValueKind::kInt) return false;
    const IntType type = value.as_int().type;
    return type != IntType::kDuration && type != IntType::kMonth && type != IntType::kWeekday;
}

bool is_plain_number(const Value& value) {
    return value.kind() == ValueKind::kFloat || is_plain_int(value);
}

std::int64_t truncate_to_int(double number) {
    constexpr double kLimit = 9223372036854775808.0;
    if (!(number >= -kLimit && number < kLimit)) return wrap(std::uint64_t{1} << 63);
    return static_cast<std::int64_t>(number);
}

bool equal(const Value& a, const Value& b) {
    if (is_plain_number(a) && is_plain_number(b)) {
        if (a.kind() == ValueKind::kFloat || b.kind() == ValueKind::kFloat) {
            return as_double(a) == as_double(b);
        }
        return a.as_int().value == b.as_int().value;
    }
    if (is_time(a) && is_time(b)) return compare(a.as_time(), b.as_time()) == 0;
    if (is_nil_like(a) && is_nil_like(b)) return true;
    if (a.kind() == ValueKind::kList && b.kind() == ValueKind::kList) {
        return equal_lists(a.as_list(), b.as_list());
    }
    return is_same(a, b);
}

bool compare_values(Operator op, const Value& a, const Value& b, Fault& fault) {
    if (is_plain_number(a) && is_plain_number(b)) {
        if (a.kind() == ValueKind::kFloat || b.kind() == ValueKind::kFloat) {
            return holds(op, as_double(a), as_double(b));
        }
        return holds(op, a.as_int().value, b.as_int().value);
    }
    if (a.is_string() && b.is_string()) return holds(op, a.as_string(), b.as_string());
    if (is_time(a) && is_time(b)) return holds(op, compare(a.as_time(), b.as_time()), 0);
    if (is_duration(a) && is_duration(b)) return holds(op, a.as_int().value, b.as_int().value);
    static_cast<void>(fail_operands(op, a, b, fault));
    return false;
}

Value calculate(Operator op, const Value& a, const Value& b, Fault& fault) {
    const bool are_numbers = is_plain_number(a) && is_plain_number(b);
    const bool are_ints = is_plain_int(a) && is_plain_int(b);
    if (op == Operator::kPower) {
        const double base = to_float(a, fault);
        const double exponent = fault.empty() ? to_float(b, fault) : 0;
        return fault.empty() ? Value::number(go_pow(base, exponent)) : Value();
    }
    if (op == Operator::kDivide) {
        if (are_numbers) return Value::number(as_double(a) / as_double(b));
    } else if (op == Operator::kModulo) {
        if (are_ints) return calculate_ints(op, a.as_int().value, b.as_int().value, fault);
    } else if (are_ints) {
        return calculate_ints(op, a.as_int().value, b.as_int().value, fault);
    } else if (are_numbers) {
        return calculate_floats(op, as_double(a), as_double(b));
    } else if (op == Operator::kAdd && a.is_string() && b.is_string()) {
        return Value::string(a.as_string() + b.as_string());
    } else if (std::optional<Value> value = calculate_times(op, a, b)) {
        return std::move(*value);
    }
    return fail_operands(op, a, b, fault);
}

Value negate(const Value& value, Fault& fault) {
    if (value.kind() == ValueKind::kFloat) return Value::number(-value.as_float());
    if (is_plain_int(value)) {
        return Value::integer(wrap(0 - bits(value.as_int().value)), value.as_int().type);
    }
    fault = Fault{"`-` is not defined for " + go_type(value),
                  "invalid operation: - " + type_in_go(value)};
    return {};
}

bool is_list_like(const Value& value) {
    return value.kind() == ValueKind::kList || value.kind() == ValueKind::kBytes;
}

std::size_t list_size(const Value& value) {
    return value.kind() == ValueKind::kBytes ? value.as_bytes().size()
                                             : value.as_list().values.size();
}

Value list_element(const Value& value, std::size_t index) {
    if (value.kind() == ValueKind::kList) return value.as_list().values[index];
    return Value::integer(static_cast<unsigned char>(value.as_bytes()[index]), IntType::kUint8);
}

bool contains(const Value& needle, const Value& collection, Fault& fault) {
    if (collection.is_nil()) return false;
    if (is_list_like(collection)) {
        for (std::size_t i = 0; i < list_size(collection); ++i) {
            if (equal(list_element(collection, i), needle)) return true;
        }
        return false;
    }
    if (collection.kind() == ValueKind::kMap) {
        const Map& map = collection.as_map();
        const bool wants_string = map.type != MapType::kAnyAny && map.type != MapType::kAnyList;
        if (wants_string && needle.is_nil()) return map.find("") != nullptr;
        if (!wants_string || needle.is_string()) return map.find(needle) != nullptr;
        fault = "keys of the map are strings, not " + go_type(needle);
        return false;
    }
    fault = Fault{"`in` is not defined for " + go_type(collection),
                  "operator \"in\" not defined on " + type_in_go(collection)};
    return false;
}

Value fetch(const Value& object, const Value& key, Fault& fault) {
    if (object.is_nil()) return fail_fetch(object, key, fault);
    if (key.is_string()) {
        Value method = find_method(object, key.as_string());
        if (!method.is_nil()) return method;
    }
    if (object.kind() == ValueKind::kMap) return fetch_from_map(object, key, fault);
    if (object.kind() == ValueKind::kObject) return fetch_from_object(object, key, fault);
    if (!is_list_like(object) && !object.is_string()) return fail_fetch(object, key, fault);
    std::int64_t index = to_int(key, fault);
    if (!fault.empty()) return {};
    const auto size = static_cast<std::int64_t>(object.is_string() ? object.as_string().size()
                                                                   : list_size(object));
    if (index < 0) index += size;
    if (index < 0 || index >= size) {
        const std::string number = std::to_string(index);
        const std::string length = std::to_string(size);
        fault = Fault{"the index " + number + " is out of range, there are " + length + " elements",
                      "index out of range: " + number + " (array length is " + length + ")"};
        return {};
    }
    const auto at = static_cast<std::size_t>(index);
    if (!object.is_string()) return list_element(object, at);
    return Value::integer(static_cast<unsigned char>(object.as_string()[at]), IntType::kUint8);
}

Value slice(const Value& value, const Value& from, const Value& to, Fault& fault) {
    if (!value.is_string() && !is_list_like(value)) {
        fault = "cannot slice " + go_type(value);
        return {};
    }
    const auto size =
        static_cast<std::int64_t>(value.is_string() ? value.as_string().size() : list_size(value));
    std::int64_t begin = to_int(from, fault);
    std::int64_t end = fault.empty() ? to_int(to, fault) : 0;
    if (!fault.empty()) return {};
    const auto clamp = [size](std::int64_t bound) {
        if (bound < 0) bound = bound < -size ? 0 : bound + size;
        return std::min(bound, size);
    };
    end = clamp(end);
    begin = std::min(clamp(begin), end);
    const auto first = static_cast<std::size_t>(begin);
    const auto length = static_cast<std::size_t>(end - begin);
    if (value.is_string()) return Value::string(value.as_string().substr(first, length));
    if (value.kind() == ValueKind::kBytes)
        return Value::bytes(value.as_bytes().substr(first, length));
    const std::vector<Value>& values = value.as_list().values;
    const auto at = values.begin() + static_cast<std::ptrdiff_t>(first);
    const ListType type = value.as_list().type;
    return Value::list(std::vector<Value>(at, at + static_cast<std::ptrdiff_t>(length)),
                       type == ListType::kPair ? ListType::kAny : type);
}

std::int64_t to_int(const Value& value, Fault& fault) {
    if (is_plain_int(value)) return value.as_int().value;
    if (value.kind() == ValueKind::kFloat) return truncate_to_int(value.as_float());
    fault = Fault{"a number is needed, not " + go_type(value),
                  "invalid operation: int(" + type_in_go(value) + ")"};
    return 0;
}

double to_float(const Value& value, Fault& fault) {
    if (is_plain_number(value)) return as_double(value);
    fault = Fault{"a number is needed, not " + go_type(value),
                  "invalid operation: float(" + type_in_go(value) + ")"};
    return 0;
}

} // namespace tiphys::expr
