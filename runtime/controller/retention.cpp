// Times to live, and numbers of finished workflows.

#include "runtime/controller/retention.h"

#include <algorithm>
#include <limits>
#include <utility>

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

void Retention::set_policy(const RetentionPolicy& policy) {
    policy_ = policy;
    has_more_ = true;
}

void Retention::add(const KnownWorkflow& workflow) {
    if (workflow.is_deleted) return;
    const std::string key = workflow.key();
    forget(key);
    const std::int64_t due = due_ms(workflow);
    entries_[key] = {{workflow.name_space, workflow.name, workflow.uid},
                     workflow.phase,
                     workflow.finished_ms,
                     due};
    if (due != kNever) due_.emplace(due, key);
    has_more_ = true;
}

void Retention::forget(const std::string& key) {
    const auto found = entries_.find(key);
    if (found == entries_.end()) return;
    due_.erase({found->second.due_ms, key});
    entries_.erase(found);
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
    for (auto at = due_.begin(); at != due_.end() && at->first <= now_ms; ++at) {
        expired.push_back(entries_.at(at->second).what);
    }
    if (std::exchange(has_more_, false)) {
        drop_oldest("Succeeded", policy_.n_completed, expired);
        drop_oldest("Failed", policy_.n_failed, expired);
        drop_oldest("Error", policy_.n_errored, expired);
    }
    std::vector<Expired> once;
    for (Expired& one : expired) {
        const std::string key = one.name_space + "/" + one.name;
        if (!entries_.contains(key)) continue;
        forget(key);
        once.push_back(std::move(one));
    }
    return once;
}

std::int64_t Retention::next_ms() const {
    return due_.empty() ? kNever : due_.begin()->first;
}

} // namespace tiphys::control
