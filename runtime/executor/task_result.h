#pragma once
// The WorkflowTaskResult: how a pod tells the controller what it produced. Argo:
// workflow/executor/taskresult.go.

#include <string>

#include "runtime/executor/api_server.h"

namespace tiphys::executor {

/// What the environment says of the task.
struct TaskIdentity {
    std::string node_id;
    std::string workflow;
    std::string workflow_uid;
    std::string instance_id;
};

[[nodiscard]] TaskIdentity task_identity();

class TaskResult {
public:
    TaskResult(ApiServer server, TaskIdentity identity)
        : server_(std::move(server)), identity_(std::move(identity)) {}

    /// `fields`: a JSON object with `outputs` or `progress`. `is_complete`: nothing comes after it.
    /// The first report creates the object; most pods make one report only.
    [[nodiscard]] Result<Done> report(const std::string& fields, bool is_complete);

private:
    [[nodiscard]] run::HttpResponse create(const std::string& fields, bool is_complete) const;
    [[nodiscard]] run::HttpResponse patch(const std::string& fields, bool is_complete) const;

    ApiServer server_;
    TaskIdentity identity_;
    bool exists_ = false;
};

} // namespace tiphys::executor
