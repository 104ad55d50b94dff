#pragma once
// Cron schedules as robfig/cron v3 reads them (ParseStandard), and when they fire. Pure functions:
// zones and instants are given. robfig/cron: parser.go, spec.go, constantdelay.go.

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "compiler/expr/go_time.h"
#include "compiler/expr/parse.h"

namespace tiphys::expr {

/// The values that one field of a schedule allows.
struct CronField {
    /// Bit i says that the value i is allowed.
    std::uint64_t values = 0;
    /// Written as `*` or `?`, without a step.
    bool is_any = false;

    [[nodiscard]] bool has(int value) const {
        return (values >> static_cast<unsigned>(value) & 1U) != 0;
    }
    friend bool operator==(const CronField&, const CronField&) = default;
};

struct CronSchedule {
    /// `@every`: seconds between two runs, at least 1; 0 for the other schedules.
    std::int64_t interval_seconds = 0;
    CronField minutes;
    CronField hours;
    CronField days;
    CronField months;
    CronField weekdays; ///< 0 is Sunday
    /// Of a prefix `TZ=` or `CRON_TZ=`; it takes precedence over all other zones.
    std::optional<std::string> zone_name;

    [[nodiscard]] bool is_interval() const { return interval_seconds > 0; }
    /// Whether the days of the month and of the week must both fit; else one of them is enough.
    [[nodiscard]] bool needs_both_days() const { return days.is_any || weekdays.is_any; }
    friend bool operator==(const CronSchedule&, const CronSchedule&) = default;
};

struct CronParse {
    CronSchedule schedule;
    std::optional<ParseError> error;

    [[nodiscard]] bool ok() const { return !error.has_value(); }
};

/// Argo Events takes no descriptors (`@daily`, `@every 1h`).
enum class CronForm : std::uint8_t { kStandard, kFieldsOnly };

[[nodiscard]] CronParse parse_cron(std::string_view text, CronForm form = CronForm::kStandard);

/// The first instant after `after` at which the schedule fires, on the clocks of `zone`; nothing
/// where there is none within five years. A time that a clock skips is left out, one that it shows
/// twice fires twice.
[[nodiscard]] std::optional<Time> next_run(const CronSchedule& schedule, const Time& after,
                                           const std::shared_ptr<const TimeZone>& zone);

/// Whether there is any instant at which the schedule fires: `0 0 31 2 *` has none.
[[nodiscard]] bool ever_runs(const CronSchedule& schedule);

} // namespace tiphys::expr
