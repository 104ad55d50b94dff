#pragma once
// Tasks that run in virtual time: nothing is executed, and an hour takes no time.

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "runtime/backends/backend.h"

namespace tiphys::run {

/// What a task will have done.
struct SimulatedTask {
    std::int64_t duration_ms = 1000;
    TaskReport report;
};

struct SimulatedOptions {
    /// Decides what each task does; without it each succeeds after a second.
    std::function<SimulatedTask(const TaskSpec&)> behaviour;
    std::size_t max_parallel = 1'000'000;
    /// The virtual time at which everything begins.
    std::int64_t start_ms = 1'700'000'000'000;
    /// How long a task takes to end when it is stopped.
    std::int64_t stop_ms = 0;
};

class SimulatedBackend : public Backend {
public:
    explicit SimulatedBackend(SimulatedOptions options)
        : options_(std::move(options)), now_ms_(options_.start_ms) {}

    [[nodiscard]] std::int64_t now_ms() override { return now_ms_; }
    void start(NodeId node, std::unique_ptr<TaskSpec> spec) override;
    void stop(NodeId node, bool at_once) override;
    [[nodiscard]] std::vector<BackendReport> wait(std::int64_t until_ms, int wake_fd) override;
    [[nodiscard]] std::size_t n_open() const override { return queue_.size() + running_.size(); }
    void release(NodeId) override {}
    Result<Done> remove_artifact(const Artifact&) override { return Done{}; }
    [[nodiscard]] std::vector<Output> take_output() override { return {}; }

    /// The greatest number of tasks that ran at the same time.
    [[nodiscard]] std::size_t most_running() const { return most_running_; }
    /// Names of nodes in the order in which their tasks began.
    [[nodiscard]] const std::vector<std::string>& started() const { return started_; }

private:
    struct Running {
        std::int64_t end_ms = 0;
        TaskReport report;
    };

    void start_queued(std::vector<BackendReport>& reports);

    SimulatedOptions options_;
    std::int64_t now_ms_;
    std::deque<std::pair<NodeId, std::unique_ptr<TaskSpec>>> queue_;
    std::map<NodeId, Running> running_;
    /// By end and node, so that the order never depends on anything else.
    std::set<std::pair<std::int64_t, NodeId>> ends_;
    std::size_t most_running_ = 0;
    std::vector<std::string> started_;
};

} // namespace tiphys::run
