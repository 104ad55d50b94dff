#pragma once
// What stands beside a controller: metrics, probes, and the archive.

#include <memory>
#include <string>

#include "cli/controller_archive.h"
#include "cli/controller_metrics.h"

namespace CLI {
class App;
}

namespace tiphys::cli {

struct CompanionOptions {
    std::string metrics_address;
    /// Where finished workflows are kept; empty: nowhere.
    std::string archive;
    std::string cluster_name = "default";
    /// Nodes that are too many for an object go into the archive, too.
    bool offloads = false;
};

/// Adds `--metrics-address`, `--archive`, `--cluster-name` and `--offload`.
void add_companion_options(CLI::App& command, CompanionOptions& options);

/// Has to outlive the controller that gets its hooks.
class ControllerCompanions {
public:
    /// `controller` as the controller itself gets them. Errors: the address or the archive cannot
    /// be had.
    [[nodiscard]] static Result<std::unique_ptr<ControllerCompanions>>
    open(const CompanionOptions& options, const control::ControllerOptions& controller,
         kube::Client& client, control::Log& log);

    [[nodiscard]] control::ControllerHooks hooks();
    /// Where nodes are offloaded to, if they are.
    [[nodiscard]] control::NodeStore nodes();

private:
    bool offloads_ = false;
    control::Log* log_ = nullptr;
    std::unique_ptr<ControllerMetricsServer> metrics_;
    /// Null: nothing is archived.
    std::unique_ptr<WorkflowArchiver> archiver_;
};

} // namespace tiphys::cli
