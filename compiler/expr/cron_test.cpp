// Cron schedules: what is read, and when they fire.
#include <catch2/catch.hpp>

#include "compiler/expr/cron.h"
#include "compiler/expr/environment.h"

namespace tiphys::expr {
namespace {

Time at(const char* text) {
    const std::optional<Time> time = parse_time(kRfc3339, text, TimeZone::utc());
    REQUIRE(time.has_value());
    return *time;
}

std::string next(const char* schedule, const char* after, const char* zone = "UTC") {
    Environment environment;
    environment.zone_file = read_system_zone;
    const auto loaded = load_zone(environment, zone);
    REQUIRE(loaded != nullptr);
    const CronParse parsed = parse_cron(schedule);
    REQUIRE(parsed.ok());
    const std::optional<Time> found = next_run(parsed.schedule, at(after), loaded);
    return found ? format_time(*found, kRfc3339) : "never";
}

TEST_CASE("a schedule fires after an instant, never at it") {
    CHECK(next("0 3 * * *", "2026-01-01T03:00:00Z") == "2026-01-02T03:00:00Z");
    CHECK(next("*/15 * * * *", "2026-01-01T03:00:01Z") == "2026-01-01T03:15:00Z");
    CHECK(next("@every 90s", "2026-01-01T03:00:00Z") == "2026-01-01T03:01:30Z");
    CHECK(next("@every 1ms", "2026-01-01T03:00:00Z") == "2026-01-01T03:00:01Z");
}

TEST_CASE("days of month and week are both enough, unless one of them is any") {
    // The 13th, and every Friday.
    CHECK(next("0 0 13 * fri", "2026-01-01T00:00:00Z") == "2026-01-02T00:00:00Z");
    CHECK(next("0 0 13 * *", "2026-01-01T00:00:00Z") == "2026-01-13T00:00:00Z");
    CHECK(next("0 0 29 2 *", "2026-01-01T00:00:00Z") == "2028-02-29T00:00:00Z");
    CHECK(next("0 0 31 2 *", "2026-01-01T00:00:00Z") == "never");
    CHECK(next(", * * * *", "2026-01-01T00:00:00Z") == "never");
}

TEST_CASE("a time that the clock skips is left out, one that it shows twice fires twice") {
    CHECK(next("30 2 * * *", "2026-03-28T12:00:00Z", "Europe/Berlin") == "2026-03-30T00:30:00Z");
    CHECK(next("30 2 * * *", "2026-10-25T00:00:00Z", "Europe/Berlin") == "2026-10-25T00:30:00Z");
    CHECK(next("30 2 * * *", "2026-10-25T00:30:00Z", "Europe/Berlin") == "2026-10-25T01:30:00Z");
}

TEST_CASE("what robfig refuses is refused at its place") {
    const auto place = [](const char* text) {
        const CronParse parsed = parse_cron(text);
        REQUIRE_FALSE(parsed.ok());
        return std::string_view(text).substr(parsed.error->range.begin,
                                             parsed.error->range.end - parsed.error->range.begin);
    };
    CHECK(place("0 24 * * *") == "24");
    CHECK(place("0 0 * * 7") == "7");
    CHECK(place("0 0 * * fri-sun") == "fri-sun");
    CHECK(place("0 0 * * 1,x") == "x");
    CHECK(place("* * * *") == "* * * *");
    CHECK(place("@reboot") == "@reboot");
    CHECK(place("@every 1d") == "1d");
    CHECK(place("TZ=UTC */0 * * * *") == "*/0");
    CHECK_FALSE(parse_cron("@daily", CronForm::kFieldsOnly).ok());
}

TEST_CASE("a zone before the fields is kept") {
    const CronParse parsed = parse_cron("CRON_TZ=Asia/Tokyo 0 3 * * 1-5");
    REQUIRE(parsed.ok());
    CHECK(parsed.schedule.zone_name == "Asia/Tokyo");
    CHECK(parsed.schedule.weekdays.values == 0b111110);
    CHECK_FALSE(parsed.schedule.needs_both_days() == false);
}

} // namespace
} // namespace tiphys::expr
