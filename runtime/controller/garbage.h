#pragma once
// Artifacts of a workflow, and which of them are to be deleted, told from its object alone.
// Argo: findArtifactsToGC and allArtifactsDeleted in workflow/controller/artifact_gc.go.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/core/values.h"

namespace tiphys::control {

/// Holds a workflow until its artifacts are deleted. Argo: FinalizerArtifactGC.
inline constexpr const char* kFinalizerArtifactGc = "workflows.argoproj.io/artifact-gc";

struct Garbage {
    std::string strategy;
    std::string node_id;
    /// Among the output artifacts of the node.
    std::size_t index = 0;
    run::Artifact artifact;
};

struct EndedWorkflow {
    std::string name;
    std::string name_space;
    std::string uid;
    std::string resource_version;
    std::vector<std::string> finalizers;
    /// Strategies whose time has come and that were not tried yet.
    std::vector<std::string> due;
    std::vector<Garbage> garbage;
    /// Nothing else would have to be deleted, now or later.
    bool is_last = false;
    /// `forceFinalizerRemoval`: it may go although deletions fail.
    bool gives_up = false;
};

/// An output artifact of a node, with its whole place.
struct NodeArtifact {
    std::string node_id;
    /// Of the same object; empty for templates of others.
    std::string template_name;
    /// Of `templateRef`.
    std::string referenced_template;
    run::Artifact artifact;
};
/// Of all nodes that the object holds itself, in the order of their ids.
/// Argo: SearchArtifacts in pkg/apis/workflow/v1alpha1.
[[nodiscard]] std::vector<NodeArtifact> output_artifacts(std::string_view json);

/// Nodes that stand elsewhere, by their version; JSON.
using LoadNodes = std::function<std::string(const std::string& uid, const std::string& version)>;
/// Returns the version; empty: they cannot be kept there.
using SaveNodes = std::function<std::string(const std::string& uid, const std::string& nodes)>;

/// `repository`: the `s3` (JSON) of the run's repository where the object does not say it. Nothing
/// where the workflow still runs, has no finalizer, or its nodes cannot be had.
[[nodiscard]] std::optional<EndedWorkflow>
read_ended(std::string_view json, const std::string& repository, const LoadNodes& load);

/// What is written down once its garbage was deleted: `errors` are in the order of the garbage,
/// empty where all went well.
[[nodiscard]] std::string patch_after(const EndedWorkflow& ended, std::string_view json,
                                      const std::vector<std::string>& errors, const LoadNodes& load,
                                      const SaveNodes& save);

} // namespace tiphys::control
