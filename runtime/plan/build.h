#pragma once
// From the typed documents of a project to a plan.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "compiler/ir/project.h"
#include "runtime/plan/plan.h"

namespace tiphys::run {

/// Something in the manifest that cannot be run, found before anything is started.
struct Unsupported {
    Span span;
    /// The field: `spec.templates.fetch.http`.
    std::string path;
    /// Why, or what is missing: lower case, no full stop.
    std::string reason;
    /// Argo would not take it either.
    bool is_refused = false;
};

/// What a run is given besides its manifest.
struct RunRequest {
    /// A Workflow, CronWorkflow, WorkflowTemplate or ClusterWorkflowTemplate.
    const ir::Document* workflow = nullptr;
    std::string name;
    std::string namespace_name = "default";
    std::string uid;
    std::int64_t created_ms = 0;
    /// What tasks find: the name of the machine, and the cores and memory that it has.
    std::string host_name;
    Resources machine;
    /// Values for parameters of the workflow, over those of the manifest.
    std::vector<std::pair<std::string, std::string>> parameters;
    /// Labels of the run, over those of the manifest.
    std::vector<std::pair<std::string, std::string>> labels;
    /// Empty: the manifest's.
    std::string entrypoint;
    /// Nothing will be executed: what this machine lacks is no obstacle.
    bool is_simulated = false;
    /// Tasks become pods: what this machine lacks is no obstacle, and the plan holds what pods
    /// need.
    bool for_pods = false;
    /// Tasks run in containers made of their images, which may say what the command is.
    bool has_images = false;
};

struct BuiltPlan {
    Plan plan;
    /// The plan may be run only if this is empty.
    std::vector<Unsupported> unsupported;
};

/// ConfigMaps, Secrets and WorkflowTemplates are those of `project`.
[[nodiscard]] BuiltPlan build_plan(const ir::Project& project, const RunRequest& request);

} // namespace tiphys::run
