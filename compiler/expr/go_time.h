#pragma once
// Instants with a time zone, read and written by Go's layouts (`2006-01-02 15:04:05`).

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "compiler/expr/calendar.h"
#include "compiler/expr/time_zone.h"

namespace tiphys::expr {

/// Go's time.Time without its monotonic clock.
struct Time {
    std::int64_t seconds = 0;     ///< since 1970 UTC
    std::int32_t nanoseconds = 0; ///< 0 to 999,999,999
    std::shared_ptr<const TimeZone> zone = TimeZone::utc();
};

/// -1, 0, 1: `a` is before, at, after `b`; zones do not count.
[[nodiscard]] int compare(const Time& a, const Time& b);

/// The date and time that a clock in its zone shows.
[[nodiscard]] Civil civil_of(const Time& time);

[[nodiscard]] Time add_nanoseconds(Time time, std::int64_t nanoseconds);

/// a - b in nanoseconds; differences too great become the greatest.
[[nodiscard]] std::int64_t nanoseconds_between(const Time& a, const Time& b);

/// The instant at which a clock in `zone` shows `civil`; parts out of range count on.
[[nodiscard]] Time time_from_civil(const Civil& civil, std::int32_t nanoseconds,
                                   std::shared_ptr<const TimeZone> zone);

/// Go's time.Parse(layout, text); texts without zone are in `zone`, and abbreviations are looked
/// up there. Nothing where Go refuses.
[[nodiscard]] std::optional<Time> parse_time(std::string_view layout, std::string_view text,
                                             const std::shared_ptr<const TimeZone>& zone);

/// Go's Time.Format.
[[nodiscard]] std::string format_time(const Time& time, std::string_view layout);

inline constexpr std::string_view kRfc3339 = "2006-01-02T15:04:05Z07:00";
inline constexpr std::string_view kRfc3339Nano = "2006-01-02T15:04:05.999999999Z07:00";

/// The seconds since 1970 that govaluate makes of a string that looks like a date or a time of
/// day, in UTC. govaluate: parsing.go tryParseTime.
[[nodiscard]] std::optional<std::int64_t> govaluate_seconds(std::string_view text);

} // namespace tiphys::expr
