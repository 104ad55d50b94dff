// The schedules of CronWorkflows.
#include "analyzer/schedules.h"

#include "compiler/expr/environment.h"
#include "compiler/front/resolve.h"

namespace tiphys::analyze {

std::vector<const ir::Scalar*> schedule_texts(const wf::CronWorkflowSpec& spec) {
    std::vector<const ir::Scalar*> texts;
    for (const ir::Scalar* schedule : spec.schedules())
        texts.push_back(schedule);
    // Argo up to 3.5 has only this one.
    const ir::Scalar* single = ir::scalar_as(spec.field("schedule"));
    if (single != nullptr) texts.push_back(single);
    return texts;
}

std::vector<ScheduleUse> schedules_of(const wf::CronWorkflowSpec& spec) {
    std::vector<ScheduleUse> uses;
    for (const ir::Scalar* scalar : schedule_texts(spec)) {
        if (front::has_tag(scalar->text)) continue;
        expr::CronParse parsed = expr::parse_cron(scalar->text);
        if (!parsed.ok()) continue;
        ScheduleUse use{&spec, scalar, std::move(parsed.schedule), {}};
        const std::string_view zone = ir::text_of(ir::scalar_as(spec.field("timezone")));
        // Argo writes `CRON_TZ=<timezone> ` in front of the schedule.
        use.zone_name = use.schedule.zone_name.value_or(std::string(zone));
        uses.push_back(std::move(use));
    }
    return uses;
}

std::shared_ptr<const expr::TimeZone> zone_called(const std::string& name) {
    expr::Environment environment;
    environment.zone_file = expr::read_system_zone;
    return expr::load_zone(environment, name);
}

} // namespace tiphys::analyze
