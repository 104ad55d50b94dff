// The newest workflow of each origin.

#include "runtime/controller/baselines.h"

#include "runtime/controller/labels.h"

namespace tiphys::control {
namespace {

constexpr const char* kOrigins[] = {kLabelTemplate, kLabelClusterTemplate, kLabelCronWorkflow};

std::string place_of(const KnownWorkflow& workflow, const char* origin, const std::string& value) {
    return workflow.name_space + "/" + origin + "/" + value;
}

} // namespace

void Baselines::ended(const KnownWorkflow& workflow) {
    if (workflow.phase != "Succeeded" || workflow.started_ms == 0) return;
    for (const char* origin : kOrigins) {
        const auto label = workflow.labels.find(origin);
        if (label == workflow.labels.end()) continue;
        Entry& entry = entries_[place_of(workflow, origin, label->second)];
        if (entry.created_ms > workflow.created_ms) continue;
        entry = {workflow.created_ms, (workflow.finished_ms - workflow.started_ms) / 1000};
    }
}

std::int64_t Baselines::estimate_s(const KnownWorkflow& workflow) const {
    for (const char* origin : kOrigins) {
        const auto label = workflow.labels.find(origin);
        if (label == workflow.labels.end()) continue;
        const auto known = entries_.find(place_of(workflow, origin, label->second));
        return known == entries_.end() ? 0 : known->second.duration_s;
    }
    return 0;
}

} // namespace tiphys::control
