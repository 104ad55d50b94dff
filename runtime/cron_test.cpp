// CronWorkflows on a clock that the test sets.

#include <catch2/catch.hpp>

#include "compiler/base/source_map.h"
#include "compiler/expr/environment.h"
#include "compiler/front/load.h"
#include "runtime/cron.h"
#include "runtime/plan/build.h"

namespace tiphys::run {
namespace {

// 2026-03-28T12:00:00Z: the night after, clocks in Berlin skip from 02:00 to 03:00.
constexpr std::int64_t kNoon = 1'774'699'200;
constexpr std::int64_t kMinute = 60;
constexpr std::int64_t kHour = 3'600;

/// A CronWorkflow with `fields` in its spec.
class Sample {
public:
    explicit Sample(const std::string& fields) {
        const std::string yaml = "apiVersion: argoproj.io/v1alpha1\n"
                                 "kind: CronWorkflow\n"
                                 "metadata: {name: tick, labels: {team: data}}\n"
                                 "spec:\n" +
                                 fields +
                                 "  workflowMetadata: {labels: {kind: nightly}}\n"
                                 "  workflowSpec:\n"
                                 "    entrypoint: main\n"
                                 "    templates:\n"
                                 "    - {name: main, container: {image: a, command: [\"true\"]}}\n";
        const FileId file = sources_.add("cron.yaml", yaml);
        const front::InputFile input{file, true};
        project_ =
            std::make_unique<ir::Project>(front::load_project(sources_, std::span(&input, 1), 1));
    }

