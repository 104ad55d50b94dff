#pragma once
// Tasks of one run as pods: what is created, what is seen of it, and what the core is told.

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/backends/backend.h"
#include "runtime/backends/kubernetes/pod_options.h"

namespace tiphys::kube {
class Client;
} // namespace tiphys::kube

namespace tiphys::run {

/// All calls come from the thread that drives the client. Nothing blocks; whoever owns it calls
/// take_reports() after each round of the client's events and of tick().
class PodTasks {
public:
    /// `client` outlives it.
    PodTasks(kube::Client& client, PodTaskOptions options);
    ~PodTasks();
    PodTasks(const PodTasks&) = delete;
    PodTasks& operator=(const PodTasks&) = delete;

    /// Creates the pod of the task. One of the same name that belongs to this run and node is taken
    /// over as it is. The spec must come from a plan that was built for pods.
    void start(NodeId node, std::unique_ptr<TaskSpec> spec);
    /// A report follows in any case.
    void stop(NodeId node, bool at_once);

    /// From watches: pods with the label of the run, and WorkflowTaskResults. Those of nodes that
    /// were not started are kept until they are; a pod told twice does no harm.
    void pod_seen(std::string_view pod_json);
    /// `uid` empty: whichever pod had the name.
    void pod_gone(std::string_view name, std::string_view uid);
    void result_seen(std::string_view task_result_json);

    [[nodiscard]] std::vector<BackendReport> take_reports();
    /// Whether take_reports() would give any.
    [[nodiscard]] bool has_reports() const;

    /// The status that holds the outcome of the node is safe: its pod is labelled as completed, or
    /// deleted where the strategy of `podGC` says so, once its containers have ended.
    void release(NodeId node);
    /// The run has ended and its status is safe: strategies that wait for the workflow act now.
    void release_all(bool succeeded);

    /// Unix time at which tick() is wanted; INT64_MAX: never.
    [[nodiscard]] std::int64_t next_timer_ms() const;
    void tick(std::int64_t now_ms);

    /// Tasks that were started and not reported finished.
    [[nodiscard]] std::size_t n_open() const;
    /// Pods whose outcome is known before their containers were seen to end.
    [[nodiscard]] std::size_t n_ending() const;
    /// Answers of the API server that are still awaited.
    [[nodiscard]] std::size_t n_requests() const;

private:
    class Tasks;
    std::shared_ptr<Tasks> tasks_;
};

} // namespace tiphys::run
