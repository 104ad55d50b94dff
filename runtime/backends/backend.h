#pragma once
// Where tasks run. The core decides, a backend does.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "compiler/base/result.h"
#include "runtime/core/step.h"

namespace tiphys::run {

/// Something a backend has seen.
struct BackendReport {
    NodeId node = kNoId;
    /// False: the task has begun to run. True: `report` tells how it ended.
    bool finished = false;
    TaskReport report;
    /// Not empty: the task has neither begun nor ended, and this is why.
    std::string waiting;
    /// Of a task that has begun as a pod.
    Placement place;
};

class Backend {
public:
    Backend() = default;
    Backend(const Backend&) = delete;
    Backend& operator=(const Backend&) = delete;
    virtual ~Backend() = default;

    /// Unix time; virtual where time is simulated.
    [[nodiscard]] virtual std::int64_t now_ms() = 0;

    /// Queues a task. A report follows in any case, also where it cannot be run at all. A task that
    /// an earlier process of ours has begun is not begun again: its report follows.
    virtual void start(NodeId node, std::unique_ptr<TaskSpec> spec) = 0;

    /// Ends a queued or running task: politely and after a grace period by force, or by force at
    /// once. Its report still follows.
    virtual void stop(NodeId node, bool at_once) = 0;

    /// Waits until there is a report, `until_ms` has come, or `wake_fd` (-1: none) can be read.
    [[nodiscard]] virtual std::vector<BackendReport> wait(std::int64_t until_ms, int wake_fd) = 0;

    /// Tasks that are queued or running.
    [[nodiscard]] virtual std::size_t n_open() const = 0;

    /// The report of the task is safe: what was kept for the case that it is asked for again may
    /// go.
    virtual void release(NodeId node) = 0;

    /// Removes an artifact of kStore; comes when no task is left.
    [[nodiscard]] virtual Result<Done> remove_artifact(const Artifact& artifact) = 0;

    /// What the task has written since the last call, with a flag for standard error. Empty where
    /// a backend has no output to show.
    struct Output {
        NodeId node = kNoId;
        bool is_error = false;
        std::string text;
    };
    [[nodiscard]] virtual std::vector<Output> take_output() = 0;
};

} // namespace tiphys::run
