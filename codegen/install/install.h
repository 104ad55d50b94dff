#pragma once
// Everything that a cluster needs before it runs workflows, as one stream of YAML documents.

#include <cstdint>
#include <string>

namespace tiphys::codegen {

enum class InstalledDefinitions : std::uint8_t { kNone, kMinimal, kFull };

struct InstallOptions {
    std::string name_space = "argo";
    /// Workflows of all namespaces, not of this one alone.
    bool is_cluster_scoped = false;
    std::string image;
    std::string executor_image;
    /// Always, IfNotPresent or Never; empty: the cluster's default.
    std::string executor_pull_policy;
    std::string instance_id;
    /// Of the pods of workflows.
    std::string workflow_account = "default";
    InstalledDefinitions definitions = InstalledDefinitions::kFull;
    int n_replicas = 1;
    /// The controller shares its node's network: for clusters without one of their own.
    bool has_host_network = false;
    /// A queue of its own at the API server.
    bool has_flow_schema = false;
};

/// Appends the documents, each after `---`, in an order in which they can be applied. Same options,
/// same bytes.
void emit_install(const InstallOptions& options, std::string& out);

} // namespace tiphys::codegen
