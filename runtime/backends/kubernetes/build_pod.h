#pragma once
// From a task to the pod that Argo would make of it.

#include <cstdint>
#include <string>

#include "runtime/backends/kubernetes/pod_options.h"
#include "runtime/core/step.h"

namespace tiphys::run {

struct BuiltPod {
    /// JSON.
    std::string pod;
    /// JSON of the ConfigMap that the pod mounts, which has its name; empty: it needs none.
    std::string config_map;
    /// Not empty: there is no such pod.
    std::string error;
};

/// Pure. `spec.pod` must be filled. Argo: workflow/controller/workflowpod.go, legacy layout.
[[nodiscard]] BuiltPod build_pod(const TaskSpec& spec, const PodTaskOptions& options,
                                 std::int64_t now_ms);

/// The claims of `volumeClaimTemplates` in a manifest's specs, each the JSON of an object.
/// Argo: createPVCs in workflow/controller/operator.go.
[[nodiscard]] std::vector<std::string> build_claims(const PodManifest& manifest,
                                                    const PodTaskOptions& options);

} // namespace tiphys::run
