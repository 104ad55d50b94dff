#pragma once
// Tasks that run in virtual time: nothing is executed, and an hour takes no time.

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <queue>
#include <string>
#include <utility>
#include <vector>

#include "runtime/backends/backend.h"
#include "runtime/backends/simulated/cluster.h"

namespace tiphys::run {

/// What a task will have done.
struct SimulatedTask {
    std::int64_t duration_ms = 1000;
    TaskReport report;
};

struct SimulatedOptions {
    /// Decides what each task does; without it each succeeds after a second.
    std::function<SimulatedTask(const TaskSpec&)> behaviour;
    std::size_t max_parallel = 1'000'000'000;
    /// The virtual time at which everything begins.
    std::int64_t start_ms = 1'700'000'000'000;
    /// How long a task takes to end when it is stopped.
    std::int64_t stop_ms = 0;
    /// What tasks share; tasks that want more than there is wait.
    ClusterSize cluster;
    /// started() is wanted.
    bool keeps_names = true;
};

class SimulatedBackend : public Backend {
public:
    /// When a task ran. `end_ms` is a plan as long as it runs.
    struct Span {
        bool has_begun = false;
        std::int64_t begin_ms = 0;
        std::int64_t end_ms = 0;
        Resources requests;
    };

    explicit SimulatedBackend(SimulatedOptions options)
        : options_(std::move(options)), now_ms_(options_.start_ms), cluster_(options_.cluster) {}

    [[nodiscard]] std::int64_t now_ms() override { return now_ms_; }
    void start(NodeId node, std::unique_ptr<TaskSpec> spec) override;
    void stop(NodeId node, bool at_once) override;
    [[nodiscard]] std::vector<BackendReport> wait(std::int64_t until_ms, int wake_fd) override;
    void release(NodeId) override {}
    Result<Done> remove_artifact(const Artifact&) override { return Done{}; }
    [[nodiscard]] std::size_t n_open() const override { return n_queued_ + n_running_; }
    [[nodiscard]] std::vector<Output> take_output() override { return {}; }

    /// The greatest number of tasks that ran at the same time.
    [[nodiscard]] std::size_t most_running() const { return most_running_; }
    /// Names of nodes in the order in which their tasks began.
    [[nodiscard]] const std::vector<std::string>& started() const { return started_; }
    /// Tasks that have run, or do.
    [[nodiscard]] std::size_t n_begun() const { return n_begun_; }
    /// Of a node without a task nothing has begun.
    [[nodiscard]] Span span_of(NodeId node) const;

private:
    enum class Stage : std::uint8_t { kNone, kQueued, kEnding, kRunning, kDone };
    /// 32 bytes for each node; tasks that succeed with nothing to tell need no more.
    struct Task {
        std::int64_t begin_ms = 0;
        /// Before it begins: how long it will run.
        std::int64_t end_ms = 0;
        /// Position in reports_, kNoId for a plain success.
        std::uint32_t report = kNoId;
        /// Position in shapes_.
        std::uint32_t shape = 0;
        /// The node that it runs on; kNoId when it never began.
        std::uint32_t place = 0;
        Stage stage = Stage::kNone;
        /// Of a plain success: it is 0.
        bool has_exit_code = false;
    };
    /// Tasks that ask for the same wait in one row: if the first finds no room, none does.
    struct Shape {
        Resources requests;
        std::deque<std::pair<std::uint64_t, NodeId>> queue;
    };
    using End = std::pair<std::int64_t, NodeId>;

    [[nodiscard]] std::uint32_t shape_of(const Resources& requests);
    void keep_report(Task& task, TaskReport&& report);
    [[nodiscard]] Shape* next_shape(const std::vector<bool>& is_full);
    void start_queued(std::vector<BackendReport>& reports);
    void finish(NodeId node, std::vector<BackendReport>& reports);

    SimulatedOptions options_;
    std::int64_t now_ms_;
    Cluster cluster_;
    std::deque<Task> tasks_;
    std::vector<Shape> shapes_;
    std::deque<std::unique_ptr<TaskReport>> reports_;
    std::vector<std::uint32_t> free_reports_;
    /// By end and node, so that the order never depends on anything else. An entry counts if it is
    /// the end that its task has.
    std::priority_queue<End, std::vector<End>, std::greater<>> ends_;
    std::uint64_t n_started_ = 0;
    std::size_t n_queued_ = 0;
    std::size_t n_running_ = 0;
    std::size_t n_begun_ = 0;
    std::size_t most_running_ = 0;
    /// By node, until the task begins.
    std::deque<std::string> names_;
    std::vector<std::string> started_;
};

} // namespace tiphys::run
