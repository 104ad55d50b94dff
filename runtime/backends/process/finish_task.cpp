// The end of a task: what its processes say, what it leaves, and what is left of it.

#include <algorithm>

#include "runtime/backends/process/collect.h"
#include "runtime/backends/process/http_request.h"
#include "runtime/backends/process/process_backend.h"
#include "runtime/io/crash_point.h"
#include "runtime/io/files.h"

namespace tiphys::run {

bool ProcessBackend::has_run_at_all(const Task& task) {
    return std::none_of(task.processes.begin(), task.processes.end(),
                        [](const Process& ended) { return ended.exit_code == kNotStarted; });
}

/// The process that leaves outputs, if it was begun.
std::optional<std::size_t> ProcessBackend::main_process(const Task& task) {
    if (!has_run_at_all(task)) return std::nullopt;
    for (std::size_t i = 0; i < task.spec->processes.size(); ++i) {
        if (task.spec->processes[i].name == "main") return i;
    }
    return std::nullopt;
}

void ProcessBackend::finish_task(NodeId node) {
    Task& task = tasks_[node];
    if (task.follows != kNoId) take_place(task);
    if (options_.follow_output) show_new_output(task);
    BackendReport report;
    report.node = node;
    report.finished = true;
    TaskReport& result = report.report;
    if (task.lost) {
        result.phase = Phase::kError;
        result.message = kLost;
        close_task(node, std::move(report));
        return;
    }
    if (task.spec->http) {
        result.http = read_answer(task.folder + "/answer");
        if (!result.http->error.empty()) {
            result.phase = Phase::kFailed;
            result.message = result.http->error;
        }
        close_task(node, std::move(report));
        return;
    }
    if (!task.spec->listed) judge_processes(task, result);
    const bool has_artifacts =
        !task.spec->output_artifacts.empty() || !task.spec->log_folder.empty();
    if (task.spec->listed || has_artifacts) {
        save_outputs(task, std::move(report));
        return;
    }
    collect(task, result);
    close_task(node, std::move(report));
}

/// Reads and stores what the task leaves.
void ProcessBackend::collect(Task& task, TaskReport& result) {
    if (task.spec->listed) {
        list_keys(*task.spec->listed, result);
        return;
    }
    const auto complain = [&](const std::string& complaint) {
        if (complaint.empty() || result.phase != Phase::kSucceeded) return;
        result.phase = Phase::kError;
        result.message = failure_message("wait", kExecutorFailed, complaint);
    };
    if (const std::optional<std::size_t> main = main_process(task)) {
        const Process& process = task.processes[*main];
        result.exit_code = static_cast<std::int16_t>(process.told_exit_code());
        if (task.spec->capture_result) result.result = result_of(process.stdout_path);
        complain(collect_outputs(*task.spec, *process.view, artifacts_, task.folder, result));
    }
    if (has_run_at_all(task)) complain(save_logs(task, result));
}

void ProcessBackend::close_task(NodeId node, BackendReport&& report) {
    std::vector<std::string>& logs = unreleased_[node];
    Task& task = tasks_[node];
    for (const Process& process : task.processes) {
        logs.insert(logs.end(), {process.stdout_path, process.stderr_path});
    }
    const NodeId before = task.follows;
    const auto follower = tasks_.find(task.follower);
    tasks_.erase(node);
    admission_.release(node);
    reports_.push_back(std::move(report));
    if (before != kNoId) {
        leave_line(before, follower == tasks_.end() ? kNoId : follower->first);
    } else if (follower != tasks_.end()) {
        static_cast<void>(admission_.admit(follower->first, *follower->second.spec));
        take_place(follower->second);
    }
    crash_point("task.ended");
}

void ProcessBackend::release(NodeId node) {
    leave_task_folder(scratch_ + "/" + std::to_string(node));
    for (const std::string& log : unreleased_[node]) {
        leave_log(log);
    }
    unreleased_.erase(node);
    crash_point("task.released");
    keeper_->forget(node);
}

/// The phase and its reason: the first init container that failed, then main processes, then
/// sidecars. Argo: inferFailedReason in workflow/controller/operator.go.
void ProcessBackend::judge_processes(const Task& task, TaskReport& result) const {
    for (const ProcessRole role : {ProcessRole::kInit, ProcessRole::kMain, ProcessRole::kSidecar}) {
        for (std::size_t i = 0; i < task.processes.size(); ++i) {
            const Process& process = task.processes[i];
            if (task.spec->processes[i].role != role) continue;
            const std::string& name = task.spec->processes[i].name;
            const int exit_code = process.told_exit_code();
            const std::string message = failure_message(name, exit_code, process.reason);
            const bool was_told = role == ProcessRole::kSidecar &&
                                  (process.exit_code == 137 || process.exit_code == 143);
            const bool failed = process.exit_code != 0 && !was_told;
            const bool counts = failed && process.exit_code != kNotStarted;
            if (counts && result.phase == Phase::kSucceeded) {
                result.phase = Phase::kFailed;
                result.message = message;
            }
            if (!task.spec->is_set || role != ProcessRole::kMain) continue;
            ProcessReport part;
            if (failed) {
                part.end = exit_code == kExecutorFailed ? ProcessReport::End::kError
                                                        : ProcessReport::End::kFailed;
                part.message = message + (process.reason.empty() ? ": " : "");
            }
            result.processes.push_back(std::move(part));
        }
    }
}

void ProcessBackend::list_keys(const Artifact& wanted, TaskReport& report) {
    auto keys = artifacts_.keys_below(wanted);
    if (keys) {
        report.keys = std::move(*keys);
        return;
    }
    report.phase = Phase::kError;
    report.message = failure_message("main", kExecutorFailed, keys.error().message);
}

/// Logs as artifacts; returns what Argo's executor would complain of.
/// Argo: SaveLogs in workflow/executor/executor.go.
std::string ProcessBackend::save_logs(const Task& task, TaskReport& report) {
    if (task.spec->log_folder.empty()) return "";
    for (std::size_t i = 0; i < task.processes.size(); ++i) {
        if (task.spec->processes[i].role != ProcessRole::kMain) continue;
        const std::string& name = task.spec->processes[i].name;
        const auto out = read_file(task.processes[i].stdout_path);
        const auto err = read_file(task.processes[i].stderr_path);
        // A process that was never started has none.
        if (!out && !err) continue;
        const std::string joined = task.folder + "/" + name + ".log";
        const auto written = write_file(joined, (out ? *out : "") + (err ? *err : ""));
        if (!written) return written.error().message;
        Artifact artifact;
        artifact.name = name + "-logs";
        artifact.source = ArtifactSource::kStore;
        artifact.location = task.spec->log_folder + "/" + name + ".log";
        artifact.access = task.spec->log_access;
        Artifact as_is = artifact;
        as_is.archive = Archive::kNone;
        const auto saved = artifacts_.save(joined, as_is, task.folder);
        if (!saved) return saved.error().message;
        report.artifacts.push_back(std::move(artifact));
    }
    return "";
}

} // namespace tiphys::run
