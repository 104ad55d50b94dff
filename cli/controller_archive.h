#pragma once
// Finished workflows of a controller on their way into the archive.

#include <cstdint>
#include <memory>
#include <string>

#include "runtime/archive/archive.h"
#include "runtime/controller/controller.h"
#include "runtime/controller/log.h"
#include "runtime/kubernetes/client.h"
#include "runtime/metrics/controller_metrics.h"

namespace tiphys::cli {

/// Archives a workflow as it is in the cluster, and marks it there. One that could not be archived
/// is found again by its missing mark, also after a restart.
class WorkflowArchiver {
public:
    /// `name_space`: whose workflows are archived; empty: all.
    WorkflowArchiver(std::unique_ptr<archive::Archive> archive, kube::Client& client,
                     control::Log& log, metrics::ControllerMetrics& metrics, std::string name_space,
                     std::string instance_id);

    [[nodiscard]] archive::Archive& archive() { return *archive_; }
    void ended(const std::string& name_space, const std::string& name);
    /// Looks for unmarked workflows now and then.
    void round(const control::ControllerView& view, std::int64_t now_ms);

private:
    void sweep();
    void archive_object(const std::string& object);
    void mark(const std::string& name_space, const std::string& name);

    std::unique_ptr<archive::Archive> archive_;
    kube::Client& client_;
    control::Log& log_;
    metrics::ControllerMetrics& metrics_;
    std::string name_space_;
    std::string instance_id_;
    std::int64_t next_sweep_ms_ = 0;
};

} // namespace tiphys::cli
