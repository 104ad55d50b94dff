#pragma once
// The schedules of CronWorkflows, read once for all rules about them.

#include <memory>
#include <vector>

#include "compiler/expr/cron.h"
#include "compiler/ir/project.h"
#include "schemas/workflow.gen.h"

namespace tiphys::analyze {

/// One entry of `schedules` (or the old `schedule`) that can be read.
struct ScheduleUse {
    const wf::CronWorkflowSpec* spec = nullptr;
    const ir::Scalar* scalar = nullptr;
    expr::CronSchedule schedule;
    /// The zone that counts: its own, else `timezone`, else "".
    std::string zone_name;
};

/// Those of a CronWorkflow, in source order. Texts with tags and those that cron-syntax reports are
/// left out.
[[nodiscard]] std::vector<ScheduleUse> schedules_of(const wf::CronWorkflowSpec& spec);

/// The texts of `schedules` and `schedule`.
[[nodiscard]] std::vector<const ir::Scalar*> schedule_texts(const wf::CronWorkflowSpec& spec);

/// Null where the zone database of this machine has no such zone.
[[nodiscard]] std::shared_ptr<const expr::TimeZone> zone_called(const std::string& name);

/// The year in which rules look at clock changes and coincidences. Fixed, so that the same files
/// give the same findings on every day.
inline constexpr int kSampleYear = 2026;

} // namespace tiphys::analyze
