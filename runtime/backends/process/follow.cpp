// Tasks that follow others: while all places are taken, the next task is laid out already, and the
// keeper begins it when a task ends, without asking. A short task's place is never empty then.

#include "runtime/backends/process/process_backend.h"

namespace tiphys::run {
namespace {

/// Whether the end of its only process is the end of the task, and needs no time.
bool ends_at_once(const TaskSpec& spec) {
    const bool has_outputs = !spec.output_artifacts.empty() || !spec.log_folder.empty();
    return spec.processes.size() == 1 && !spec.http && !spec.listed && !spec.is_daemon &&
           spec.processes[0].n_retries == 0 && !has_outputs;
}

} // namespace

/// Gives each running task its follower, the first of the queue.
void ProcessBackend::line_up() {
    std::vector<NodeId> running;
    for (const auto& [node, task] : tasks_) {
        const bool runs = task.started && !task.stopping && !task.processes.empty() &&
                          task.processes[0].stage == Process::Stage::kRunning;
        const bool is_free = task.follower == kNoId && task.follows == kNoId;
        if (runs && is_free && ends_at_once(*task.spec)) running.push_back(node);
    }
    for (const NodeId before : running) {
        if (queue_.empty()) return;
        const TaskSpec& next = *queue_.front().second;
        // Artifacts would be fetched meanwhile, and a follower must be ready.
        const bool fits = ends_at_once(next) && next.input_artifacts.empty() &&
                          keeper_->known(queue_.front().first).empty() &&
                          admission_.can_replace(before, next);
        if (!fits) return;
        auto [node, spec] = std::move(queue_.front());
        queue_.pop_front();
        tasks_[before].follower = node;
        tasks_[node].follows = before;
        ++n_following_;
        start_task(node, std::move(spec));
    }
}

/// The task has a place of its own now.
void ProcessBackend::take_place(Task& task) {
    const auto before = tasks_.find(task.follows);
    if (before != tasks_.end()) before->second.follower = kNoId;
    task.follows = kNoId;
    --n_following_;
    reports_.push_back({task.node, false, {}, ""});
    task.started = true;
}

/// Followers need not wait for those before them where there is room.
void ProcessBackend::begin_followers() {
    for (auto& [node, task] : tasks_) {
        if (n_following_ == 0 || tasks_.size() - n_following_ >= options_.max_parallel) return;
        if (task.follows == kNoId || !admission_.admit(node, *task.spec).empty()) continue;
        take_place(task);
        keeper_->begin(key_of(task, 0));
    }
}

} // namespace tiphys::run
