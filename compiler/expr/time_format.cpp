// Instants: arithmetic, and writing them by a layout. Go: time/time.go, time/format.go.
#include <array>
#include <cstdlib>
#include <limits>
#include <utility>

#include "compiler/expr/go_time.h"
#include "compiler/expr/time_layout.h"

namespace tiphys::expr {
namespace {

constexpr std::array<std::string_view, 12> kMonths{"January",   "February", "March",    "April",
                                                   "May",       "June",     "July",     "August",
                                                   "September", "October",  "November", "December"};
constexpr std::array<std::string_view, 7> kWeekdays{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                    "Thursday", "Friday", "Saturday"};
constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;

std::string padded(std::int64_t number, std::size_t width, char with = '0') {
    std::string digits = std::to_string(std::llabs(number));
    if (digits.size() < width) digits.insert(0, width - digits.size(), with);
    return number < 0 ? "-" + digits : digits;
}

std::string offset_text(std::int32_t offset, const OffsetStyle& style) {
    if (offset == 0 && style.z_for_utc) return "Z";
    const std::int32_t magnitude = std::abs(offset);
    const std::string colon = style.colons ? ":" : "";
    // The sign is that of whole minutes: half a minute west is `+00`.
    std::string text = offset / 60 < 0 ? "-" : "+";
    text += padded(magnitude / 3600, 2);
    if (style.minutes) text += colon + padded(magnitude / 60 % 60, 2);
    if (style.seconds) text += colon + padded(magnitude % 60, 2);
    return text;
}

std::string fraction_text(std::int32_t nanoseconds, const TimeChunk& chunk) {
    const bool is_free = chunk.part == TimePart::kFreeFraction;
    if (is_free && nanoseconds == 0) return "";
    std::string digits = padded(nanoseconds, 9);
    if (chunk.n_digits < 9) digits.resize(static_cast<std::size_t>(chunk.n_digits));
    while (is_free && !digits.empty() && digits.back() == '0')
        digits.pop_back();
    if (is_free && digits.empty()) return "";
    return chunk.separator + digits;
}

int hour12(const Civil& civil) {
    return civil.hour % 12 == 0 ? 12 : civil.hour % 12;
}

std::string part_text(const TimeChunk& chunk, const Time& time, const Civil& civil) {
    const ZoneOffset& offset = time.zone->offset_at(time.seconds);
    const std::string_view month = kMonths[static_cast<std::size_t>(civil.month - 1)];
    const auto weekday = [&] {
        const std::int64_t days = days_from_civil(civil.year, civil.month, civil.day);
        return kWeekdays[static_cast<std::size_t>(weekday_of(days))];
    };
    switch (chunk.part) {
    case TimePart::kNone:
        return "";
    case TimePart::kYear:
        return padded(std::llabs(civil.year) % 100, 2);
    case TimePart::kLongYear:
        return padded(civil.year, 4);
    case TimePart::kMonth:
        return std::string(month.substr(0, 3));
    case TimePart::kLongMonth:
        return std::string(month);
    case TimePart::kNumberMonth:
        return padded(civil.month, 0);
    case TimePart::kZeroMonth:
        return padded(civil.month, 2);
    case TimePart::kWeekday:
        return std::string(weekday().substr(0, 3));
    case TimePart::kLongWeekday:
        return std::string(weekday());
    case TimePart::kDay:
        return padded(civil.day, 0);
    case TimePart::kSpaceDay:
        return padded(civil.day, 2, ' ');
    case TimePart::kZeroDay:
        return padded(civil.day, 2);
    case TimePart::kSpaceYearDay:
        return padded(day_of_year(civil), 3, ' ');
    case TimePart::kZeroYearDay:
        return padded(day_of_year(civil), 3);
    case TimePart::kHour:
        return padded(civil.hour, 2);
    case TimePart::kHour12:
        return padded(hour12(civil), 0);
    case TimePart::kZeroHour12:
        return padded(hour12(civil), 2);
    case TimePart::kMinute:
        return padded(civil.minute, 0);
    case TimePart::kZeroMinute:
        return padded(civil.minute, 2);
    case TimePart::kSecond:
        return padded(civil.second, 0);
    case TimePart::kZeroSecond:
        return padded(civil.second, 2);
    case TimePart::kUpperHalf:
        return civil.hour >= 12 ? "PM" : "AM";
    case TimePart::kLowerHalf:
        return civil.hour >= 12 ? "pm" : "am";
    case TimePart::kZoneOffset:
        return offset_text(offset.seconds, chunk.style);
    case TimePart::kZoneName:
        if (!offset.abbreviation.empty()) return offset.abbreviation;
        return offset_text(offset.seconds, {});
    case TimePart::kFixedFraction:
    case TimePart::kFreeFraction:
        return fraction_text(time.nanoseconds, chunk);
    }
    return "";
}

} // namespace

int compare(const Time& a, const Time& b) {
    if (a.seconds != b.seconds) return a.seconds < b.seconds ? -1 : 1;
    if (a.nanoseconds != b.nanoseconds) return a.nanoseconds < b.nanoseconds ? -1 : 1;
    return 0;
}

Civil civil_of(const Time& time) {
    return civil_from_seconds(time.seconds + time.zone->offset_at(time.seconds).seconds);
}

Time add_nanoseconds(Time time, std::int64_t nanoseconds) {
    time.seconds += nanoseconds / kNanosecondsPerSecond;
    std::int64_t rest = time.nanoseconds + nanoseconds % kNanosecondsPerSecond;
    if (rest >= kNanosecondsPerSecond) {
        ++time.seconds;
        rest -= kNanosecondsPerSecond;
    } else if (rest < 0) {
        --time.seconds;
        rest += kNanosecondsPerSecond;
    }
    time.nanoseconds = static_cast<std::int32_t>(rest);
    return time;
}

std::int64_t nanoseconds_between(const Time& a, const Time& b) {
    std::int64_t seconds = 0;
    std::int64_t total = 0;
    const bool overflow =
        __builtin_sub_overflow(a.seconds, b.seconds, &seconds) ||
        __builtin_mul_overflow(seconds, kNanosecondsPerSecond, &total) ||
        __builtin_add_overflow(total, std::int64_t{a.nanoseconds} - b.nanoseconds, &total);
    if (!overflow) return total;
    return compare(a, b) < 0 ? std::numeric_limits<std::int64_t>::min()
                             : std::numeric_limits<std::int64_t>::max();
}

Time time_from_civil(const Civil& civil, std::int32_t nanoseconds,
                     std::shared_ptr<const TimeZone> zone) {
    const std::int64_t utc = zone->to_utc(seconds_from_civil(civil));
    return {utc, nanoseconds, std::move(zone)};
}

std::string format_time(const Time& time, std::string_view layout) {
    const Civil civil = civil_of(time);
    std::string text;
    for (;;) {
        const TimeChunk chunk = next_chunk(layout);
        text += chunk.before;
        if (chunk.part == TimePart::kNone) return text;
        text += part_text(chunk, time, civil);
        layout = chunk.after;
    }
}

} // namespace tiphys::expr
