#pragma once
// The tasks of one run as pods, driven from here: no controller is needed in the cluster.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "runtime/artifacts/access.h"
#include "runtime/backends/backend.h"
#include "runtime/backends/kubernetes/pod_tasks.h"
#include "runtime/kubernetes/client.h"

namespace tiphys::run {

struct KubernetesOptions {
    PodTaskOptions tasks;
    /// Tasks' output is wanted as it comes.
    bool follow_output = false;
};

class KubernetesBackend : public Backend {
public:
    KubernetesBackend(std::unique_ptr<kube::Client> client, KubernetesOptions options);

    /// Begins to watch what belongs to the run. Errors: what pods report with is not installed, or
    /// may not be watched.
    [[nodiscard]] Result<Done> prepare();

    [[nodiscard]] std::int64_t now_ms() override;
    void start(NodeId node, std::unique_ptr<TaskSpec> spec) override;
    void stop(NodeId node, bool at_once) override { tasks_.stop(node, at_once); }
    [[nodiscard]] std::vector<BackendReport> wait(std::int64_t until_ms, int wake_fd) override;
    /// Also what is still to be read of the output of tasks.
    [[nodiscard]] std::size_t n_open() const override { return tasks_.n_open() + n_streams_; }
    void release(NodeId node) override { tasks_.release(node); }
    [[nodiscard]] Result<Done> remove_artifact(const Artifact& artifact) override {
        return artifacts_.remove(artifact);
    }
    [[nodiscard]] std::vector<Output> take_output() override { return std::exchange(output_, {}); }

    /// The run has ended: its Workflow object gets the status (JSON of a Workflow), and its pods
    /// and claims go where the manifest wants it.
    [[nodiscard]] Result<Done> close(const std::string& workflow_json, bool succeeded);

private:
    void watch_pods();
    void watch_results();
    void follow(NodeId node);
    void settle(std::int64_t until_ms);

    std::unique_ptr<kube::Client> client_;
    KubernetesOptions options_;
    ArtifactAccess artifacts_;
    PodTasks tasks_;
    /// Names of pods whose output is wanted.
    std::map<NodeId, std::string> pods_;
    std::size_t n_streams_ = 0;
    std::vector<Output> output_;
};

/// Makes the object that owns everything of a run; gives its uid. `workflow_json`: a Workflow with
/// metadata and spec. One that is there already is taken where its label says that it belongs to
/// such runs. Errors: the types of Argo are not installed, a right is missing, the name is taken.
[[nodiscard]] Result<std::string> create_owner(kube::Client& client,
                                               const std::string& workflow_json);

/// `workflows.argoproj.io/controller-instanceid` of runs that are driven from here, so that no
/// controller of the cluster touches them.
inline constexpr const char* kDirectInstance = "tiphys-run";

} // namespace tiphys::run
