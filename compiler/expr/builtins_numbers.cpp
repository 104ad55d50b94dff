// The builtin functions of expr-lang: numbers, types, times. expr-lang: builtin.
#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "compiler/expr/builtins.h"
#include "compiler/expr/duration.h"
#include "compiler/expr/number_text.h"
#include "compiler/expr/operators.h"
#include "compiler/expr/types.h"
#include "compiler/expr/unicode.h"

namespace tiphys::expr {
namespace {

/// Go's recursion limit for nested lists; ours is smaller because of the smaller stack.
constexpr int kListDepth = 1'000;

Value wrong_argument(Call& call, std::string_view name, const Value& value) {
    return call.fail("`" + std::string(name) + "` cannot take " + describe(type_of(value)));
}

Value length(Call& call) {
    const Value& value = call[0];
    std::size_t size = 0;
    if (value.is_string()) {
        size = rune_count(value.as_string());
    } else if (is_list_like(value)) {
        size = list_size(value);
    } else if (value.kind() == ValueKind::kMap) {
        size = value.as_map().entries.size();
    } else {
        return wrong_argument(call, "len", value);
    }
    return Value::integer(static_cast<std::int64_t>(size));
}

std::string type_name(const Value& value) {
    switch (value.kind()) {
    case ValueKind::kNil:
        return "nil";
    case ValueKind::kBool:
        return "bool";
    case ValueKind::kFloat:
        return "float";
    case ValueKind::kString:
        return "string";
    case ValueKind::kBytes:
    case ValueKind::kList:
        return "array";
    case ValueKind::kMap:
        return "map";
    case ValueKind::kTime:
        return "time.Time";
    case ValueKind::kZone:
        return "time.Location";
    case ValueKind::kFunction:
        return "func";
    case ValueKind::kInt:
        break;
    case ValueKind::kObject: {
        const std::string type = go_type(value);
        if (type == "*semver.Version") return "github.com/Masterminds/semver/v3.Version";
        if (type == "sprig.certificate") return "github.com/Masterminds/sprig/v3.certificate";
        return type;
    }
    }
    const std::string type = go_type(value);
    if (type.find('.') != type.npos) return type;
    return type.front() == 'u' ? "uint" : "int";
}

Value absolute(Call& call) {
    const Value& value = call[0];
    if (value.kind() == ValueKind::kFloat) {
        return Value::number(value.as_float() < 0 ? -value.as_float() : value.as_float());
    }
    if (!is_plain_int(value)) return wrong_argument(call, "abs", value);
    if (value.as_int().value >= 0) return value;
    Fault fault;
    return negate(value, fault);
}

template <double (*kRound)(double)>
Value round_with(Call& call, std::string_view name) {
    if (!is_plain_number(call[0])) return wrong_argument(call, name, call[0]);
    Fault fault;
    return Value::number(kRound(to_float(call[0], fault)));
}

double round_up(double number) {
    return std::ceil(number);
}
double round_down(double number) {
    return std::floor(number);
}
double round_half(double number) {
    return std::round(number);
}

/// Collects the greatest (or least) number of arguments and lists.
class Extreme {
public:
    Extreme(Call& call, bool greatest)
        : call_(call), name_(greatest ? "max" : "min"),
          op_(greatest ? Operator::kLess : Operator::kGreater) {}

    Value of(std::span<const Value> arguments, int depth) {
        Value best;
        if (depth > kListDepth) return call_.fail("the list is nested too deeply");
        for (const Value& argument : arguments) {
            if (is_list_like(argument)) {
                add_list(argument, best, depth);
            } else if (argument.kind() == ValueKind::kInt || argument.kind() == ValueKind::kFloat) {
                add(argument, best);
            } else if (arguments.size() == 1) {
                return argument;
            } else {
                wrong_argument(call_, name_, argument);
            }
            if (call_.failed()) return {};
        }
        return best;
    }

private:
    void add(const Value& value, Value& best) {
        Fault fault;
        if (best.is_nil() || compare_values(op_, best, value, fault)) best = value;
        if (!fault.empty()) call_.fail(std::move(fault));
    }

    void add_list(const Value& list, Value& best, int depth) {
        for (std::size_t i = 0; i < list_size(list) && !call_.failed(); ++i) {
            const Value element = list_element(list, i);
            if (is_plain_number(element)) {
                add(element, best);
            } else if (is_list_like(element)) {
                const Value nested = of(std::span(&element, 1), depth + 1);
                if (!nested.is_nil()) add(nested, best);
            } else {
                wrong_argument(call_, name_, element);
            }
        }
    }

