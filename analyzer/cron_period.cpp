// How often a schedule of cron fires.
#include "analyzer/cron_period.h"

#include <algorithm>
#include <bitset>
#include <charconv>

#include "compiler/expr/duration.h"

namespace tiphys::analyze {
namespace {

constexpr std::size_t kMinutes = 60;
constexpr int kHours = 24;

std::optional<int> number(std::string_view text) {
    int value = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool is_number = parsed.ec == std::errc{} && parsed.ptr == text.data() + text.size();
    return is_number && value >= 0 ? std::optional(value) : std::nullopt;
}

std::string_view cut(std::string_view& text, char separator) {
    const std::size_t at = std::min(text.find(separator), text.size());
    const std::string_view part = text.substr(0, at);
    text.remove_prefix(std::min(at + 1, text.size()));
    return part;
}

/// Adds the minutes of one part of a minute field: `*`, `5`, `10-20`, `*/5`, `10-40/5`, `5/10`.
bool add_minutes(std::string_view part, std::bitset<kMinutes>& minutes) {
    const std::string_view range = cut(part, '/');
    const std::optional<int> step = part.empty() ? 1 : number(part);
    std::optional<int> first = 0;
    std::optional<int> last = static_cast<int>(kMinutes) - 1;
    if (range != "*" && range != "?") {
        std::string_view bounds = range;
        first = number(cut(bounds, '-'));
        const bool is_one = bounds.empty() && part.empty();
        if (is_one) last = first;
        if (!bounds.empty()) last = number(bounds);
    }
    if (!first || !last || !step || *step == 0 || *last >= static_cast<int>(kMinutes)) return false;
    for (int minute = *first; minute <= *last; minute += *step)
        minutes.set(static_cast<std::size_t>(minute));
    return true;
}

/// Of a schedule with one minute: by its hours.
std::optional<int> period_of_hours(std::string_view hour_field) {
    if (hour_field == "*") return static_cast<int>(kMinutes);
    if (!hour_field.starts_with("*/")) return std::nullopt;
    const std::optional<int> step = number(hour_field.substr(2));
    const bool is_even = step.has_value() && *step > 0 && kHours % *step == 0;
    return is_even ? std::optional(*step * static_cast<int>(kMinutes)) : std::nullopt;
}

} // namespace

std::optional<int> shortest_period_minutes(std::string_view schedule) {
    if (schedule == "@hourly") return static_cast<int>(kMinutes);
    if (schedule == "@daily" || schedule == "@midnight") {
        return kHours * static_cast<int>(kMinutes);
    }
    if (schedule.starts_with("@every ")) {
        const auto every = expr::parse_go_duration_ns(schedule.substr(7));
        if (!every.has_value()) return std::nullopt;
        return static_cast<int>(*every / 60'000'000'000);
    }
    if (schedule.starts_with("CRON_TZ=") || schedule.starts_with("TZ=")) cut(schedule, ' ');
    std::string_view fields = schedule;
    std::string_view minute_field = cut(fields, ' ');
    std::bitset<kMinutes> minutes;
    while (!minute_field.empty()) {
        if (!add_minutes(cut(minute_field, ','), minutes)) return std::nullopt;
    }
    if (minutes.count() < 2) return period_of_hours(cut(fields, ' '));
    int shortest = static_cast<int>(kMinutes);
    int before = -1;
    for (int minute = 0; minute < static_cast<int>(kMinutes); ++minute) {
        if (!minutes.test(static_cast<std::size_t>(minute))) continue;
        if (before >= 0) shortest = std::min(shortest, minute - before);
        before = minute;
    }
    return shortest;
}

} // namespace tiphys::analyze
