// When cron schedules fire. robfig/cron: spec.go SpecSchedule.Next, constantdelay.go.
#include "compiler/expr/cron.h"

namespace tiphys::expr {
namespace {

constexpr std::int64_t kMinute = 60;
constexpr std::int64_t kHour = 3600;
constexpr int kYears = 5;

/// The search of SpecSchedule.Next, field by field from the month down. The order of its steps
/// shows where clocks jump, so it is kept.
class Search {
public:
    Search(const CronSchedule& schedule, const std::shared_ptr<const TimeZone>& zone,
           std::int64_t start)
        : schedule_(schedule), zone_(zone), at_(start), last_year_(civil().year + kYears) {}

    std::optional<std::int64_t> run() {
        while (civil().year <= last_year_) {
            if (to_month() && to_day() && to_hour() && to_minute() && to_second()) return at_;
        }
        return std::nullopt;
    }

private:
    [[nodiscard]] Civil civil() const { return civil_of(Time{at_, 0, zone_}); }

    void set(const Civil& civil) { at_ = time_from_civil(civil, 0, zone_).seconds; }

    // Each goes on to a value that its field allows; false where the next greater unit begins and
    // the search starts again.

    bool to_month() {
        while (!schedule_.months.has(civil().month)) {
            Civil now = civil();
            if (!is_moved_) now = {.year = now.year, .month = now.month, .day = 1};
            is_moved_ = true;
            ++now.month;
            set(now);
            if (civil().month == 1) return false;
        }
        return true;
    }

    bool to_day() {
        while (!is_day(civil())) {
            Civil now = civil();
            if (!is_moved_) now = {.year = now.year, .month = now.month, .day = now.day};
            is_moved_ = true;
            ++now.day;
            set(now);
            // Where the clocks change at midnight, the day may begin at another hour.
            const int hour = civil().hour;
            if (hour > 12) at_ += (24 - hour) * kHour;
            if (hour > 0 && hour <= 12) at_ -= hour * kHour;
            if (civil().day == 1) return false;
        }
        return true;
    }

    [[nodiscard]] bool is_day(const Civil& civil) const {
        const bool fits_month = schedule_.days.has(civil.day);
        const bool fits_week =
            schedule_.weekdays.has(weekday_of(days_from_civil(civil.year, civil.month, civil.day)));
        return schedule_.needs_both_days() ? fits_month && fits_week : fits_month || fits_week;
    }

    bool to_hour() {
        while (!schedule_.hours.has(civil().hour)) {
            if (!is_moved_) {
                const Civil now = civil();
                set({.year = now.year, .month = now.month, .day = now.day, .hour = now.hour});
            }
            is_moved_ = true;
            at_ += kHour;
            if (civil().hour == 0) return false;
        }
        return true;
    }

    bool to_minute() {
        while (!schedule_.minutes.has(civil().minute)) {
            if (!is_moved_) at_ -= ((at_ % kMinute) + kMinute) % kMinute;
            is_moved_ = true;
            at_ += kMinute;
            if (civil().minute == 0) return false;
        }
        return true;
    }

    /// Schedules fire at second 0.
    bool to_second() {
        while (civil().second != 0) {
            is_moved_ = true;
            ++at_;
            if (civil().second == 0) return false;
        }
        return true;
    }

    const CronSchedule& schedule_;
    const std::shared_ptr<const TimeZone>& zone_;
    std::int64_t at_;
    std::int64_t last_year_;
    bool is_moved_ = false;
};

} // namespace

std::optional<Time> next_run(const CronSchedule& schedule, const Time& after,
                             const std::shared_ptr<const TimeZone>& zone) {
    if (schedule.is_interval()) {
        Time next = after;
        next.seconds += schedule.interval_seconds;
        next.nanoseconds = 0;
        return next;
    }
    const bool is_empty =
        schedule.minutes.values == 0 || schedule.hours.values == 0 || schedule.months.values == 0;
    if (is_empty) return std::nullopt;
    const std::optional<std::int64_t> found = Search(schedule, zone, after.seconds + 1).run();
    if (!found) return std::nullopt;
    return Time{*found, 0, after.zone};
}

bool ever_runs(const CronSchedule& schedule) {
    Time start;
    // Four years on from here hold a leap day.
    start.seconds = seconds_from_civil({.year = 2023, .month = 12, .day = 31});
    return next_run(schedule, start, TimeZone::utc()).has_value();
}

} // namespace tiphys::expr
