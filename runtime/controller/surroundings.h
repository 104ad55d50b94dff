#pragma once
// What all runs of a controller share.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "compiler/base/result.h"
#include "compiler/ir/project.h"
#include "runtime/controller/baselines.h"
#include "runtime/controller/cluster_objects.h"
#include "runtime/controller/config.h"
#include "runtime/controller/event_recorder.h"
#include "runtime/controller/lock_table.h"
#include "runtime/controller/log.h"
#include "runtime/controller/tallies.h"
#include "runtime/kubernetes/client.h"
#include "runtime/metrics/registry.h"

namespace tiphys::control {

/// Says why a workflow is not sound; empty: it is. `document` is the Workflow, the other documents
/// of the project are what it refers to.
using CheckWorkflow =
    std::function<std::string(const ir::Project& project, const ir::Document& document)>;

/// Where nodes go that are too many for the object, even packed; without functions: nowhere.
/// Argo: persist/sqldb/offload_node_status_repo.go.
struct NodeStore {
    /// Keeps nodes (JSON) of a workflow and returns their version.
    std::function<Result<std::string>(const std::string& uid, const std::string& name_space,
                                      const std::string& nodes)>
        save;
    /// Nothing: there are none of that version.
    std::function<Result<std::optional<std::string>>(const std::string& uid,
                                                     const std::string& version)>
        load;
    /// The workflow is gone.
    std::function<void(const std::string& uid)> forget;
    /// Argo: ALWAYS_OFFLOAD_NODE_STATUS.
    bool is_for_all = false;
};

/// Takes a value of a metric that a workflow declares. Errors: why it is not shown. Null: nobody
/// counts.
using TakeMetric = std::function<Result<Done>(const metrics::CustomValue& value)>;

struct ControllerOptions {
    /// Empty: all namespaces.
    std::string name_space;
    /// Where the controller's own objects are: its configuration and its lease.
    std::string own_namespace;
    std::string instance_id;
    std::string config_map = "workflow-controller-configmap";
    /// Empty: as the configuration says, else a default.
    std::string executor_image;
    std::string executor_pull_policy;
    std::string log_level = "info";
    std::string log_format = "json";
    /// Others may wait to take over; only the one with the lease acts.
    bool elects_leader = true;
    /// Who we are among them.
    std::string identity;
    CheckWorkflow check;
    NodeStore nodes;
};

struct Surroundings {
    kube::Client& client;
    Log& log;
    const ControllerOptions& options;
    Config config;
    ClusterObjects objects;
    EventRecorder events;
    LockTable locks;
    Baselines baselines;
    Tallies tallies;
    Timings timings;
    TakeMetric take_metric;
    /// Nothing may be written any more: somebody else may act by now.
    bool is_fenced = false;
};

} // namespace tiphys::control
