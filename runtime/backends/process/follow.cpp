// Tasks that follow others: while all places are taken, the next tasks are laid out already, and
// the keeper begins one when the task before it ends, without asking. A short task's place is never
// empty then, and several ends are dealt with at once.

#include "runtime/backends/process/process_backend.h"

namespace tiphys::run {
namespace {

/// How many wait in a line behind a running task.
constexpr std::size_t kMostFollowers = 4;

/// Whether the end of its only process is the end of the task, and needs no time.
bool ends_at_once(const TaskSpec& spec) {
    const bool has_outputs = !spec.output_artifacts.empty() || !spec.log_folder.empty();
    return spec.processes.size() == 1 && !spec.http && !spec.listed && !spec.is_daemon &&
           spec.processes[0].n_retries == 0 && !has_outputs;
}

} // namespace

/// Gives the running tasks their followers, from the queue in its order: first each its next one.
void ProcessBackend::line_up() {
    struct Line {
        NodeId last = kNoId;
        std::size_t n_followers = 0;
    };
    std::vector<Line> lines;
    for (const auto& [node, task] : tasks_) {
        const bool runs = task.started && !task.stopping && task.follows == kNoId &&
                          !task.processes.empty() &&
                          task.processes[0].stage == Process::Stage::kRunning;
        if (queue_.empty() || !runs || !ends_at_once(*task.spec)) continue;
        Line line{node};
        for (const Task* last = &task; last->follower != kNoId; ++line.n_followers) {
            line.last = last->follower;
            last = &tasks_.find(line.last)->second;
        }
        lines.push_back(line);
    }
    for (std::size_t n = 0; n < kMostFollowers; ++n) {
        for (Line& line : lines) {
            if (line.n_followers != n) continue;
            if (!add_follower(line.last)) return;
            ++line.n_followers;
        }
    }
}

/// Lets the first of the queue follow the task, which it takes the place of; false where it cannot.
bool ProcessBackend::add_follower(NodeId& last) {
    if (queue_.empty()) return false;
    const TaskSpec& next = *queue_.front().second;
    // Artifacts would be fetched meanwhile, and a follower must be ready.
    const bool fits = ends_at_once(next) && next.input_artifacts.empty() &&
                      keeper_->known(queue_.front().first).empty() &&
                      admission_.can_replace(*tasks_[last].spec, next);
    if (!fits) return false;
    auto [node, spec] = std::move(queue_.front());
    queue_.pop_front();
    tasks_[last].follower = node;
    tasks_[node].follows = last;
    ++n_following_;
    start_task(node, std::move(spec));
    // It may have ended already, for want of its program.
    if (tasks_.contains(node)) last = node;
    return true;
}

/// A follower that never began is gone; `after` followed it, or nobody.
void ProcessBackend::leave_line(NodeId before, NodeId after) {
    --n_following_;
    tasks_[before].follower = after;
    if (after != kNoId) tasks_[after].follows = before;
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
