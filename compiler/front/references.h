#pragma once
// The WorkflowTemplates that a workflow refers to.

#include <string_view>
#include <vector>

#include "compiler/front/flow.h"

namespace tiphys::front {

/// One `templateRef` or `workflowTemplateRef`.
struct TemplateReference {
    const ir::Object* object = nullptr;
    const ir::Scalar* name = nullptr;
    const ir::Scalar* cluster_scope = nullptr;
    /// Where a WorkflowTemplate is looked for; empty means anywhere.
    std::string_view namespace_name;

    [[nodiscard]] bool is_cluster_scoped() const { return is_true(cluster_scope); }
    /// The kind that is looked for.
    [[nodiscard]] std::string_view kind() const;
    /// The object that it means, or null.
    [[nodiscard]] const ir::Document* find(const ir::Project& project) const;
};

/// Those with a name that is known before the workflow runs, in source order.
[[nodiscard]] std::vector<TemplateReference> references_of(const Flow& flow);
/// The one of a WorkflowEventBinding.
[[nodiscard]] std::vector<TemplateReference> references_of(const wf::WorkflowEventBinding& binding,
                                                           std::string_view namespace_name);

/// Whether some workflow refers to a WorkflowTemplate that the project does not have.
[[nodiscard]] bool has_missing_templates(const ir::Project& project);

} // namespace tiphys::front
