#pragma once
// Which document of a project runs, and under which name.

#include <optional>
#include <string>
#include <string_view>

#include "compiler/ir/project.h"

namespace tiphys::cli {

/// A document as `--from` names it.
struct MeantDocument {
    /// `WorkflowTemplate`, `ClusterWorkflowTemplate` or `CronWorkflow`.
    std::string_view kind;
    std::string name;
};
/// `workflowtemplate/NAME`, `cronwf/NAME` and what else Argo understands; nothing where it is none
/// of them. Argo: SubmitWorkflow in server/workflow/workflow_server.go.
[[nodiscard]] std::optional<MeantDocument> meant_document(const std::string& from);
inline constexpr const char* kFromForms =
    "write `workflowtemplate/NAME`, `clusterworkflowtemplate/NAME` or `cronwf/NAME`";

/// The first document that can be run: a Workflow before anything else; or the one that `from`
/// means. Null where there is none.
[[nodiscard]] const ir::Document* find_workflow(const ir::Project& project,
                                                const std::string& from = "");

/// Its `metadata.generateName`, unless it has a name.
[[nodiscard]] std::string generate_name_of(const ir::Document& document);

/// `wanted`, the document's name, or one that is made up.
[[nodiscard]] std::string choose_name(const std::string& wanted, const ir::Document& document);

} // namespace tiphys::cli
