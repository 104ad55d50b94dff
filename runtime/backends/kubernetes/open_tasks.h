#pragma once
// What PodTasks knows of the tasks of a run.

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/backends/kubernetes/common_parts.h"
#include "runtime/backends/kubernetes/pod_gc.h"
#include "runtime/backends/kubernetes/pod_outcome.h"
#include "runtime/backends/kubernetes/pod_tasks.h"
#include "runtime/backends/kubernetes/resource_task.h"
#include "runtime/backends/kubernetes/side_task.h"
#include "runtime/kubernetes/client.h"

namespace tiphys::run {

class PodTasks::Tasks : public std::enable_shared_from_this<PodTasks::Tasks> {
public:
    /// Before a pod that was refused is tried again; it doubles.
    static constexpr std::int64_t kFirstPauseMs = 500;

    Tasks(kube::Client& client, PodTaskOptions options)
        : client_(client), options_(std::move(options)) {}

    void start(NodeId node, std::unique_ptr<TaskSpec> spec);
    void stop(NodeId node, bool at_once);
    void pod_seen(std::string_view pod_json);
    void pod_gone(std::string_view name, std::string_view uid);
    void result_seen(std::string_view json);
    void release(NodeId node);
    void release_all(bool succeeded);
    [[nodiscard]] std::int64_t next_timer_ms() const;
    void tick(std::int64_t now_ms);

    std::vector<BackendReport> take_reports() { return std::exchange(reports_, {}); }
    [[nodiscard]] bool has_reports() const { return !reports_.empty(); }
    [[nodiscard]] std::size_t n_open() const { return n_open_; }
    [[nodiscard]] std::size_t n_ending() const { return n_ending_; }
    [[nodiscard]] std::size_t n_requests() const { return n_requests_; }

private:
    struct Task {
        enum class Stage : std::uint8_t {
            /// Its pod is to be created at `at_ms`.
            kQueued,
            kCreating,
            kCreated,
            kRunning,
            /// The pod has ended; at `at_ms` its result is no longer waited for.
            kReporting,
            kFinished
        };
        NodeId node = kNoId;
        std::unique_ptr<TaskSpec> spec;
        /// What was taken out of its manifest.
        std::shared_ptr<const CommonParts> common;
        Stage stage = Stage::kQueued;
        std::int64_t at_ms = 0;
        std::int64_t pause_ms = kFirstPauseMs;
        /// For want of a right, in succession.
        int n_refusals = 0;
        std::string pod_uid;
        /// As it was last seen.
        std::string pod;
        std::string waiting;
        std::optional<ReportedResult> result;
        std::uint32_t n_restarts = 0;
        bool succeeded = false;
        bool released = false;
        /// Reported finished, while its pod is still coming to its end.
        bool is_ending = false;
        /// A stop was asked for; containers that still run at `kill_at_ms` are killed.
        bool stopping = false;
        std::int64_t kill_at_ms = 0;
        std::unique_ptr<SideTask> beside;
        std::unique_ptr<ResourceTask> resource;
    };
    struct Deletion {
        std::int64_t at_ms = 0;
        std::string pod;
    };
    enum class Claims : std::uint8_t { kUnknown, kCreating, kReady };

    void send(kube::Request request, std::function<void(kube::Response)> answered);
    [[nodiscard]] kube::Request request(const char* method, const char* plural,
                                        std::string name = "") const;
    Task* find(NodeId node);
    Task* find_pod(std::string_view name);
    void read_manifest(const PodManifest& manifest);
    void create_claims(const PodManifest& manifest);
    void claim_answered(const kube::Response& response);
    void start_beside(NodeId node, std::vector<std::string> secrets);
    void start_queued();
    void start_fresh();
    void start_one(Task& task);
    void create(Task& task);
    void create_pod(NodeId node, std::string body);
    void created(NodeId node, const kube::Response& response);
    void look_at_existing(NodeId node);
    void existing_seen(NodeId node, const kube::Response& response);
    void try_later(Task& task, const std::string& why);
    void judge(Task& task);
    void report_running(Task& task, Placement place);
    void report_waiting(Task& task, const std::string& why);
    void finish(Task& task, TaskReport report);
    void finish_with_error(Task& task, std::string message);
    [[nodiscard]] bool restart_pod(Task& task, const PodOutcome& outcome);
    void signal(const Task& task, int signal);
    void delete_pod(const std::string& name, std::optional<std::int64_t> grace_seconds);
    void label_completed(const std::string& name);
    void clean_up(const Task& task, bool run_ended, bool run_succeeded);
    void look_after(Task& task, std::int64_t now_ms);
    void pod_has_ended(Task& task);
    void put_away(Task& task);

    kube::Client& client_;
    PodTaskOptions options_;
    std::map<NodeId, Task> tasks_;
    /// Those whose pods were never asked for, in their order.
    std::deque<NodeId> fresh_;
    /// Those whose pods the server has refused for a while.
    std::set<NodeId> refused_;
    /// Unanswered creations.
    std::size_t n_creating_ = 0;
    std::shared_ptr<const CommonParts> latest_common_;
    /// Those that are to be looked after without anything being seen of them.
    std::set<NodeId> timed_;
    std::map<std::string, NodeId, std::less<>> by_pod_;
    std::map<std::string, NodeId, std::less<>> by_node_id_;
    /// Told before their tasks were started, by name.
    std::map<std::string, std::string, std::less<>> early_pods_;
    std::map<std::string, std::string, std::less<>> early_results_;
    std::optional<PodGc> gc_;
    std::vector<std::string> claims_;
    Claims claims_stage_ = Claims::kUnknown;
    std::size_t n_claims_open_ = 0;
    std::string claims_error_;
    std::vector<BackendReport> reports_;
    std::deque<Deletion> deletions_;
    /// When those that have no pod are looked at again.
    std::int64_t side_at_ms_ = 0;
    std::size_t n_open_ = 0;
    std::size_t n_ending_ = 0;
    std::size_t n_requests_ = 0;
};

} // namespace tiphys::run
