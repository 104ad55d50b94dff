#pragma once
// From the IR to graphs: what each workflow of a project runs, in which order.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "codegen/graph/graph.h"
#include "compiler/base/result.h"
#include "compiler/ir/project.h"

namespace tiphys::graph {

struct BuildOptions {
    /// Levels of nested templates that are unfolded inside of the one that is drawn.
    int depth = 3;
    /// Draws this template instead of the entrypoint; empty for the entrypoint.
    std::string template_name;
};

/// The documents that have a graph: Workflow, WorkflowTemplate, ClusterWorkflowTemplate,
/// CronWorkflow and Sensor, in the order in which they were read.
[[nodiscard]] std::vector<const ir::Document*> drawable_documents(const ir::Project& project);

/// The graph of one of these. Where there is no entrypoint, the templates that no other one calls
/// are drawn side by side. Fails where the object has no template of the name asked for.
[[nodiscard]] Result<Graph> build_graph(const ir::Project& project, const ir::Document& document,
                                        const BuildOptions& options);

} // namespace tiphys::graph
