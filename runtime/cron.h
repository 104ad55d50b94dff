#pragma once
// CronWorkflows without a cluster: when runs start, and which. No clock and no files: the same
// calls give the same answers. Argo: workflow/cron/operator.go.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/base/result.h"
#include "compiler/expr/cron.h"
#include "compiler/ir/project.h"

namespace tiphys::run {

/// Reads the file of a time zone; nothing where there is none of that name.
using ZoneReader = std::function<std::optional<std::string>(std::string_view)>;

enum class CronPolicy : std::uint8_t { kAllow, kForbid, kReplace };

struct CronSpec {
    struct Line {
        expr::CronSchedule schedule;
        std::shared_ptr<const expr::TimeZone> zone;
    };
    std::string name;
    std::string namespace_name = "default";
    std::map<std::string, std::string> labels;
    std::map<std::string, std::string> annotations;
    std::vector<Line> lines;
    /// As written, with the zone: a changed schedule catches nothing up.
    std::string schedule_text;
    std::string when;
    std::string stop_expression;
    bool is_suspended = false;
    CronPolicy policy = CronPolicy::kAllow;
    std::optional<std::int64_t> starting_deadline_s;
    std::size_t n_succeeded_kept = 3;
    std::size_t n_failed_kept = 1;
};

/// An Error names the schedule or zone that cannot be read.
[[nodiscard]] Result<CronSpec> read_cron_spec(const ir::Document& document,
                                              const ZoneReader& zone_file);

/// The Workflow that a CronWorkflow starts, as JSON. Argo:
/// ConvertCronWorkflowToWorkflowWithProperties in workflow/common.
[[nodiscard]] std::string workflow_of_cron(const ir::Document& document, const std::string& name,
                                           std::int64_t scheduled_s);

/// A run that has ended.
struct CronRun {
    std::string name;
    bool succeeded = false;
    std::int64_t finished_s = 0;
};

/// What is known of a CronWorkflow beside its manifest; times are Unix seconds.
struct CronStatus {
    std::optional<std::int64_t> last_scheduled_s;
    std::int64_t n_succeeded = 0;
    std::int64_t n_failed = 0;
    bool is_stopped = false;
    /// Names of runs that go on.
    std::vector<std::string> active;
    /// Runs that are kept, oldest first.
    std::vector<CronRun> history;
    std::string schedule_text;
};

/// Runs that go on are left out: they end with the scheduler.
[[nodiscard]] std::string write_cron_status(const CronStatus& status);
[[nodiscard]] Result<CronStatus> read_cron_status(std::string_view json);

/// What happens at a scheduled time.
struct CronStart {
    /// Empty: nothing starts, and `reason` says why.
    std::string run;
    std::string reason;
    /// Runs to be ended before.
    std::vector<std::string> replaced;
    /// The policy had something to say: `Forbid`, `Replace`.
    std::string policy;
};

class CronJob {
public:
    CronJob(CronSpec spec, CronStatus status, ZoneReader zone_file)
        : spec_(std::move(spec)), status_(std::move(status)), zone_file_(std::move(zone_file)) {}

    /// The first scheduled time after `after_s`, whatever the policies say; nothing where there is
    /// none within five years.
    [[nodiscard]] std::optional<std::int64_t> next_time(std::int64_t after_s) const;
    /// A time that was missed while nobody looked and may still be made up for.
    [[nodiscard]] std::optional<std::int64_t> missed_time(std::int64_t now_s) const;
    /// Decides about the scheduled time `at_s`; a run that starts is active from then on.
    [[nodiscard]] CronStart fire(std::int64_t at_s, std::int64_t now_s);
    /// A run has ended; returns the names of runs that are kept no longer. `is_counted`: it is
    /// among those that succeeded or failed already.
    [[nodiscard]] std::vector<std::string> end(const std::string& run, bool succeeded,
                                               std::int64_t now_s, bool is_counted = false);
    /// The run was not started after all.
    void withdraw(const std::string& run);

    [[nodiscard]] const CronSpec& spec() const { return spec_; }
    [[nodiscard]] const CronStatus& status() const { return status_; }
    /// `nightly-1774747800`.
    [[nodiscard]] std::string run_name(std::int64_t at_s) const;
    /// RFC 3339 on the clocks of the zone of the first schedule.
    [[nodiscard]] std::string time_text(std::int64_t at_s) const;

private:
    /// Why nothing may start now; empty: it may.
    [[nodiscard]] std::string check_stop(std::int64_t now_s);
    [[nodiscard]] std::string check_when(std::int64_t now_s) const;

    CronSpec spec_;
    CronStatus status_;
    ZoneReader zone_file_;
};

} // namespace tiphys::run
