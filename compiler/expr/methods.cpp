// The methods that Go's times, durations and the like have. Go: package time.
#include <array>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <string_view>

#include "compiler/expr/call.h"
#include "compiler/expr/operators.h"
#include "compiler/expr/semver.h"
#include "compiler/expr/types.h"

namespace tiphys::expr {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

const Time& time_of(const Call& call) {
    return call.receiver().as_time();
}

std::int64_t number_of(const Call& call) {
    return call.receiver().as_int().value;
}

Value duration(std::int64_t ns) {
    return Value::integer(ns, IntType::kDuration);
}

/// Wraps around like Go.
std::int64_t scaled_seconds(const Time& time, std::int64_t per_second) {
    const auto seconds =
        static_cast<std::uint64_t>(time.seconds) * static_cast<std::uint64_t>(per_second);
    return static_cast<std::int64_t>(
        seconds + static_cast<std::uint64_t>(time.nanoseconds / (kSecond / per_second)));
}

/// a × b modulo `modulus`, without overflow.
std::uint64_t multiply_modulo(std::uint64_t a, std::uint64_t b, std::uint64_t modulus) {
    std::uint64_t product = 0;
    for (a %= modulus; b > 0; b >>= 1) {
        if ((b & 1) != 0) product = (product + a) % modulus; // both below 2^63
        a = (a + a) % modulus;
    }
    return product;
}

/// Nanoseconds since the year 1, modulo `unit`.
std::int64_t remainder_since_year_one(const Time& time, std::int64_t unit) {
    const auto modulus = static_cast<std::uint64_t>(unit);
    const std::int64_t seconds = time.seconds - seconds_from_civil({.year = 1});
    const bool before = seconds < 0;
    const auto magnitude = static_cast<std::uint64_t>(before ? -seconds : seconds);
    std::uint64_t rest = multiply_modulo(magnitude, static_cast<std::uint64_t>(kSecond), modulus);
    if (before && rest > 0) rest = modulus - rest;
    return static_cast<std::int64_t>((rest + static_cast<std::uint64_t>(time.nanoseconds)) %
                                     modulus);
}

Value truncate_time(Call& call) {
    const std::int64_t unit = call.integer(0);
    if (unit <= 0) return call.receiver();
    return Value::time(
        add_nanoseconds(time_of(call), -remainder_since_year_one(time_of(call), unit)));
}

Value round_time(Call& call) {
    const std::int64_t unit = call.integer(0);
    if (unit <= 0) return call.receiver();
    const std::int64_t below = remainder_since_year_one(time_of(call), unit);
    const bool rounds_down = below < unit - below;
    return Value::time(add_nanoseconds(time_of(call), rounds_down ? -below : unit - below));
}

Value add_date(Call& call) {
    Civil civil = civil_of(time_of(call));
    const std::int64_t days = days_from_civil(
        civil.year + call.integer(0), civil.month + call.integer(1), civil.day + call.integer(2));
    const Civil date = civil_from_seconds(days * kSecondsPerDay);
    civil.year = date.year;
    civil.month = date.month;
    civil.day = date.day;
    return Value::time(time_from_civil(civil, time_of(call).nanoseconds, time_of(call).zone));
}

Value in_zone(Call& call) {
    if (call[0].is_nil()) return call.fail("the time zone is nil");
    Time time = time_of(call);
    time.zone = call[0].as_zone();
    return Value::time(std::move(time));
}

Value in_utc(Call& call) {
    Time time = time_of(call);
    time.zone = TimeZone::utc();
    return Value::time(std::move(time));
}

/// The ISO 8601 week's year; its number is the second result, which expr-lang drops.
Value iso_year(Call& call) {
    const Civil civil = civil_of(time_of(call));
    const std::int64_t days = days_from_civil(civil.year, civil.month, civil.day);
    const int weekday = (weekday_of(days) + 6) % 7; // Monday is 0
    return Value::integer(civil_from_seconds((days + 3 - weekday) * kSecondsPerDay).year);
}

Value round_duration(Call& call) {
    const std::int64_t value = number_of(call);
    const std::int64_t unit = call.integer(0);
    if (unit <= 0) return call.receiver();
    const std::int64_t rest = value % unit;
    const bool toward_zero = std::llabs(rest) < unit - std::llabs(rest);
    if (toward_zero) return duration(value - rest);
    std::int64_t rounded = 0;
    const std::int64_t away = value < 0 ? -(unit + rest) : unit - rest;
    if (__builtin_add_overflow(value, away, &rounded)) {
        rounded = value < 0 ? std::numeric_limits<std::int64_t>::min()
                            : std::numeric_limits<std::int64_t>::max();
    }
    return duration(rounded);
}

double fraction(std::int64_t ns, std::int64_t unit) {
    return static_cast<double>(ns / unit) +
           static_cast<double>(ns % unit) / static_cast<double>(unit);
}

std::int64_t absolute(std::int64_t ns) {
    if (ns == std::numeric_limits<std::int64_t>::min()) {
        return std::numeric_limits<std::int64_t>::max();
    }
    return ns < 0 ? -ns : ns;
}

Value text_of_receiver(Call& call) {
    return Value::string(go_text(call.receiver()));
}

struct Method {
    std::string_view name;
    std::string_view type;
    Value (*run)(Call& call);
};

constexpr std::array<Method, 36> kTimeMethods{{
    {"Year", "func() int", [](Call& c) { return Value::integer(civil_of(time_of(c)).year); }},
    {"Month", "func() time.Month",
     [](Call& c) { return Value::integer(civil_of(time_of(c)).month, IntType::kMonth); }},
    {"Day", "func() int", [](Call& c) { return Value::integer(civil_of(time_of(c)).day); }},
    {"Weekday", "func() time.Weekday",
     [](Call& c) {
         const Civil civil = civil_of(time_of(c));
         return Value::integer(weekday_of(days_from_civil(civil.year, civil.month, civil.day)),
                               IntType::kWeekday);
     }},
    {"YearDay", "func() int",
     [](Call& c) { return Value::integer(day_of_year(civil_of(time_of(c)))); }},
    {"Hour", "func() int", [](Call& c) { return Value::integer(civil_of(time_of(c)).hour); }},
    {"Minute", "func() int", [](Call& c) { return Value::integer(civil_of(time_of(c)).minute); }},
    {"Second", "func() int", [](Call& c) { return Value::integer(civil_of(time_of(c)).second); }},
    {"Nanosecond", "func() int", [](Call& c) { return Value::integer(time_of(c).nanoseconds); }},
    {"Unix", "func() int64",
     [](Call& c) { return Value::integer(time_of(c).seconds, IntType::kInt64); }},
    {"UnixMilli", "func() int64",
     [](Call& c) { return Value::integer(scaled_seconds(time_of(c), 1'000), IntType::kInt64); }},
    {"UnixMicro", "func() int64",
     [](Call& c) {
         return Value::integer(scaled_seconds(time_of(c), 1'000'000), IntType::kInt64);
     }},
    {"UnixNano", "func() int64",
     [](Call& c) { return Value::integer(scaled_seconds(time_of(c), kSecond), IntType::kInt64); }},
    {"Format", "func(string) string",
     [](Call& c) { return Value::string(format_time(time_of(c), c.text(0))); }},
    {"String", "func() string", text_of_receiver},
    {"Add", "func(time.Duration) time.Time",
     [](Call& c) { return Value::time(add_nanoseconds(time_of(c), c.integer(0))); }},
    {"AddDate", "func(int, int, int) time.Time", add_date},
    {"Sub", "func(time.Time) time.Duration",
     [](Call& c) { return duration(nanoseconds_between(time_of(c), c[0].as_time())); }},
    {"Before", "func(time.Time) bool",
     [](Call& c) { return Value::boolean(compare(time_of(c), c[0].as_time()) < 0); }},
    {"After", "func(time.Time) bool",
     [](Call& c) { return Value::boolean(compare(time_of(c), c[0].as_time()) > 0); }},
    {"Equal", "func(time.Time) bool",
     [](Call& c) { return Value::boolean(compare(time_of(c), c[0].as_time()) == 0); }},
    {"Compare", "func(time.Time) int",
     [](Call& c) { return Value::integer(compare(time_of(c), c[0].as_time())); }},
    {"IsZero", "func() bool",
     [](Call& c) {
         return Value::boolean(time_of(c).seconds == seconds_from_civil({.year = 1}) &&
                               time_of(c).nanoseconds == 0);
     }},
    {"In", "func(*time.Location) time.Time", in_zone},
    {"UTC", "func() time.Time", in_utc},
    {"Local", "func() time.Time", in_utc},
    {"Location", "func() *time.Location", [](Call& c) { return Value::zone(time_of(c).zone); }},
    {"Truncate", "func(time.Duration) time.Time", truncate_time},
    {"Round", "func(time.Duration) time.Time", round_time},
    {"IsDST", "func() bool",
     [](Call& c) {
         return Value::boolean(time_of(c).zone->offset_at(time_of(c).seconds).is_summer);
     }},
    {"Zone", "func() (string, int)",
     [](Call& c) {
         return Value::string(time_of(c).zone->offset_at(time_of(c).seconds).abbreviation);
     }},
    {"ISOWeek", "func() (int, int)", iso_year},
    {"MarshalText", "func() ([]uint8, error)",
     [](Call& c) { return Value::bytes(format_time(time_of(c), kRfc3339Nano)); }},
    {"MarshalJSON", "func() ([]uint8, error)",
     [](Call& c) { return Value::bytes('"' + format_time(time_of(c), kRfc3339Nano) + '"'); }},
    {"Date", "func() (int, time.Month, int)", text_of_receiver},
    {"Clock", "func() (int, int, int)", text_of_receiver},
}};

constexpr std::array<Method, 10> kDurationMethods{{
    {"Hours", "func() float64",
     [](Call& c) { return Value::number(fraction(number_of(c), 3600 * kSecond)); }},
    {"Minutes", "func() float64",
     [](Call& c) { return Value::number(fraction(number_of(c), 60 * kSecond)); }},
    {"Seconds", "func() float64",
     [](Call& c) { return Value::number(fraction(number_of(c), kSecond)); }},
    {"Milliseconds", "func() int64",
     [](Call& c) { return Value::integer(number_of(c) / 1'000'000, IntType::kInt64); }},
    {"Microseconds", "func() int64",
     [](Call& c) { return Value::integer(number_of(c) / 1'000, IntType::kInt64); }},
    {"Nanoseconds", "func() int64",
     [](Call& c) { return Value::integer(number_of(c), IntType::kInt64); }},
    {"String", "func() string", text_of_receiver},
    {"Abs", "func() time.Duration", [](Call& c) { return duration(absolute(number_of(c))); }},
    {"Round", "func(time.Duration) time.Duration", round_duration},
    {"Truncate", "func(time.Duration) time.Duration",
     [](Call& c) {
         const std::int64_t unit = c.integer(0);
         return duration(unit <= 0 ? number_of(c) : number_of(c) - number_of(c) % unit);
     }},
}};

/// Of months, weekdays and zones.
constexpr std::array<Method, 1> kNameMethods{{{"String", "func() string", text_of_receiver}}};

template <std::size_t kCount>
const Method* find_in(const std::array<Method, kCount>& methods, std::string_view name) {
    for (const Method& method : methods) {
        if (method.name == name) return &method;
    }
    return nullptr;
}

const Method* find(TypeKind kind, IntType int_type, std::string_view name) {
    if (kind == TypeKind::kTime) return find_in(kTimeMethods, name);
    if (kind == TypeKind::kZone) return find_in(kNameMethods, name);
    if (kind != TypeKind::kInt) return nullptr;
    if (int_type == IntType::kDuration) return find_in(kDurationMethods, name);
    const bool is_named = int_type == IntType::kMonth || int_type == IntType::kWeekday;
    return is_named ? find_in(kNameMethods, name) : nullptr;
}

Value bind(const Method& method, const Value& receiver) {
    return Value::function(std::make_shared<const Function>(
        Function{std::string(method.type), method.run, std::string(method.name), {receiver}}));
}

} // namespace

Value find_method(const Value& value, std::string_view name) {
    const Method* method = nullptr;
    switch (value.kind()) {
    case ValueKind::kTime:
        method = find(TypeKind::kTime, IntType::kInt, name);
        break;
    case ValueKind::kZone:
        method = find(TypeKind::kZone, IntType::kInt, name);
        break;
    case ValueKind::kInt:
        method = find(TypeKind::kInt, value.as_int().type, name);
        break;
    case ValueKind::kObject:
        return find_version_method(value, name);
    case ValueKind::kNil:
    case ValueKind::kBool:
    case ValueKind::kFloat:
    case ValueKind::kString:
    case ValueKind::kBytes:
    case ValueKind::kList:
    case ValueKind::kMap:
    case ValueKind::kFunction:
        break;
    }
    return method == nullptr ? Value() : bind(*method, value);
}

const Signature* find_method_signature(const Type& type, std::string_view name) {
    const Method* method = find(type.kind, type.int_type, name);
    return method == nullptr ? nullptr : &signature_of(std::string(method->type));
}

} // namespace tiphys::expr
