#pragma once
// How a command line says that a cluster is meant, and which.

#include <string>

#include "runtime/kubernetes/access.h"

namespace CLI {
class App;
}

namespace tiphys::cli {

struct ClusterChoice {
    kube::KubeconfigChoice kubeconfig;
    bool is_all_namespaces = false;
    /// `--cluster`: that of the kubeconfig, as it is.
    bool is_asked_for = false;
    /// The command knows nothing else.
    bool is_always = false;
    /// Only objects of the controller with this instance id, and new ones for it; empty: that of
    /// ARGO_INSTANCEID, else any.
    std::string instance_id;

    /// Whether the command is about a cluster, and not about this machine: one of the options
    /// says so, or the variable TIPHYS_TARGET is `cluster`.
    [[nodiscard]] bool is_meant() const;
};

/// Adds `-n`, `--context`, `--kubeconfig`, `--instanceid` and, where the command also works on this
/// machine, `--cluster`.
void add_cluster_options(CLI::App& command, ClusterChoice& choice, bool is_always = false);
/// Which objects a list holds.
struct ListQuery {
    std::string labels;
    std::string fields;
    /// Objects in one answer of the server; 0: all.
    std::size_t n_chunk = 500;
    /// Whatever ClusterChoice::instance_id says.
    bool is_of_any_instance = false;

    /// Whether it asks for anything but all.
    [[nodiscard]] bool chooses() const { return !labels.empty() || !fields.empty(); }
};
/// Adds `-l` and `--field-selector`. `has_local_runs`: they also choose among runs of this machine.
void add_selectors(CLI::App& command, ListQuery& query, bool has_local_runs = false);

/// Adds the option of the name for `n_chunk`.
void add_chunk_size(CLI::App& command, const char* name, ListQuery& query);

/// What happens after a workflow was begun.
struct FollowChoice {
    bool is_waiting = false;
    bool is_watching = false;
    bool with_log = false;
    /// Conditions on the nodes that a watch shows; empty: all.
    std::string shown_nodes;
};
/// Adds `--wait` and `--watch`, and `--log` unless the command has it already.
void add_follow_options(CLI::App& command, FollowChoice& choice, bool has_log = false);

/// Adds `-A`.
void add_all_namespaces(CLI::App& command, ClusterChoice& choice);

} // namespace tiphys::cli
