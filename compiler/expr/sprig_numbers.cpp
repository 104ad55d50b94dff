// sprig's functions on numbers, and spf13/cast's conversions. sprig: numeric.go.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "compiler/expr/decimal.h"
#include "compiler/expr/go_math.h"
#include "compiler/expr/number_text.h"
#include "compiler/expr/operators.h"
#include "compiler/expr/sprig_parts.h"

namespace tiphys::expr {
namespace {

constexpr std::string_view kValueToInt64 = "func(interface {}) int64";
constexpr std::string_view kValueToFloat = "func(interface {}) float64";
constexpr std::string_view kTwoToInt64 = "func(interface {}, interface {}) int64";
constexpr std::string_view kSomeToInt64 = "func(interface {}, ...interface {}) int64";
constexpr std::string_view kSomeToFloat = "func(interface {}, ...interface {}) float64";

/// The text before the point of a decimal number; any other text as it is.
/// cast: number.go trimDecimal.
std::string without_decimals(std::string_view text) {
    const std::size_t point = text.find('.');
    if (point == text.npos) return std::string(text);
    const auto all_digits = [](std::string_view part) {
        return part.find_first_not_of("0123456789") == part.npos;
    };
    std::string_view whole = text.substr(0, point);
    const bool has_sign = !whole.empty() && (whole.front() == '-' || whole.front() == '+');
    if (!all_digits(whole.substr(has_sign ? 1 : 0)) || !all_digits(text.substr(point + 1)))
        return std::string(text);
    return std::string(whole) + (whole.size() == (has_sign ? 1U : 0U) ? "0" : "");
}

Value int64_value(std::int64_t number) {
    return Value::integer(number, IntType::kInt64);
}

/// Whole numbers of Go wrap around.
std::int64_t wrap(std::uint64_t bits) {
    return static_cast<std::int64_t>(bits);
}

std::uint64_t bits_of(const Value& value) {
    return static_cast<std::uint64_t>(sprig_int(value));
}

Value add(Call& call) {
    std::uint64_t sum = 0;
    for (const Value& value : call.arguments())
        sum += bits_of(value);
    return int64_value(wrap(sum));
}

Value add_one(Call& call) {
    return int64_value(wrap(bits_of(call[0]) + 1));
}

Value subtract(Call& call) {
    return int64_value(wrap(bits_of(call[0]) - bits_of(call[1])));
}

Value multiply(Call& call) {
    std::uint64_t product = 1;
    for (const Value& value : call.arguments())
        product *= bits_of(value);
    return int64_value(wrap(product));
}

Value divide(Call& call) {
    const std::int64_t divisor = sprig_int(call[1]);
    if (divisor == 0) return call.fail("division by zero");
    // The quotient of the least number and -1 wraps around.
    if (divisor == -1) return int64_value(wrap(0 - bits_of(call[0])));
    return int64_value(sprig_int(call[0]) / divisor);
}

Value modulo(Call& call) {
    const std::int64_t divisor = sprig_int(call[1]);
    if (divisor == 0) return call.fail("division by zero");
    return int64_value(divisor == -1 ? 0 : sprig_int(call[0]) % divisor);
}

Value max(Call& call) {
    std::int64_t greatest = sprig_int(call[0]);
    for (const Value& value : call.arguments())
        greatest = std::max(greatest, sprig_int(value));
    return int64_value(greatest);
}

Value min(Call& call) {
    std::int64_t least = sprig_int(call[0]);
    for (const Value& value : call.arguments())
        least = std::min(least, sprig_int(value));
    return int64_value(least);
}

/// Go's math.Max and Min: NaN wins, and so does infinity over it; -0 is less than 0.
Value extreme(Call& call, bool greatest) {
    const double limit = greatest ? std::numeric_limits<double>::infinity()
                                  : -std::numeric_limits<double>::infinity();
    double found = sprig_float(call[0]);
    for (const Value& value : call.arguments().subspan(1)) {
        const double number = sprig_float(value);
        if (found == limit || number == limit) {
            found = limit;
        } else if (std::isnan(found) || std::isnan(number)) {
            found = std::numeric_limits<double>::quiet_NaN();
        } else if (found == number) {
            if (std::signbit(number) != greatest) found = number;
        } else if ((number > found) == greatest) {
            found = number;
        }
    }
    return Value::number(found);
}

Value max_float(Call& call) {
    return extreme(call, true);
}

Value min_float(Call& call) {
    return extreme(call, false);
}

Value floor(Call& call) {
    return Value::number(std::floor(sprig_float(call[0])));
}

Value ceil(Call& call) {
    return Value::number(std::ceil(sprig_float(call[0])));
}

Value round(Call& call) {
    const double threshold = call.size() > 2 ? call[2].as_float() : 0.5;
    const double power = go_pow(10, static_cast<double>(call.integer(1)));
    const double scaled = power * sprig_float(call[0]);
    double whole = 0;
    const double fraction = std::modf(scaled, &whole);
    return Value::number((fraction >= threshold ? std::ceil(scaled) : std::floor(scaled)) / power);
}

/// The ints from `from` until `to` is reached.
std::vector<Value> count(Call& call, std::int64_t from, std::int64_t to, std::int64_t step) {
    std::vector<Value> values;
    if (step == 0 || (to < from) != (step < 0)) return values;
    for (std::int64_t i = from; step < 0 ? i > to : i < to;) {
        if (!call.grow(1)) return {};
        values.push_back(Value::integer(i));
        if (__builtin_add_overflow(i, step, &i)) break;
    }
    return values;
}

Value until(Call& call) {
    const std::int64_t end = call.integer(0);
    return Value::list(count(call, 0, end, end < 0 ? -1 : 1), ListType::kInt);
}

Value until_step(Call& call) {
    return Value::list(count(call, call.integer(0), call.integer(1), call.integer(2)),
                       ListType::kInt);
}

Value sequence(Call& call) {
    if (call.size() == 0 || call.size() > 3) return Value::string("");
    const std::int64_t from = call.size() == 1 ? 1 : call.integer(0);
    const std::int64_t to = call.integer(call.size() - 1);
    const std::int64_t direction = to < from ? -1 : 1;
    const std::int64_t step = call.size() == 3 ? call.integer(1) : direction;
    if (to < from && step > 0) return Value::string("");
    const std::int64_t end =
        wrap(static_cast<std::uint64_t>(to) + static_cast<std::uint64_t>(direction));
    std::string text;
    for (const Value& number : count(call, from, end, step)) {
        if (!text.empty()) text += ' ';
        text += std::to_string(number.as_int().value);
    }
    return Value::string(std::move(text));
}

/// Reads the number's text as an octal one.
Value from_octal(Call& call) {
    return int64_value(parse_int(go_text(call[0]), 8).value_or(0));
}

Value read_int(Call& call) {
    return Value::integer(parse_int(call.text(0), 10).value_or(0));
}

using Calculate = Decimal (*)(const Decimal& a, const Decimal& b);

bool is_finite(Call& call, double number) {
    if (std::isfinite(number)) return true;
    call.fail("`" + go_text(Value::number(number)) + "` is not a decimal number");
    return false;
}

Value fold(Call& call, double first, std::span<const Value> others, Calculate calculate,
           bool divides = false) {
    if (!is_finite(call, first)) return {};
    Decimal result = Decimal::from(first);
    for (const Value& value : others) {
        const double number = sprig_float(value);
        if (!is_finite(call, number)) return {};
        if (divides && number == 0) return call.fail("division by zero");
        // Long chains of divisions may make ever longer numbers.
        if (!call.grow(result.size())) return {};
        result = calculate(result, Decimal::from(number));
    }
    return Value::number(result.to_double());
}

Decimal sum_of(const Decimal& a, const Decimal& b) {
    return a + b;
}

Value add_floats(Call& call) {
    return fold(call, 0, call.arguments(), sum_of);
}

Value add_one_float(Call& call) {
    return fold(call, 1, call.arguments(), sum_of);
}

Value subtract_floats(Call& call) {
    return fold(call, sprig_float(call[0]), call.arguments().subspan(1),
                [](const Decimal& a, const Decimal& b) { return a - b; });
}

Value multiply_floats(Call& call) {
    return fold(call, sprig_float(call[0]), call.arguments().subspan(1),
                [](const Decimal& a, const Decimal& b) { return a * b; });
}

Value divide_floats(Call& call) {
    return fold(
        call, sprig_float(call[0]), call.arguments().subspan(1),
        [](const Decimal& a, const Decimal& b) { return a / b; }, true);
}

constexpr auto kNumberFunctions = std::to_array<SprigFunction>({
    {"add", "func(...interface {}) int64", add},
    {"add1", kValueToInt64, add_one},
    {"add1f", kValueToFloat, add_one_float},
    {"addf", "func(...interface {}) float64", add_floats},
    {"atoi", "func(string) int", read_int},
    {"biggest", kSomeToInt64, max},
    {"ceil", kValueToFloat, ceil},
    {"div", kTwoToInt64, divide},
    {"divf", kSomeToFloat, divide_floats},
    {"float64", kValueToFloat, [](Call& call) { return Value::number(sprig_float(call[0])); }},
    {"floor", kValueToFloat, floor},
    {"int", "func(interface {}) int",
     [](Call& call) { return Value::integer(sprig_int(call[0])); }},
    {"int64", kValueToInt64, [](Call& call) { return int64_value(sprig_int(call[0])); }},
    {"max", kSomeToInt64, max},
    {"maxf", kSomeToFloat, max_float},
    {"min", kSomeToInt64, min},
    {"minf", kSomeToFloat, min_float},
    {"mod", kTwoToInt64, modulo},
    {"mul", kSomeToInt64, multiply},
    {"mulf", kSomeToFloat, multiply_floats},
    {"round", "func(interface {}, int, ...float64) float64", round},
    {"seq", "func(...int) string", sequence},
    {"sub", kTwoToInt64, subtract},
    {"subf", kSomeToFloat, subtract_floats},
    {"toDecimal", kValueToInt64, from_octal},
    {"until", "func(int) []int", until},
    {"untilStep", "func(int, int, int) []int", until_step},
});

} // namespace

std::span<const SprigFunction> sprig_number_functions() {
    return kNumberFunctions;
}

std::int64_t sprig_int(const Value& value) {
    if (value.kind() == ValueKind::kBool) return value.as_bool() ? 1 : 0;
    if (value.kind() == ValueKind::kInt) return value.as_int().value;
    if (value.kind() == ValueKind::kFloat) return truncate_to_int(value.as_float());
    if (!value.is_string()) return 0;
    return parse_int(without_decimals(value.as_string()), 0).value_or(0);
}

double sprig_float(const Value& value) {
    if (value.kind() == ValueKind::kBool) return value.as_bool() ? 1 : 0;
    if (value.kind() == ValueKind::kFloat) return value.as_float();
    if (value.is_string()) return parse_float(value.as_string()).value_or(0);
    if (value.kind() != ValueKind::kInt) return 0;
    const Int& number = value.as_int();
    const bool is_unsigned = number.type == IntType::kUint || number.type == IntType::kUint64;
    return is_unsigned ? static_cast<double>(static_cast<std::uint64_t>(number.value))
                       : static_cast<double>(number.value);
}

} // namespace tiphys::expr
