#pragma once
// The volumes of a pod and who mounts them.

#include <string>
#include <string_view>

#include "runtime/backends/kubernetes/pod_options.h"

namespace tiphys::run {

/// Lists in JSON.
struct PodVolumes {
    /// Those of the workflow that containers mount, its claims, and Secrets of artifacts.
    std::string volumes;
    /// Of containers that reach artifact stores.
    std::string secret_mounts;
    /// Of the container that loads artifacts, and of the one that wants them.
    std::string loader_mounts;
    std::string artifact_mounts;
    std::string error;
};

/// Both texts are JSON: the template as the executor gets it, and what its workflow says of pods.
/// Argo: addVolumeReferences, addInputArtifactsVolumes in workflow/controller/workflowpod.go.
[[nodiscard]] PodVolumes mounted_volumes(std::string_view template_json,
                                         std::string_view workflow_json,
                                         const PodTaskOptions& options);

/// Of the executor, where the manifests name one of its own; empty: there is none.
[[nodiscard]] std::string executor_account(std::string_view template_json,
                                           std::string_view workflow_json);

} // namespace tiphys::run