    Call& call_;
    std::string_view name_;
    Operator op_;
};

/// All numbers of arguments and nested lists as floats.
bool collect(Call& call, std::string_view name, const Value& value, int depth,
             std::vector<double>& numbers) {
    if (depth > kListDepth) {
        call.fail("the list is nested too deeply");
    } else if (is_list_like(value)) {
        for (std::size_t i = 0; i < list_size(value); ++i) {
            if (!collect(call, name, list_element(value, i), depth + 1, numbers)) return false;
        }
    } else if (value.kind() == ValueKind::kFloat) {
        numbers.push_back(value.as_float());
    } else if (value.kind() == ValueKind::kInt) {
        Fault fault;
        const Value plain = Value::integer(value.as_int().value);
        numbers.push_back(to_float(is_plain_int(value) ? value : plain, fault));
    } else {
        wrong_argument(call, name, value);
    }
    return !call.failed();
}

Value mean(Call& call) {
    std::vector<double> numbers;
    for (const Value& argument : call.arguments()) {
        if (!collect(call, "mean", argument, 0, numbers)) return {};
    }
    double sum = 0;
    for (const double number : numbers)
        sum += number;
    return Value::number(numbers.empty() ? 0 : sum / static_cast<double>(numbers.size()));
}

Value median(Call& call) {
    std::vector<double> numbers;
    for (const Value& argument : call.arguments()) {
        if (!collect(call, "median", argument, 0, numbers)) return {};
    }
    if (numbers.empty()) return Value::number(0);
    // Go sorts NaN before all numbers.
    std::sort(numbers.begin(), numbers.end(),
              [](double a, double b) { return a < b || (std::isnan(a) && !std::isnan(b)); });
    const std::size_t middle = numbers.size() / 2;
    if (numbers.size() % 2 == 1) return Value::number(numbers[middle]);
    return Value::number((numbers[middle - 1] + numbers[middle]) / 2);
}

/// The two ints of `bitand` and the like.
template <class Run>
Value with_bits(Call& call, Run run) {
    for (const Value& argument : call.arguments()) {
        if (!is_plain_int(argument)) return call.fail("an int is needed, not " + go_type(argument));
    }
    return Value::integer(run(call.integer(0), call.size() > 1 ? call.integer(1) : 0));
}

std::uint64_t bits(std::int64_t value) {
    return static_cast<std::uint64_t>(value);
}

template <class Run>
Value with_shift(Call& call, Run run) {
    if (call.size() > 1 && is_plain_int(call[1]) && call.integer(1) < 0) {
        return call.fail("the distance of a shift is negative");
    }
    return with_bits(call, run);
}

constexpr std::array<Builtin, 20> kNumberBuiltins{{
    {"len", length},
    {"type", [](Call& call) { return Value::string(type_name(call[0])); }},
    {"abs", absolute},
    {"ceil", [](Call& call) { return round_with<round_up>(call, "ceil"); }},
    {"floor", [](Call& call) { return round_with<round_down>(call, "floor"); }},
    {"round", [](Call& call) { return round_with<round_half>(call, "round"); }},
    {"int", convert_to_int},
    {"float", convert_to_float},
    {"max", [](Call& call) { return Extreme(call, true).of(call.arguments(), 0); }},
    {"min", [](Call& call) { return Extreme(call, false).of(call.arguments(), 0); }},
    {"mean", mean},
    {"median", median},
    {"bitand", [](Call& c) { return with_bits(c, [](auto a, auto b) { return a & b; }); }},
    {"bitor", [](Call& c) { return with_bits(c, [](auto a, auto b) { return a | b; }); }},
    {"bitxor", [](Call& c) { return with_bits(c, [](auto a, auto b) { return a ^ b; }); }},
    {"bitnand", [](Call& c) { return with_bits(c, [](auto a, auto b) { return a & ~b; }); }},
    {"bitnot", [](Call& c) { return with_bits(c, [](auto a, auto) { return ~a; }); }},
    {"bitshl",
     [](Call& c) {
         return with_shift(c, [](std::int64_t a, std::int64_t b) {
             return static_cast<std::int64_t>(b >= 64 ? 0 : bits(a) << b);
         });
     }},
    {"bitshr",
     [](Call& c) {
         return with_shift(
             c, [](std::int64_t a, std::int64_t b) { return a >> std::min<std::int64_t>(b, 63); });
     }},
    {"bitushr",
     [](Call& c) {
         return with_shift(c, [](std::int64_t a, std::int64_t b) {
             return static_cast<std::int64_t>(b >= 64 ? 0 : bits(a) >> b);
         });
     }},
}};

std::shared_ptr<const TimeZone> zone_argument(Call& call, std::string_view name) {
    std::shared_ptr<const TimeZone> zone = load_zone(call.environment(), name);
    if (!zone) call.fail("there is no time zone `" + std::string(name) + "`");
    return zone;
}

Value now(Call& call) {
    Time time = call.environment().now;
    if (call.size() == 1) {
        if (call[0].kind() != ValueKind::kZone) {
            return call.fail("`now` takes a time zone, not " + go_type(call[0]));
        }
        time.zone = call[0].as_zone();
    }
    return Value::time(std::move(time));
}

Value date(Call& call) {
    constexpr std::array<std::string_view, 7> kLayouts{"2006-01-02",
                                                       "15:04:05",
                                                       "2006-01-02 15:04:05",
                                                       kRfc3339,
                                                       "02 Jan 06 15:04 MST",
                                                       "Monday, 02-Jan-06 15:04:05 MST",
                                                       "Mon, 02 Jan 2006 15:04:05 MST"};
    const std::size_t first = call[0].kind() == ValueKind::kZone ? 1 : 0;
    std::shared_ptr<const TimeZone> zone = first == 1 ? call[0].as_zone() : TimeZone::utc();
    if (call.size() == first) return call.fail("`date` needs a text");
    for (std::size_t i = first; i < call.size(); ++i) {
        if (string_argument(call, i) == nullptr) return {};
    }
    const std::string& written = call.text(first);
    const std::size_t n_texts = call.size() - first;
    if (n_texts == 3) {
        zone = zone_argument(call, call.text(first + 2));
        if (!zone) return {};
    }
    std::optional<Time> time;
    if (n_texts >= 2) {
        time = parse_time(call.text(first + 1), written, zone);
    } else {
        for (std::size_t i = 0; i < kLayouts.size() && !time; ++i)
            time = parse_time(kLayouts[i], written, zone);
    }
    if (time) return Value::time(std::move(*time));
    return call.fail("`" + written + "` is not a date" +
                     (n_texts >= 2 ? " of the layout `" + call.text(first + 1) + "`" : ""));
}

Value duration(Call& call) {
    const std::string* written = string_argument(call, 0);
    if (written == nullptr) return {};
    const std::optional<std::int64_t> ns = parse_go_duration_ns(*written);
    if (ns) return Value::integer(*ns, IntType::kDuration);
    return call.fail("`" + *written + "` is not a duration, such as `1h30m`");
}

Value timezone(Call& call) {
    const std::string* name = string_argument(call, 0);
    if (name == nullptr) return {};
    std::shared_ptr<const TimeZone> zone = zone_argument(call, *name);
    return zone ? Value::zone(std::move(zone)) : Value();
}

constexpr std::array<Builtin, 4> kTimeBuiltins{
    {{"now", now}, {"date", date}, {"duration", duration}, {"timezone", timezone}}};

} // namespace

Value convert_to_int(Call& call) {
    const Value& value = call[0];
    if (value.is_string()) {
        const std::optional<std::int64_t> number = parse_int(value.as_string(), 10);
        if (number) return Value::integer(*number);
        return call.fail(Fault{"`" + value.as_string() + "` is not a whole number",
                               "invalid operation: int(" + value.as_string() + ")"});
    }
    if (value.kind() == ValueKind::kInt) return Value::integer(value.as_int().value);
    if (value.kind() != ValueKind::kFloat) return wrong_argument(call, "int", value);
    return Value::integer(truncate_to_int(value.as_float()));
}

Value convert_to_float(Call& call) {
    const Value& value = call[0];
    if (value.is_string()) {
        const std::optional<double> number = parse_float(value.as_string());
        if (number) return Value::number(*number);
        return call.fail(Fault{"`" + value.as_string() + "` is not a number",
                               "invalid operation: float(" + value.as_string() + ")"});
    }
    if (!is_plain_number(value)) return wrong_argument(call, "float", value);
    Fault fault;
    return Value::number(to_float(value, fault));
}

std::span<const Builtin> number_builtins() {
    return kNumberBuiltins;
}

std::span<const Builtin> time_builtins() {
    return kTimeBuiltins;
}

} // namespace tiphys::expr
