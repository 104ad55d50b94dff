// Virtual time.

#include "runtime/backends/simulated/simulated_backend.h"

#include <algorithm>

namespace tiphys::run {
namespace {

/// Reports at once: a million of them would be large.
constexpr std::size_t kMostReports = 4096;

bool is_plain_success(const TaskReport& report) {
    return report.phase == Phase::kSucceeded && report.message.empty() &&
           report.exit_code.value_or(0) == 0 && !report.result && report.parameters.empty() &&
           report.artifacts.empty() && report.processes.empty() && !report.http &&
           report.keys.empty();
}

} // namespace

std::uint32_t SimulatedBackend::shape_of(const Resources& requests) {
    std::uint32_t position = 0;
    while (position < shapes_.size() && shapes_[position].requests != requests) {
        ++position;
    }
    if (position == shapes_.size()) shapes_.push_back({requests, {}});
    return position;
}

void SimulatedBackend::keep_report(Task& task, TaskReport&& report) {
    if (task.report != kNoId) {
        *reports_[task.report] = std::move(report);
        return;
    }
    task.has_exit_code = report.exit_code.has_value();
    if (is_plain_success(report)) return;
    if (free_reports_.empty()) {
        free_reports_.push_back(static_cast<std::uint32_t>(reports_.size()));
        reports_.emplace_back();
    }
    task.report = free_reports_.back();
    free_reports_.pop_back();
    reports_[task.report] = std::make_unique<TaskReport>(std::move(report));
}

void SimulatedBackend::start(NodeId node, std::unique_ptr<TaskSpec> spec) {
    SimulatedTask made = options_.behaviour ? options_.behaviour(*spec) : SimulatedTask{};
    if (node >= tasks_.size()) tasks_.resize(std::size_t{node} + 1);
    Task& task = tasks_[node];
    task.end_ms = made.duration_ms;
    task.shape = shape_of(spec->requests);
    task.stage = Stage::kQueued;
    keep_report(task, std::move(made.report));
    if (options_.keeps_names) {
        if (node >= names_.size()) names_.resize(std::size_t{node} + 1);
        names_[node] = spec->node_name;
    }
    ++n_queued_;
    if (cluster_.can_hold(spec->requests)) {
        shapes_[task.shape].queue.emplace_back(n_started_++, node);
        return;
    }
    TaskReport report;
    report.phase = Phase::kError;
    report.message = "unschedulable: the pod asks for more than any node, or the quota, has";
    if (task.report != kNoId) report.processes = reports_[task.report]->processes;
    for (ProcessReport& process : report.processes) {
        process.end = ProcessReport::End::kError;
    }
    keep_report(task, std::move(report));
    task.stage = Stage::kEnding;
    task.end_ms = now_ms_;
    ends_.emplace(now_ms_, node);
}

void SimulatedBackend::stop(NodeId node, bool at_once) {
    if (node >= tasks_.size()) return;
    Task& task = tasks_[node];
    if (task.stage != Stage::kQueued && task.stage != Stage::kRunning) return;
    TaskReport stopped;
    stopped.phase = Phase::kFailed;
    stopped.message = "stopped";
    if (task.report != kNoId) stopped.processes = reports_[task.report]->processes;
    for (ProcessReport& process : stopped.processes) {
        process.end = ProcessReport::End::kKilled;
    }
    keep_report(task, std::move(stopped));
    // What has not begun stays in its row, where it is passed over.
    if (task.stage == Stage::kQueued) task.stage = Stage::kEnding;
    task.end_ms = now_ms_ + (at_once ? 0 : options_.stop_ms);
    ends_.emplace(task.end_ms, node);
}

/// The row whose first task has waited longest, among those that may find room.
SimulatedBackend::Shape* SimulatedBackend::next_shape(const std::vector<bool>& is_full) {
    Shape* next = nullptr;
    for (std::size_t i = 0; i < shapes_.size(); ++i) {
        auto& queue = shapes_[i].queue;
        while (!queue.empty() && tasks_[queue.front().second].stage != Stage::kQueued) {
            queue.pop_front();
        }
        if (queue.empty() || (i < is_full.size() && is_full[i])) continue;
        if (next == nullptr || queue.front().first < next->queue.front().first) next = &shapes_[i];
    }
    return next;
}

void SimulatedBackend::start_queued(std::vector<BackendReport>& reports) {
    if (n_queued_ == 0) return;
    std::vector<bool> is_full(shapes_.size());
    while (n_running_ < options_.max_parallel && reports.size() < kMostReports) {
        Shape* shape = next_shape(is_full);
        if (shape == nullptr) return;
        const auto place = cluster_.place(shape->requests);
        if (!place) {
            is_full[static_cast<std::size_t>(shape - shapes_.data())] = true;
            continue;
        }
        const NodeId node = shape->queue.front().second;
        shape->queue.pop_front();
        Task& task = tasks_[node];
        task.stage = Stage::kRunning;
        task.place = *place;
        task.begin_ms = now_ms_;
        task.end_ms += now_ms_;
        ends_.emplace(task.end_ms, node);
        --n_queued_;
        ++n_running_;
        ++n_begun_;
        most_running_ = std::max(most_running_, n_running_);
        if (options_.keeps_names) started_.push_back(std::move(names_[node]));
        BackendReport& report = reports.emplace_back();
        report.node = node;
    }
}

void SimulatedBackend::finish(NodeId node, std::vector<BackendReport>& reports) {
    Task& task = tasks_[node];
    if (task.stage == Stage::kRunning) {
        cluster_.release(task.place, shapes_[task.shape].requests);
        --n_running_;
    } else {
        task.place = kNoId;
        --n_queued_;
    }
    task.stage = Stage::kDone;
    BackendReport& report = reports.emplace_back();
    report.node = node;
    report.finished = true;
    if (task.report == kNoId) {
        if (task.has_exit_code) report.report.exit_code = 0;
        return;
    }
    report.report = std::move(*reports_[task.report]);
    reports_[task.report].reset();
    free_reports_.push_back(task.report);
    task.report = kNoId;
}

std::vector<BackendReport> SimulatedBackend::wait(std::int64_t until_ms, int) {
    std::vector<BackendReport> reports;
    start_queued(reports);
    if (!reports.empty()) return reports;
    const auto is_past = [&](const End& end) {
        const Task& task = tasks_[end.second];
        const bool is_open = task.stage == Stage::kRunning || task.stage == Stage::kEnding;
        return !is_open || task.end_ms != end.first;
    };
    while (!ends_.empty() && is_past(ends_.top())) {
        ends_.pop();
    }
    if (ends_.empty() || ends_.top().first > until_ms) {
        now_ms_ = std::max(now_ms_, until_ms);
        return reports;
    }
    now_ms_ = std::max(now_ms_, ends_.top().first);
    while (!ends_.empty() && ends_.top().first <= now_ms_ && reports.size() < kMostReports) {
        const End end = ends_.top();
        ends_.pop();
        if (!is_past(end)) finish(end.second, reports);
    }
    return reports;
}

SimulatedBackend::Span SimulatedBackend::span_of(NodeId node) const {
    if (node >= tasks_.size()) return {};
    const Task& task = tasks_[node];
    const bool has_begun = task.stage == Stage::kRunning || task.stage == Stage::kDone;
    if (!has_begun || task.place == kNoId) return {};
    return {true, task.begin_ms, task.end_ms, shapes_[task.shape].requests};
}

} // namespace tiphys::run
