// Times to live, and numbers of finished workflows.

#include "runtime/controller/retention.h"

#include <algorithm>
#include <limits>

namespace tiphys::control {
namespace {

constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

/// Argo: ttl in workflow/gccontroller/gc_controller.go.
std::int64_t due_ms(const KnownWorkflow& workflow) {
    const bool succeeded = workflow.phase == "Succeeded";
    const auto& own = succeeded ? workflow.ttl_success_s : workflow.ttl_failure_s;
    const auto& seconds = own ? own : workflow.ttl_completion_s;
    return seconds && workflow.finished_ms != 0 ? workflow.finished_ms + *seconds * 1000 : kNever;
}

} // namespace

void Retention::add(const KnownWorkflow& workflow) {
    if (workflow.is_deleted) return;
    entries_[workflow.key()] = {{workflow.name_space, workflow.name, workflow.uid},
                                workflow.phase,
                                workflow.finished_ms,
                                due_ms(workflow)};
}

void Retention::forget(const std::string& key) {
    entries_.erase(key);
}

void Retention::drop_oldest(const char* phase, const std::optional<std::int64_t>& limit,
                            std::vector<Expired>& expired) {
    if (!limit || *limit < 0) return;
    std::vector<const Entry*> all;
    for (const auto& [key, entry] : entries_) {
        if (entry.phase == phase) all.push_back(&entry);
    }
    const auto n_kept = static_cast<std::size_t>(*limit);
    if (all.size() <= n_kept) return;
    std::sort(all.begin(), all.end(), [](const Entry* a, const Entry* b) {
        return a->finished_ms != b->finished_ms ? a->finished_ms < b->finished_ms
                                                : a->what.name < b->what.name;
    });
    for (std::size_t i = 0; i + n_kept < all.size(); ++i) {
        expired.push_back(all[i]->what);
    }
}

std::vector<Retention::Expired> Retention::take_expired(std::int64_t now_ms) {
    std::vector<Expired> expired;
    for (const auto& [key, entry] : entries_) {
        if (entry.due_ms <= now_ms) expired.push_back(entry.what);
    }
    drop_oldest("Succeeded", policy_.n_completed, expired);
    drop_oldest("Failed", policy_.n_failed, expired);
    drop_oldest("Error", policy_.n_errored, expired);
    std::vector<Expired> once;
    for (Expired& one : expired) {
        if (entries_.erase(one.name_space + "/" + one.name) > 0) once.push_back(std::move(one));
    }
    return once;
}

std::int64_t Retention::next_ms() const {
    std::int64_t next = kNever;
    for (const auto& [key, entry] : entries_) {
        next = std::min(next, entry.due_ms);
    }
    return next;
}

} // namespace tiphys::control
