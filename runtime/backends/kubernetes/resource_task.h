#pragma once
// A resource template, carried out by requests to the API server instead of a pod.

#include <cstdint>
#include <memory>
#include <optional>

#include "runtime/backends/kubernetes/pod_options.h"
#include "runtime/core/step.h"

namespace tiphys::kube {
class Client;
} // namespace tiphys::kube

namespace tiphys::run {

/// Argo: workflow/executor/resource.go.
class ResourceTask {
public:
    /// `client` outlives it.
    ResourceTask(kube::Client& client, const TaskSpec& spec, const PodTaskOptions& options);
    ~ResourceTask();
    ResourceTask(const ResourceTask&) = delete;
    ResourceTask& operator=(const ResourceTask&) = delete;

    /// The action was carried out; conditions may be waited for.
    [[nodiscard]] bool has_begun() const;
    /// Once, when it has ended.
    [[nodiscard]] std::optional<TaskReport> take_report();

private:
    class Work;
    std::shared_ptr<Work> work_;
};

} // namespace tiphys::run
