#pragma once
// Runs whose tasks are pods of a cluster, driven from this process.

#include <memory>
#include <string>

#include "cli/runs/execution.h"
#include "runtime/backends/kubernetes/kubernetes_backend.h"
#include "runtime/kubernetes/client.h"

namespace tiphys::cli {

/// How a run that is kept in the journal says that its tasks are pods: in place of the isolation.
inline constexpr const char* kInCluster = "kubernetes";

[[nodiscard]] inline bool runs_in_cluster(const run::RunRecord& record) {
    return record.inputs.isolation == kInCluster;
}

/// Adds the options that name the cluster.
void add_cluster_options(CLI::App& command, ExecutionOptions& options);

/// Makes the object that owns the pods of a new run; the record gets its uid and namespace.
[[nodiscard]] Result<Done> enter_cluster(LoadedRun& loaded, const ExecutionOptions& options);

/// The backend of a run that has such an object.
[[nodiscard]] Result<std::unique_ptr<run::KubernetesBackend>>
open_cluster(const LoadedRun& loaded, const ExecutionOptions& options);

} // namespace tiphys::cli
