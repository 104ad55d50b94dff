// Virtual time.

#include "runtime/backends/simulated/simulated_backend.h"

#include <algorithm>

namespace tiphys::run {

void SimulatedBackend::start(NodeId node, std::unique_ptr<TaskSpec> spec) {
    queue_.emplace_back(node, std::move(spec));
}

void SimulatedBackend::stop(NodeId node, bool at_once) {
    TaskReport stopped;
    stopped.phase = Phase::kFailed;
    stopped.message = "stopped";
    const auto queued = std::find_if(queue_.begin(), queue_.end(),
                                     [&](const auto& entry) { return entry.first == node; });
    if (queued != queue_.end()) {
        queue_.erase(queued);
    } else {
        const auto found = running_.find(node);
        if (found == running_.end()) return;
        ends_.erase({found->second.end_ms, node});
    }
    const std::int64_t end_ms = now_ms_ + (at_once ? 0 : options_.stop_ms);
    running_[node] = {end_ms, std::move(stopped)};
    ends_.insert({end_ms, node});
}

void SimulatedBackend::start_queued(std::vector<BackendReport>& reports) {
    while (!queue_.empty() && running_.size() < options_.max_parallel) {
        auto [node, spec] = std::move(queue_.front());
        queue_.pop_front();
        SimulatedTask task = options_.behaviour ? options_.behaviour(*spec) : SimulatedTask{};
        const std::int64_t end_ms = now_ms_ + task.duration_ms;
        started_.push_back(spec->node_name);
        running_[node] = {end_ms, std::move(task.report)};
        ends_.insert({end_ms, node});
        most_running_ = std::max(most_running_, running_.size());
        reports.push_back({node, false, {}});
    }
}

std::vector<BackendReport> SimulatedBackend::wait(std::int64_t until_ms, int) {
    std::vector<BackendReport> reports;
    start_queued(reports);
    if (!reports.empty()) return reports;
    if (ends_.empty() || ends_.begin()->first > until_ms) {
        now_ms_ = std::max(now_ms_, until_ms);
        return reports;
    }
    now_ms_ = std::max(now_ms_, ends_.begin()->first);
    while (!ends_.empty() && ends_.begin()->first <= now_ms_) {
        const NodeId node = ends_.begin()->second;
        ends_.erase(ends_.begin());
        reports.push_back({node, true, std::move(running_[node].report)});
        running_.erase(node);
    }
    return reports;
}

} // namespace tiphys::run
