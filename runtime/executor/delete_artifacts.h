#pragma once
// What the pod of an artifact garbage collection does. Argo:
// cmd/argoexec/commands/artifact/delete.go.

#include "runtime/executor/api_server.h"
#include "runtime/executor/exit.h"

namespace tiphys::executor {

/// Deletes the artifacts of all WorkflowArtifactGCTasks with the label of this pod
/// (ARGO_ARTIFACT_POD_NAME), and writes into their status which are gone. An artifact that cannot
/// be deleted does not keep the others.
[[nodiscard]] Exit delete_artifacts(const PodPaths& paths, const ApiOptions& options);

} // namespace tiphys::executor
