#pragma once
// One workflow that goes on: its state, its tasks as pods, and its status in the cluster.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/base/source_map.h"
#include "runtime/backends/kubernetes/pod_tasks.h"
#include "runtime/controller/declared_metrics.h"
#include "runtime/controller/known_workflow.h"
#include "runtime/controller/pod_usage.h"
#include "runtime/controller/status_writer.h"
#include "runtime/controller/stored_templates.h"
#include "runtime/controller/surroundings.h"
#include "runtime/outbox.h"
#include "runtime/plan/build.h"

namespace tiphys::control {

/// Everything happens on the thread that drives the client.
class LiveRun : public std::enable_shared_from_this<LiveRun> {
public:
    LiveRun(Surroundings& around, KnownWorkflow workflow);
    ~LiveRun();
    LiveRun(const LiveRun&) = delete;
    LiveRun& operator=(const LiveRun&) = delete;

    /// Makes the plan. A workflow that cannot be run ends with the reason.
    void prepare();
    /// It is held back: by too many workflows or by a lock of the whole run.
    void hold_back(const std::string& reason);
    /// Begins, or goes on with what an earlier controller has left.
    void begin(std::int64_t now_ms);

    /// The object has changed: what people ask for by its fields is done.
    void object_seen(std::string_view json);
    void pod_seen(std::string_view json);
    void pod_gone(const std::string& name, const std::string& uid);
    void result_seen(std::string_view json);
    /// Others hold other locks now.
    void locks_changed();
    /// Limits of semaphores may stand in it. Argo: semaphore limits are read again and again.
    void config_map_changed(const std::string& name_space, const std::string& name);

    /// Does everything that is due.
    void advance(std::int64_t now_ms);
    /// Writes down at once what is known.
    void flush(std::int64_t now_ms);
    /// After its end: pods are labelled or deleted, some of them later. False: nothing is left.
    [[nodiscard]] bool tidy(std::int64_t now_ms);
    /// Unix time at which advance(), or after its end tidy(), is wanted.
    [[nodiscard]] std::int64_t next_ms() const;

    [[nodiscard]] bool is_prepared() const { return is_prepared_; }
    [[nodiscard]] bool has_begun() const { return has_begun_; }
    /// Nothing is left to do: its end is in the cluster, or its object is gone.
    [[nodiscard]] bool is_over() const { return is_over_; }
    [[nodiscard]] bool is_gone() const { return is_gone_; }
    [[nodiscard]] const KnownWorkflow& workflow() const { return workflow_; }
    [[nodiscard]] const run::Plan& plan() const { return built_.plan; }
    [[nodiscard]] const run::State& state() const { return *state_; }
    /// Adds those that it waits for.
    void count_awaited_locks(std::map<std::string, std::int64_t>& counts) const;
    /// Its object waits for the deletion of its artifacts.
    [[nodiscard]] bool is_held() const { return !extras_.finalizers.empty(); }
    [[nodiscard]] bool has_locks() const { return has_locks_; }
    [[nodiscard]] const std::string& resource_version() const { return resource_version_; }

    /// Locks that the run as a whole needs, and has while it goes on.
    struct WholeLock {
        std::string name;
        std::int64_t limit = 1;
    };
    [[nodiscard]] const std::vector<WholeLock>& whole_locks() const { return whole_locks_; }

private:
    // live_run_project.cpp
    void load_project();
    [[nodiscard]] std::string spec_over(const std::string& defaults, GatheredObjects& objects);
    void keep_templates(const std::string& spec, const GatheredObjects& objects);

    // live_run.cpp
    void hold_for_garbage();
    /// Why the configuration does not let it run; empty: it does.
    [[nodiscard]] std::string refusal() const;
    void fail_early(run::RunPhase phase, std::string message);
    void deliver(run::EventKind what);
    void do_effects();
    void trace_start(const run::StartTask& task);
    void deliver_reports();
    void count_report(const run::BackendReport& report);

    // live_run_locks.cpp
    void find_locks();
    void note_held_locks();
    [[nodiscard]] std::string locks_text() const;
    [[nodiscard]] std::string holder_key(run::NodeId node) const;

    // live_run_object.cpp
    void note_version(std::string_view version);
    void follow_nodes(const KnownWorkflow& changed);
    [[nodiscard]] run::NodeId find_node(const std::string& id) const;
    void tidy_left_pod(const PodSummary& pod);

    // live_run_status.cpp
    void write_status(std::int64_t now_ms);
    void pause_writes(std::int64_t pause_ms);
    void status_answered(const kube::Response& response, bool had_end);
    void tell_changes();
    void tell_node(run::NodeId id, run::Phase shown);
    void tell_begun(run::NodeId id);
    void tell_metrics(const DeclaredMetrics::Values& found);
    [[nodiscard]] std::string shown_node(run::NodeId id) const;
    void save_cache_entry(const run::SaveCacheEntry& entry);
    void cache_entry_saved(const kube::Response& response);
    void close();
    [[nodiscard]] StatusWriter new_writer() const;
    [[nodiscard]] run::PodTaskOptions task_options() const;

    Surroundings& around_;
    KnownWorkflow workflow_;
    SourceMap sources_;
    std::unique_ptr<ir::Project> project_;
    run::BuiltPlan built_;
    std::unique_ptr<run::State> state_;
    run::Outbox outbox_;
    std::unique_ptr<run::PodTasks> tasks_;
    std::vector<WholeLock> whole_locks_;

    StatusWriter writer_;
    StatusExtras extras_;
    PodUsage usage_;
    DeclaredMetrics metrics_;
    std::string resource_version_;
    /// Told while a status was under way.
    std::string early_object_;
    bool is_writing_ = false;
    /// Entries of caches on their way. Until they are there, the status does not say that their
    /// nodes have ended: a controller that starts in between saves them again.
    std::size_t n_saves_ = 0;
    std::int64_t next_write_ms_ = 0;
    /// The pause after a status that was not taken; doubles while that goes on.
    static constexpr std::int64_t kFirstWritePauseMs = 1'000;
    std::int64_t write_pause_ms_ = kFirstWritePauseMs;
    /// What the server said then.
    std::string write_trouble_;
    std::int64_t ended_ms_ = 0;
    /// When something of its pods was told last; 0: that has been acted on.
    std::int64_t news_us_ = 0;
    /// When the run is called ended at the latest; 0: it goes on.
    std::int64_t end_ms_ = 0;

    /// Nodes that have changed since events were last told.
    std::vector<run::NodeId> changed_;
    std::vector<run::Phase> told_phases_;
    /// Nodes of which it was told that they have begun.
    std::vector<bool> told_begun_;

    run::Shutdown shutdown_ = run::Shutdown::kNone;
    bool is_suspended_ = false;
    bool has_locks_ = false;
    bool is_prepared_ = false;
    bool has_begun_ = false;
    bool was_known_ = false;
    bool is_over_ = false;
    bool is_gone_ = false;
    bool told_running_ = false;
    bool told_end_ = false;
    bool told_begun_run_ = false;
    bool told_metrics_ = false;
    bool told_metric_problem_ = false;
};

} // namespace tiphys::control
