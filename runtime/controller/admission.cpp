// Which workflows begin: limits of the controller and of namespaces, priorities, locks of whole
// runs. Argo: workflow/sync/multi_throttler.go.

#include <algorithm>

#include "runtime/controller/controller.h"

namespace tiphys::control {

std::vector<std::shared_ptr<LiveRun>> Controller::waiting_in_order() const {
    std::vector<std::shared_ptr<LiveRun>> waiting;
    for (const Key& key : waiting_) {
        waiting.push_back(runs_.at(key));
    }
    // What an earlier controller has begun goes on in any case.
    std::sort(waiting.begin(), waiting.end(), [](const auto& a, const auto& b) {
        const KnownWorkflow& left = a->workflow();
        const KnownWorkflow& right = b->workflow();
        const bool left_runs = left.phase == "Running";
        const bool right_runs = right.phase == "Running";
        if (left_runs != right_runs) return left_runs;
        if (left.priority != right.priority) return left.priority > right.priority;
        return left.created_ms != right.created_ms ? left.created_ms < right.created_ms
                                                   : left.name < right.name;
    });
    return waiting;
}

Controller::Places Controller::taken_places() const {
    Places taken;
    const Config& config = around_.config;
    if (config.parallelism <= 0 && config.namespace_parallelism <= 0) return taken;
    for (const auto& [key, run] : runs_) {
        if (waiting_.contains(key)) continue;
        ++taken.n_all;
        ++taken.n_by_namespace[run->workflow().name_space];
    }
    return taken;
}

bool Controller::has_place(const Places& taken, const std::string& name_space) const {
    const Config& config = around_.config;
    if (config.parallelism > 0 && taken.n_all >= config.parallelism) return false;
    const auto here = taken.n_by_namespace.find(name_space);
    const std::int64_t n_here = here == taken.n_by_namespace.end() ? 0 : here->second;
    return config.namespace_parallelism <= 0 || n_here < config.namespace_parallelism;
}

/// Argo's message for the first lock of the whole run that is not free; empty: all are.
std::string Controller::taken_lock(const LiveRun& run) const {
    const LockTable::Counts others = around_.locks.outside(run.workflow().key());
    for (const LiveRun::WholeLock& lock : run.whole_locks()) {
        const auto held = others.find(lock.name);
        const std::int64_t free = lock.limit - (held == others.end() ? 0 : held->second);
        if (free > 0) continue;
        return "Waiting for " + lock.name + " lock. Lock status: " + std::to_string(free) + "/" +
               std::to_string(lock.limit);
    }
    return "";
}

void Controller::begin(const std::shared_ptr<LiveRun>& run, std::int64_t now_ms) {
    const Key key = run->workflow().key();
    waiting_.erase(key);
    run->begin(now_ms);
    if (auto pods = early_pods_.extract(key)) {
        for (const auto& [name, pod] : pods.mapped()) {
            run->pod_seen(pod);
        }
    }
    if (auto results = early_results_.extract(key)) {
        for (const auto& [name, result] : results.mapped()) {
            run->result_seen(result);
        }
    }
    around_.log.info("workflow begins", {{"namespace", run->workflow().name_space},
                                         {"workflow", run->workflow().name}});
}

void Controller::admit(std::int64_t now_ms) {
    has_room_again_ = false;
    if (waiting_.empty()) return;
    Places taken = taken_places();
    for (const std::shared_ptr<LiveRun>& run : waiting_in_order()) {
        const KnownWorkflow& workflow = run->workflow();
        const bool goes_on = workflow.phase == "Running";
        if (!goes_on && !has_place(taken, workflow.name_space)) {
            run->hold_back("Workflow processing has been postponed because too many workflows are "
                           "already running");
            continue;
        }
        if (!run->is_prepared()) run->prepare();
        if (run->has_begun()) {
            // It cannot be run, and ends with the reason.
            waiting_.erase(workflow.key());
            continue;
        }
        const std::string reason = taken_lock(*run);
        if (reason.empty()) {
            begin(run, now_ms);
            ++taken.n_all;
            ++taken.n_by_namespace[workflow.name_space];
        } else {
            run->hold_back(reason);
        }
    }
}

} // namespace tiphys::control
