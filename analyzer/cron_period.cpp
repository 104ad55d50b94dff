// How often a schedule of cron fires.
#include "analyzer/cron_period.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "compiler/expr/cron.h"

namespace tiphys::analyze {
namespace {

constexpr int kMinutesOfHour = 60;
constexpr int kHours = 24;
constexpr int kMinutesOfDay = kHours * kMinutesOfHour;

/// The minutes of a day at which the schedule fires, on days when it does.
std::vector<int> minutes_of_day(const expr::CronSchedule& schedule) {
    std::vector<int> minutes;
    for (int hour = 0; hour < kHours; ++hour) {
        if (!schedule.hours.has(hour)) continue;
        for (int minute = 0; minute < kMinutesOfHour; ++minute) {
            if (schedule.minutes.has(minute)) minutes.push_back(hour * kMinutesOfHour + minute);
        }
    }
    return minutes;
}

} // namespace

std::optional<int> shortest_period_minutes(std::string_view text) {
    const expr::CronParse parsed = expr::parse_cron(text);
    if (!parsed.ok()) return std::nullopt;
    const expr::CronSchedule& schedule = parsed.schedule;
    if (schedule.is_interval()) {
        const std::int64_t minutes = schedule.interval_seconds / 60;
        return static_cast<int>(std::min<std::int64_t>(minutes, INT32_MAX));
    }
    const std::vector<int> minutes = minutes_of_day(schedule);
    const bool is_daily =
        schedule.days.is_any && schedule.months.is_any && schedule.weekdays.is_any;
    if (minutes.empty()) return std::nullopt;
    std::optional<int> shortest;
    // From the last run of a day to the first of the next one.
    if (is_daily) shortest = kMinutesOfDay - minutes.back() + minutes.front();
    for (std::size_t i = 1; i < minutes.size(); ++i) {
        const int gap = minutes[i] - minutes[i - 1];
        shortest = std::min(shortest.value_or(gap), gap);
    }
    return shortest;
}

} // namespace tiphys::analyze
