// sprig's functions on times. "Local" is UTC, as in the controller's container. sprig: date.go.
#include <array>
#include <limits>
#include <utility>

#include "compiler/expr/duration.h"
#include "compiler/expr/go_time.h"
#include "compiler/expr/number_text.h"
#include "compiler/expr/sprig_parts.h"

namespace tiphys::expr {
namespace {

constexpr std::string_view kInZone = "func(string, interface {}, string) string";
constexpr std::string_view kModify = "func(string, time.Time) time.Time";
constexpr std::string_view kMustModify = "func(string, time.Time) (time.Time, error)";
constexpr std::string_view kTextOfValue = "func(interface {}) string";
constexpr std::string_view kHtmlDate = "2006-01-02";
constexpr std::int64_t kSecond = 1'000'000'000;

bool is_int_of(const Value& value, IntType type) {
    return value.kind() == ValueKind::kInt && value.as_int().type == type;
}

Time time_at(std::int64_t seconds) {
    Time time;
    time.seconds = seconds;
    return time;
}

/// A time, or seconds since 1970; anything else is now.
Time time_of(Call& call, const Value& value, bool takes_int32) {
    if (value.kind() == ValueKind::kTime) return value.as_time();
    const bool is_seconds = is_int_of(value, IntType::kInt) || is_int_of(value, IntType::kInt64) ||
                            (takes_int32 && is_int_of(value, IntType::kInt32));
    return is_seconds ? time_at(value.as_int().value) : call.environment().now;
}

Value format(Call& call, std::string_view layout, const Value& value, std::string_view zone_name) {
    Time time = time_of(call, value, true);
    const std::shared_ptr<const TimeZone> zone = load_zone(call.environment(), zone_name);
    time.zone = zone == nullptr ? TimeZone::utc() : zone;
    return Value::string(format_time(time, layout));
}

Value date(Call& call) {
    return format(call, call.text(0), call[1], "UTC");
}

Value date_in_zone(Call& call) {
    return format(call, call.text(0), call[1], call.text(2));
}

Value html_date(Call& call) {
    return format(call, kHtmlDate, call[0], "UTC");
}

Value html_date_in_zone(Call& call) {
    return format(call, kHtmlDate, call[0], call.text(1));
}

Value modify(Call& call) {
    const std::optional<std::int64_t> change = parse_go_duration_ns(call.text(0));
    return change ? Value::time(add_nanoseconds(call[1].as_time(), *change)) : call[1];
}

Value must_modify(Call& call) {
    if (!parse_go_duration_ns(call.text(0)))
        return call.fail("`" + call.text(0) + "` is not a duration such as `1h30m`");
    return modify(call);
}

/// Go's Duration.Round(time.Second): halves away from zero.
std::int64_t to_whole_seconds(std::int64_t nanoseconds) {
    const std::int64_t rest = nanoseconds % kSecond;
    const std::int64_t whole = nanoseconds - rest;
    const std::int64_t step = rest <= -kSecond / 2 ? -kSecond : rest >= kSecond / 2 ? kSecond : 0;
    std::int64_t rounded = 0;
    if (!__builtin_add_overflow(whole, step, &rounded)) return rounded;
    return step < 0 ? std::numeric_limits<std::int64_t>::min()
                    : std::numeric_limits<std::int64_t>::max();
}

Value ago(Call& call) {
    const Time time = time_of(call, call[0], false);
    return Value::string(
        format_go_duration(to_whole_seconds(nanoseconds_between(call.environment().now, time))));
}

Value duration(Call& call) {
    std::int64_t seconds = 0;
    if (is_int_of(call[0], IntType::kInt64)) seconds = call[0].as_int().value;
    if (call[0].is_string()) {
        NumberFault fault = NumberFault::kSyntax;
        const std::optional<std::int64_t> number = parse_int(call.text(0), 10, &fault);
        // Go's ParseInt gives the nearest number along with its error.
        const bool is_too_great = !number && fault == NumberFault::kRange;
        if (is_too_great) {
            seconds = call.text(0).front() == '-' ? std::numeric_limits<std::int64_t>::min()
                                                  : std::numeric_limits<std::int64_t>::max();
        } else {
            seconds = number.value_or(0);
        }
    }
    const std::uint64_t nanoseconds =
        static_cast<std::uint64_t>(seconds) * static_cast<std::uint64_t>(kSecond);
    return Value::string(format_go_duration(static_cast<std::int64_t>(nanoseconds)));
}

Value round_duration(Call& call) {
    std::int64_t nanoseconds = 0;
    if (call[0].is_string()) nanoseconds = parse_go_duration_ns(call.text(0)).value_or(0);
    if (is_int_of(call[0], IntType::kInt64)) nanoseconds = call[0].as_int().value;
    if (call[0].kind() == ValueKind::kTime)
        nanoseconds = nanoseconds_between(call.environment().now, call[0].as_time());
    const auto bits = static_cast<std::uint64_t>(nanoseconds);
    const std::uint64_t magnitude = nanoseconds < 0 ? 0 - bits : bits;

    struct Unit {
        std::uint64_t seconds;
        std::string_view name;
    };
    constexpr auto kUnits = std::to_array<Unit>({{365 * 24 * 3600, "y"},
                                                 {30 * 24 * 3600, "mo"},
                                                 {24 * 3600, "d"},
                                                 {3600, "h"},
                                                 {60, "m"},
                                                 {1, "s"}});
    for (const Unit& unit : kUnits) {
        const std::uint64_t size = unit.seconds * static_cast<std::uint64_t>(kSecond);
        if (magnitude > size)
            return Value::string(std::to_string(magnitude / size) + std::string(unit.name));
    }
    return Value::string("0s");
}

Value to_date(Call& call) {
    Time year_one;
    year_one.seconds = seconds_from_civil({.year = 1});
    return Value::time(
        parse_time(call.text(0), call.text(1), TimeZone::utc()).value_or(std::move(year_one)));
}

Value must_to_date(Call& call) {
    std::optional<Time> time = parse_time(call.text(0), call.text(1), TimeZone::utc());
    if (!time)
        return call.fail("`" + call.text(1) + "` does not have the form `" + call.text(0) + "`");
    return Value::time(std::move(*time));
}

Value unix_epoch(Call& call) {
    return Value::string(std::to_string(call[0].as_time().seconds));
}

constexpr auto kDateFunctions = std::to_array<SprigFunction>({
    {"ago", kTextOfValue, ago},
    {"date", "func(string, interface {}) string", date},
    {"dateInZone", kInZone, date_in_zone},
    {"dateModify", kModify, modify},
    {"date_in_zone", kInZone, date_in_zone},
    {"date_modify", kModify, modify},
    {"duration", kTextOfValue, duration},
    {"durationRound", kTextOfValue, round_duration},
    {"htmlDate", kTextOfValue, html_date},
    {"htmlDateInZone", "func(interface {}, string) string", html_date_in_zone},
    {"mustDateModify", kMustModify, must_modify},
    {"mustToDate", "func(string, string) (time.Time, error)", must_to_date},
    {"must_date_modify", kMustModify, must_modify},
    {"now", "func() time.Time", [](Call& call) { return Value::time(call.environment().now); }},
    {"toDate", "func(string, string) time.Time", to_date},
    {"unixEpoch", "func(time.Time) string", unix_epoch},
});

} // namespace

std::span<const SprigFunction> sprig_date_functions() {
    return kDateFunctions;
}

} // namespace tiphys::expr
