#pragma once
// Carries out the workflows of a cluster, in place of Argo's controller.
// Argo: workflow/controller/controller.go.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "compiler/base/result.h"
#include "runtime/controller/artifact_gc.h"
#include "runtime/controller/cron_jobs.h"
#include "runtime/controller/lease.h"
#include "runtime/controller/live_run.h"
#include "runtime/controller/retention.h"
#include "runtime/controller/surroundings.h"
#include "runtime/io/wake_files.h"

namespace tiphys::control {

/// What the controller does at this moment, for metrics.
struct ControllerView {
    bool is_leader = false;
    /// Nothing has been told by the watches yet, or the lease is somebody else's.
    bool is_ready = false;
    std::map<std::string, std::int64_t> n_workflows_by_phase;
    /// Of pods that are not labelled as completed yet.
    std::map<std::string, std::int64_t> n_pods_by_phase;
    std::size_t n_live = 0;
    std::size_t n_waiting = 0;
    std::map<std::string, std::int64_t> n_held_by_lock;
    std::map<std::string, std::int64_t> n_waiting_by_lock;
    std::map<std::string, std::int64_t> n_taken_by_lock;
    Tallies tallies;
    /// Since the last round.
    Timings timings;
    std::map<LogLevel, std::int64_t> n_log_messages;
};

/// Others who want to know what happens: metrics, an archive.
struct ControllerHooks {
    /// After each round of the loop; `file` of the hook is waited for, too.
    std::function<void(const ControllerView& view, std::int64_t now_ms)> round;
    int file = -1;
    /// A pod has come into a phase.
    std::function<void(const std::string& phase, const std::string& name_space)> pod_changed;
    /// The end of a workflow is in the cluster.
    std::function<void(const LiveRun& run)> ended;
    TakeMetric take_metric;
    /// The controller's ConfigMap has been read, perhaps again; returns another file that is to be
    /// waited for, or -1.
    std::function<int(const Config& config)> configured;
    /// The object of a workflow is gone.
    std::function<void(const std::string& uid)> deleted;
    /// A workflow is about to be deleted because its time has come.
    std::function<void(const std::string& name_space, const std::string& name)> expired;
};

class Controller {
public:
    Controller(kube::Client& client, Log& log, ControllerOptions options, ControllerHooks hooks);
    Controller(const Controller&) = delete;
    Controller& operator=(const Controller&) = delete;

    /// Until a signal comes. Errors: the cluster cannot be used, with what to do; the lease was
    /// lost.
    [[nodiscard]] Result<Done> run();

private:
    using Key = std::string;

    // controller.cpp: the loop
    [[nodiscard]] Result<Done> check_cluster();
    [[nodiscard]] Result<Done> lead(std::int64_t now_ms);
    void advance_all(std::int64_t now_ms);
    void spread_locks();
    void settle(const std::shared_ptr<LiveRun>& run);
    void delete_expired(std::int64_t now_ms);
    [[nodiscard]] std::int64_t next_wake(std::int64_t now_ms) const;
    void tell_hooks(std::int64_t now_ms);
    void count(ControllerView& view) const;
    void name_refusals();
    void shut_down();

    // admission.cpp: which of the waiting workflows may begin
    void admit(std::int64_t now_ms);
    [[nodiscard]] std::vector<std::shared_ptr<LiveRun>> waiting_in_order() const;
    /// How many are at work, and how many of each namespace.
    struct Places {
        std::int64_t n_all = 0;
        std::map<std::string, std::int64_t> n_by_namespace;
    };
    [[nodiscard]] Places taken_places() const;
    [[nodiscard]] bool has_place(const Places& taken, const std::string& name_space) const;
    [[nodiscard]] std::string taken_lock(const LiveRun& run) const;
    void begin(const std::shared_ptr<LiveRun>& run, std::int64_t now_ms);

    // watches.cpp
    void start_watches();
    void watch(const char* version, const char* plural, bool is_cluster_wide,
               const std::string& labels, std::function<void(const kube::WatchEvent&)> told);
    /// Those that stand elsewhere.
    void fetch_nodes(KnownWorkflow& workflow);
    void workflow_told(const kube::WatchEvent& event);
    void pod_told(const kube::WatchEvent& event);
    void count_pod(const kube::WatchEvent& event);
    void result_told(const kube::WatchEvent& event);
    void object_told(const char* kind, const kube::WatchEvent& event);
    void read_configuration(std::string_view object);
    void tell_settings();
    [[nodiscard]] std::string instance_selector() const;
    [[nodiscard]] LiveRun* live(const Key& key) const;

    kube::Client& client_;
    ControllerOptions options_;
    ControllerHooks hooks_;
    Surroundings around_;
    std::optional<Lease> lease_;
    run::SignalFile signals_;
    run::FileSet wake_;
    Retention retention_;
    CronJobs cron_;
    ArtifactGc artifact_gc_;

    std::map<Key, std::shared_ptr<LiveRun>> runs_;
    std::set<Key> waiting_;
    /// Those that have ended and still have pods to label or to delete.
    std::vector<std::shared_ptr<LiveRun>> ended_;
    std::map<Key, std::string> phases_;
    /// Pods and task results of workflows that have not begun here, by name.
    std::map<Key, std::map<std::string, std::string>> early_pods_;
    std::map<Key, std::map<std::string, std::string>> early_results_;
    /// The resource version with which workflows have ended here, by uid: older news is passed
    /// over.
    std::map<std::string, std::uint64_t> ended_versions_;
    std::map<Key, std::string> pod_phases_;
    std::map<std::string, std::int64_t> n_pods_by_phase_;
    std::set<std::string> unsynced_;
    std::set<std::string> complained_;
    /// What the log has said of settings.
    std::string told_settings_;
    /// That the log has named.
    kube::MissingRights refusals_;
    /// Somebody has come or ended since admit() last looked.
    bool has_room_again_ = false;
    std::int64_t next_admit_ms_ = 0;
    std::int64_t next_count_ms_ = 0;
    ControllerView counted_;
    /// We may act. Watches go on when that is over.
    bool leads_ = false;
    bool is_watching_ = false;
};

} // namespace tiphys::control
