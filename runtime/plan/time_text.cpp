// Times and durations as text.

#include "runtime/plan/time_text.h"

#include <charconv>
#include <cstdlib>

#include "compiler/expr/duration.h"

namespace tiphys::run {
namespace {

std::string two_digits(std::int64_t number) {
    return (number < 10 ? "0" : "") + std::to_string(number);
}

/// Year, month and day of a day since 1970 (Howard Hinnant's civil_from_days).
struct Date {
    std::int64_t year;
    std::int64_t month;
    std::int64_t day;
};

Date date_of(std::int64_t days) {
    days += 719468;
    const std::int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    const std::int64_t day_of_era = days - era * 146097;
    const std::int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    const std::int64_t day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const std::int64_t shifted = (5 * day_of_year + 2) / 153;
    const std::int64_t month = shifted < 10 ? shifted + 3 : shifted - 9;
    return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month,
            day_of_year - (153 * shifted + 2) / 5 + 1};
}

std::string count_of(std::int64_t number, std::string_view unit) {
    return std::to_string(number) + " " + std::string(unit) + (number == 1 ? "" : "s");
}

} // namespace

std::optional<std::int64_t> parse_duration_ms(std::string_view text) {
    if (text.empty()) return std::nullopt;
    std::int64_t seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error == std::errc() && end == text.data() + text.size()) return seconds * 1000;
    const auto nanoseconds = expr::parse_go_duration_ns(text);
    if (!nanoseconds) return std::nullopt;
    return *nanoseconds / 1'000'000;
}

std::string rfc3339(std::int64_t unix_ms) {
    const std::int64_t seconds = unix_ms / 1000;
    const std::int64_t days = seconds / 86400;
    const std::int64_t rest = seconds % 86400;
    const Date date = date_of(days);
    return std::to_string(date.year) + "-" + two_digits(date.month) + "-" + two_digits(date.day) +
           "T" + two_digits(rest / 3600) + ":" + two_digits(rest / 60 % 60) + ":" +
           two_digits(rest % 60) + "Z";
}

std::string seconds_text(std::int64_t milliseconds) {
    const std::string decimals = std::to_string(milliseconds % 1000);
    return std::to_string(milliseconds / 1000) + "." + std::string(3 - decimals.size(), '0') +
           decimals + "000";
}

std::string human_duration(std::int64_t milliseconds) {
    const std::int64_t seconds = milliseconds / 1000;
    if (seconds < 60) return count_of(seconds, "second");
    const std::int64_t minutes = seconds / 60;
    if (minutes < 60) {
        return count_of(minutes, "minute") + " " + std::to_string(seconds % 60) + " seconds";
    }
    const std::int64_t hours = minutes / 60;
    if (hours < 24)
        return count_of(hours, "hour") + " " + std::to_string(minutes % 60) + " minutes";
    return count_of(hours / 24, "day") + " " + std::to_string(hours % 24) + " hours";
}

} // namespace tiphys::run
