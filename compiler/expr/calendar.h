#pragma once
// The Gregorian calendar, extended to all years, without time zones.

#include <cstdint>

namespace tiphys::expr {

inline constexpr std::int64_t kSecondsPerDay = 86'400;

/// A date and time of day; of no particular zone.
struct Civil {
    std::int64_t year = 1970;
    int month = 1; ///< 1 to 12
    int day = 1;   ///< 1 to 31
    int hour = 0;
    int minute = 0;
    int second = 0;
};

[[nodiscard]] bool is_leap_year(std::int64_t year);
[[nodiscard]] int days_in_month(std::int64_t year, int month);

/// Days since 1970-01-01. Months outside 1 to 12 and days outside the month count on.
[[nodiscard]] std::int64_t days_from_civil(std::int64_t year, std::int64_t month, std::int64_t day);

/// 0 for Sunday.
[[nodiscard]] int weekday_of(std::int64_t days);

/// 1 to 366.
[[nodiscard]] int day_of_year(const Civil& civil);

[[nodiscard]] std::int64_t seconds_from_civil(const Civil& civil);
[[nodiscard]] Civil civil_from_seconds(std::int64_t seconds);

} // namespace tiphys::expr
