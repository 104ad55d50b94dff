// Times and durations as text.

#include "runtime/plan/time_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdlib>

#include "compiler/expr/duration.h"
#include "runtime/plan/json_text.h"

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

std::string go_duration_error(std::string_view text) {
    constexpr std::array<std::string_view, 8> kUnits{"ns", "us", "\xc2\xb5s", "\xce\xbcs",
                                                     "ms", "s",  "m",         "h"};
    constexpr std::string_view kDigits = "0123456789";
    const std::string end = " duration " + go_quote(text);
    std::string_view rest = text;
    if (rest.starts_with('-') || rest.starts_with('+')) rest.remove_prefix(1);
    while (!rest.empty()) {
        const std::size_t number = std::min(rest.find_first_not_of(".0123456789"), rest.size());
        const bool has_digit = rest.substr(0, number).find_first_of(kDigits) != rest.npos;
        if (!has_digit) break;
        rest.remove_prefix(number);
        const std::size_t length = std::min(rest.find_first_of(".0123456789"), rest.size());
        if (length == 0) return "time: missing unit in" + end;
        const std::string_view unit = rest.substr(0, length);
        if (std::find(kUnits.begin(), kUnits.end(), unit) == kUnits.end()) {
            return "time: unknown unit " + go_quote(unit) + " in" + end;
        }
        rest.remove_prefix(length);
    }
    return "time: invalid" + end;
}

std::string duration_error(std::string_view text) {
    return "unable to parse " + std::string(text) + " as a duration: " + go_duration_error(text);
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

std::optional<std::int64_t> parse_rfc3339_ms(std::string_view text) {
    constexpr std::string_view kShape = "0000-00-00T00:00:00";
    if (text.size() <= kShape.size() || text.back() != 'Z') return std::nullopt;
    for (std::size_t i = 0; i < kShape.size(); ++i) {
        const bool is_digit = text[i] >= '0' && text[i] <= '9';
        if (kShape[i] == '0' ? !is_digit : text[i] != kShape[i]) return std::nullopt;
    }
    const auto number = [&](std::size_t at, std::size_t length) {
        int value = 0;
        std::from_chars(text.data() + at, text.data() + at + length, value);
        return value;
    };
    const std::chrono::year_month_day date{std::chrono::year(number(0, 4)),
                                           std::chrono::month(static_cast<unsigned>(number(5, 2))),
                                           std::chrono::day(static_cast<unsigned>(number(8, 2)))};
    if (!date.ok()) return std::nullopt;
    const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
    const std::int64_t ms = ((days * 24 + number(11, 2)) * 60 + number(14, 2)) * 60'000 +
                            std::int64_t{1000} * number(17, 2);
    const std::string_view rest = text.substr(kShape.size(), text.size() - kShape.size() - 1);
    if (rest.empty()) return ms;
    const std::string decimals = (std::string(rest.substr(1)) + "000").substr(0, 3);
    return rest[0] == '.' ? std::optional(ms + std::atoi(decimals.c_str())) : std::nullopt;
}

std::string short_duration(std::int64_t milliseconds) {
    constexpr std::int64_t kMinute = 60'000;
    if (milliseconds < kMinute) {
        const std::int64_t rest = milliseconds % 1000;
        std::string text = std::to_string(milliseconds / 1000);
        if (rest != 0) {
            std::string decimals = std::to_string(1000 + rest).substr(1);
            while (decimals.back() == '0') {
                decimals.pop_back();
            }
            text += "." + decimals;
        }
        return text + "s";
    }
    const std::int64_t seconds = (milliseconds + 500) / 1000;
    const std::int64_t hours = seconds / 3600;
    std::string text = hours > 0 ? std::to_string(hours) + "h" : "";
    const std::int64_t minutes = seconds / 60 % 60;
    if (minutes > 0) text += std::to_string(minutes) + "m";
    if (seconds % 60 > 0) text += std::to_string(seconds % 60) + "s";
    return text;
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