    [[nodiscard]] const ir::Document& document() const {
        return *project_->all("CronWorkflow").front();
    }
    [[nodiscard]] const ir::Project& project() const { return *project_; }
    [[nodiscard]] CronJob job(CronStatus status = {}) const {
        const auto spec = read_cron_spec(document(), expr::read_system_zone);
        REQUIRE(spec.has_value());
        return CronJob(*spec, std::move(status), expr::read_system_zone);
    }

private:
    SourceMap sources_;
    std::unique_ptr<ir::Project> project_;
};

/// Its scheduled times after kNoon.
std::vector<std::string> times(const CronJob& job, std::size_t n) {
    std::vector<std::string> found;
    std::optional<std::int64_t> at = kNoon;
    while (found.size() < n && (at = job.next_time(*at))) {
        found.push_back(job.time_text(*at));
    }
    return found;
}

} // namespace

TEST_CASE("a time that a clock skips does not fire, one that it shows twice fires twice") {
    const Sample spring("  schedules: [\"30 2 * * *\"]\n  timezone: Europe/Berlin\n");
    CHECK(times(spring.job(), 2) ==
          std::vector<std::string>{"2026-03-30T02:30:00+02:00", "2026-03-31T02:30:00+02:00"});
    const Sample autumn("  schedules: [\"30 2 25 10 *\"]\n  timezone: Europe/Berlin\n");
    CHECK(times(autumn.job(), 2) ==
          std::vector<std::string>{"2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00"});
}

TEST_CASE("several schedules fire in turn, each in its own zone") {
    const Sample sample("  schedules: [\"0 13 * * *\", \"CRON_TZ=Asia/Tokyo 30 21 * * *\"]\n");
    CHECK(times(sample.job(), 2) ==
          std::vector<std::string>{"2026-03-28T12:30:00Z", "2026-03-28T13:00:00Z"});
}

TEST_CASE("policies decide what happens while a run goes on") {
    const auto second = [](const std::string& policy) {
        const Sample sample("  schedules: [\"* * * * *\"]\n  concurrencyPolicy: " + policy + "\n");
        CronJob job = sample.job();
        CHECK(job.fire(kNoon, kNoon).run == "tick-1774699200");
        return job.fire(kNoon + kMinute, kNoon + kMinute);
    };
    CHECK(second("Allow").run == "tick-1774699260");
    CHECK(second("Allow").replaced.empty());
    CHECK(second("Forbid").run.empty());
    CHECK(second("Forbid").reason == "`tick-1774699200` still runs");
    CHECK(second("Replace").run == "tick-1774699260");
    CHECK(second("Replace").replaced == std::vector<std::string>{"tick-1774699200"});
}

TEST_CASE("the same scheduled time starts one run") {
    const Sample sample("  schedules: [\"* * * * *\"]\n");
    CronJob job = sample.job();
    CHECK_FALSE(job.fire(kNoon, kNoon).run.empty());
    CHECK(job.fire(kNoon, kNoon).run.empty());
}

TEST_CASE("what was missed is made up for within the deadline, and only the latest") {
    CronStatus status;
    status.last_scheduled_s = kNoon;
    const Sample strict("  schedules: [\"0 * * * *\"]\n");
    const Sample lenient("  schedules: [\"0 * * * *\"]\n  startingDeadlineSeconds: 600\n");
    status.schedule_text = lenient.job().spec().schedule_text;
    CHECK_FALSE(strict.job(status).missed_time(kNoon + 3 * kHour + 300));
    CHECK(lenient.job(status).missed_time(kNoon + 3 * kHour + 300) == kNoon + 3 * kHour);
    CHECK_FALSE(lenient.job(status).missed_time(kNoon + 3 * kHour + 900));
    CHECK_FALSE(lenient.job().missed_time(kNoon + 3 * kHour + 300));
    status.schedule_text = " 5 * * * *\n";
    CHECK_FALSE(lenient.job(status).missed_time(kNoon + 3 * kHour + 300));
}

TEST_CASE("history keeps the latest of each kind") {
    const Sample sample("  schedules: [\"* * * * *\"]\n  successfulJobsHistoryLimit: 2\n"
                        "  failedJobsHistoryLimit: 0\n");
    CronJob job = sample.job();
    CHECK(job.end("a", true, kNoon).empty());
    CHECK(job.end("b", true, kNoon + 1).empty());
    CHECK(job.end("c", false, kNoon + 2) == std::vector<std::string>{"c"});
    CHECK(job.end("d", true, kNoon + 3) == std::vector<std::string>{"a"});
    CHECK(job.status().n_succeeded == 3);
    CHECK(job.status().n_failed == 1);
}

TEST_CASE("the stop condition ends it for good") {
    const Sample sample("  schedules: [\"* * * * *\"]\n"
                        "  stopStrategy: {expression: \"cronworkflow.failed >= 2\"}\n");
    CronJob job = sample.job();
    static_cast<void>(job.end("a", false, kNoon));
    CHECK_FALSE(job.fire(kNoon, kNoon).run.empty());
    static_cast<void>(job.end("b", false, kNoon));
    CHECK(job.status().is_stopped);
    CHECK(job.fire(kNoon + kMinute, kNoon).reason == "its stop condition has come true");
}

TEST_CASE("`when` sees labels and the last start, and a suspended one starts nothing") {
    const Sample named("  schedules: [\"* * * * *\"]\n"
                       "  when: \"{{cronworkflow.name}} == other\"\n");
    CHECK(named.job().fire(kNoon, kNoon).reason == "`when` is false: tick == other");
    const Sample rare("  schedules: [\"* * * * *\"]\n"
                      "  when: \"{{= cronworkflow.lastScheduledTime == nil || (now() - "
                      "cronworkflow.lastScheduledTime).Seconds() > 90 }}\"\n");
    CronJob job = rare.job();
    CHECK_FALSE(job.fire(kNoon, kNoon).run.empty());
    CHECK(job.fire(kNoon + kMinute, kNoon + kMinute).run.empty());
    CHECK_FALSE(job.fire(kNoon + 2 * kMinute, kNoon + 2 * kMinute).run.empty());
    const Sample suspended("  schedules: [\"* * * * *\"]\n  suspend: true\n");
    CHECK(suspended.job().fire(kNoon, kNoon).reason == "it is suspended");
}

TEST_CASE("the workflow carries its origin and its scheduled time") {
    const Sample sample("  schedules: [\"* * * * *\"]\n");
    const std::string json = workflow_of_cron(sample.document(), "tick-1", kNoon);
    CHECK(json.find("\"workflows.argoproj.io/cron-workflow\":\"tick\"") != std::string::npos);
    CHECK(json.find("\"workflows.argoproj.io/scheduled-time\":\"2026-03-28T12:00:00Z\"") !=
          std::string::npos);
    CHECK(json.find("\"kind\":\"nightly\"") != std::string::npos);
    CHECK(json.find("\"entrypoint\":\"main\"") != std::string::npos);
}

TEST_CASE("a run of the manifest itself says the same") {
    const Sample sample("  schedules: [\"* * * * *\"]\n");
    RunRequest request;
    request.workflow = &sample.document();
    request.name = "tick-1";
    request.created_ms = kNoon * 1000;
    const auto known = build_plan(sample.project(), request).plan.globals;
    CHECK(known.at("workflow.labels") ==
          R"({"kind":"nightly","workflows.argoproj.io/cron-workflow":"tick"})");
    CHECK(known.at("workflow.scheduledTime") == "2026-03-28T12:00:00Z");
}

TEST_CASE("the status survives being written and read") {
    const Sample sample("  schedules: [\"* * * * *\"]\n");
    CronJob job = sample.job();
    static_cast<void>(job.fire(kNoon, kNoon));
    static_cast<void>(job.end("tick-1774699200", true, kNoon + 5));
    const auto read = read_cron_status(write_cron_status(job.status()));
    REQUIRE(read.has_value());
    CHECK(read->last_scheduled_s == kNoon);
    CHECK(read->n_succeeded == 1);
    CHECK(read->history.size() == 1);
    CHECK(read->schedule_text == job.spec().schedule_text);
    CHECK_FALSE(read_cron_status("[1]").has_value());
}

} // namespace tiphys::run
