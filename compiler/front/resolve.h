#pragma once
// Which template a name means: local names, templateRef, workflowTemplateRef, inline templates.
// Argo: workflow/templateresolution/context.go.

#include <string_view>
#include <vector>

#include "compiler/ir/project.h"
#include "schemas/workflow.gen.h"

namespace tiphys::front {

/// A place where a workflow is specified, and the document it stands in: the `spec` of a Workflow,
/// WorkflowTemplate or ClusterWorkflowTemplate, the `workflowSpec` of a CronWorkflow, or the spec
/// of such an object inside of a Sensor's trigger (`owner` is then that inner object).
struct WorkflowPlace {
    const ir::Document* document = nullptr;
    const ir::Object* owner = nullptr;
    const wf::WorkflowSpec* spec = nullptr;
};

/// All workflow places of a document, in source order.
[[nodiscard]] std::vector<WorkflowPlace> workflow_places(const ir::Document& document);

/// The namespace that a place's references are looked up in; empty where none is written. A
/// workflow inside of a Sensor's trigger has its own.
[[nodiscard]] std::string_view namespace_of(const WorkflowPlace& place);
[[nodiscard]] FileId file_of(const WorkflowPlace& place);

/// A call of a template by a step, a task, a hook or `onExit`: at most one of the three is set.
struct Call {
    const ir::Scalar* name = nullptr;
    const wf::TemplateRef* reference = nullptr;
    const wf::Template* inline_template = nullptr;
    const wf::Arguments* arguments = nullptr;
};
[[nodiscard]] Call call_of(const wf::WorkflowStep& step);
[[nodiscard]] Call call_of(const wf::DAGTask& task);
[[nodiscard]] Call call_of(const wf::LifecycleHook& hook);

enum class Resolution : std::uint8_t {
    kFound,
    kNone,            ///< nothing is called
    kDynamic,         ///< the name holds a tag: known at run time only
    kUnknownTemplate, ///< the workflow (or the referenced WorkflowTemplate) has no such template
    kUnknownObject    ///< the WorkflowTemplate is not in the project
};

/// The template that a call means and the place it stands in: names inside of it mean templates of
/// that place.
struct Callee {
    Resolution resolution = Resolution::kNone;
    const wf::Template* target = nullptr;
    WorkflowPlace place;
};

/// Precedence when several are set: inline, then templateRef, then the name.
[[nodiscard]] Callee resolve_call(const ir::Project& project, const WorkflowPlace& place,
                                  const Call& call);
/// A local name: also looks into the WorkflowTemplate of `workflowTemplateRef`.
[[nodiscard]] Callee resolve_name(const ir::Project& project, const WorkflowPlace& place,
                                  std::string_view name);

/// The template of that name in a spec, or null; of equal names the first.
[[nodiscard]] const wf::Template* find_template(const wf::WorkflowSpec& spec,
                                                std::string_view name);

/// The object that `workflowTemplateRef` or `templateRef` names; its `document` is null where the
/// project does not have it. Of several the one nearest to the asking file.
[[nodiscard]] WorkflowPlace find_workflow_template(const ir::Project& project,
                                                   std::string_view namespace_name,
                                                   std::string_view name, bool is_cluster_scoped,
                                                   FileId asking = FileId::kNone);

[[nodiscard]] bool is_true(const ir::Scalar* scalar);
[[nodiscard]] bool has_tag(std::string_view text);

} // namespace tiphys::front
