// The Gregorian calendar, extended to all years.
#include "compiler/expr/calendar.h"

#include <array>

namespace tiphys::expr {
namespace {

std::int64_t floor_divide(std::int64_t a, std::int64_t b) {
    return a / b - (a % b < 0 ? 1 : 0);
}

} // namespace

bool is_leap_year(std::int64_t year) {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int days_in_month(std::int64_t year, int month) {
    constexpr std::array<int, 12> kDays{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (month == 2 && is_leap_year(year)) return 29;
    return kDays[static_cast<std::size_t>(month - 1)];
}

std::int64_t days_from_civil(std::int64_t year, std::int64_t month, std::int64_t day) {
    year += floor_divide(month - 1, 12);
    month -= 12 * floor_divide(month - 1, 12);
    // Years begin in March here, so that a leap day is the last of its year.
    if (month <= 2) --year;
    const std::int64_t era = floor_divide(year, 400);
    const std::int64_t year_of_era = year - era * 400;
    const std::int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5;
    const std::int64_t day_of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146'097 + day_of_era - 719'468 + day - 1;
}

int weekday_of(std::int64_t days) {
    const std::int64_t weekday = (days + 4) % 7;
    return static_cast<int>(weekday < 0 ? weekday + 7 : weekday);
}

int day_of_year(const Civil& civil) {
    return static_cast<int>(days_from_civil(civil.year, civil.month, civil.day) -
                            days_from_civil(civil.year, 1, 1) + 1);
}

std::int64_t seconds_from_civil(const Civil& civil) {
    return days_from_civil(civil.year, civil.month, civil.day) * kSecondsPerDay +
           civil.hour * 3600 + civil.minute * 60 + civil.second;
}

Civil civil_from_seconds(std::int64_t seconds) {
    const std::int64_t days = floor_divide(seconds, kSecondsPerDay);
    const std::int64_t second_of_day = seconds - days * kSecondsPerDay;
    const std::int64_t shifted = days + 719'468;
    const std::int64_t era = floor_divide(shifted, 146'097);
    const std::int64_t day_of_era = shifted - era * 146'097;
    const std::int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
    const std::int64_t day_of_march_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const std::int64_t march_month = (5 * day_of_march_year + 2) / 153;
    Civil civil;
    civil.month = static_cast<int>(march_month + (march_month < 10 ? 3 : -9));
    civil.day = static_cast<int>(day_of_march_year - (153 * march_month + 2) / 5 + 1);
    civil.year = year_of_era + era * 400 + (civil.month <= 2 ? 1 : 0);
    civil.hour = static_cast<int>(second_of_day / 3600);
    civil.minute = static_cast<int>(second_of_day % 3600 / 60);
    civil.second = static_cast<int>(second_of_day % 60);
    return civil;
}

} // namespace tiphys::expr
