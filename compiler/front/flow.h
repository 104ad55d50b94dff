#pragma once
// A workflow taken apart for analyses: its templates, their steps and tasks seen alike, and what
// each of them calls, resolved once.

#include <map>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "compiler/front/resolve.h"

namespace tiphys::front {

enum class TemplateKind : std::uint8_t {
    kNone,
    kContainer,
    kContainerSet,
    kScript,
    kSteps,
    kDag,
    kResource,
    kSuspend,
    kHttp,
    kData,
    kPlugin
};

/// By the first of the template's type fields that is present.
[[nodiscard]] TemplateKind kind_of(const wf::Template& source);
/// The key of a template's type: `containerSet`.
[[nodiscard]] std::string_view name_of(TemplateKind kind);
/// Runs as a pod. Argo: Template.IsPodType.
[[nodiscard]] bool is_pod(TemplateKind kind);
/// Does work itself; `suspend`, `steps` and `dag` do not. Argo: Template.IsLeaf.
[[nodiscard]] bool is_leaf(TemplateKind kind);
/// Leaves `outputs.result` and an exit code. Argo: Template.HasOutput.
[[nodiscard]] bool has_result(const wf::Template& source);

struct FlowTemplate;

/// A template that is called when something happens to a node or to the workflow.
struct FlowHook {
    std::string_view event; ///< key under `hooks`; `exit` for `onExit` too
    Span event_span;
    bool is_on_exit = false; ///< written as `onExit`
    const wf::LifecycleHook* source = nullptr;
    Call call;
    Callee callee;
};

/// A step of a `steps` template or a task of a `dag`.
struct FlowNode {
    const ir::Object* object = nullptr; ///< the WorkflowStep or DAGTask
    const ir::Scalar* name = nullptr;
    bool is_task = false;
    std::uint32_t index = 0; ///< among the nodes of its template
    std::uint32_t group = 0; ///< of a step: its place in the outer list
    Call call;
    Callee callee;
    const FlowTemplate* inline_template = nullptr;
    std::vector<FlowHook> hooks;

    const ir::Scalar* when = nullptr;
    const ir::List* with_items = nullptr;
    const ir::Scalar* with_param = nullptr;
    const wf::Sequence* with_sequence = nullptr;
    const wf::ContinueOn* continue_on = nullptr;
    const ir::Scalar* depends = nullptr;
    const ir::List* dependencies = nullptr;

    [[nodiscard]] std::string_view name_text() const { return ir::text_of(name); }
    /// Argo takes an empty `withItems` or `withParam` for no loop.
    [[nodiscard]] bool is_loop() const;
    [[nodiscard]] bool has_exit_hook() const;
};

struct FlowTemplate {
    const wf::Template* source = nullptr;
    TemplateKind kind = TemplateKind::kNone;
    std::vector<FlowNode> nodes;
    /// For a template written inside of a step or task: where it stands.
    const FlowTemplate* outer = nullptr;
    const FlowNode* outer_node = nullptr;

    [[nodiscard]] std::string_view name() const { return ir::text_of(source->name()); }
    /// The first node of that name, or null.
    [[nodiscard]] const FlowNode* find_node(std::string_view name) const;
    [[nodiscard]] std::vector<std::string_view> node_names() const;

private:
    friend class FlowBuilder;
    std::unordered_map<std::string_view, std::uint32_t> node_by_name_;
};

/// One workflow place. Templates point into it: it does not move.
class Flow {
public:
    Flow(const ir::Project& project, const WorkflowPlace& place);
    Flow(const Flow&) = delete;
    Flow& operator=(const Flow&) = delete;

    [[nodiscard]] const WorkflowPlace& place() const { return place_; }
    [[nodiscard]] const wf::WorkflowSpec& spec() const { return *place_.spec; }
    /// All templates, those written inside of nodes after the one around them.
    [[nodiscard]] const std::vector<std::unique_ptr<FlowTemplate>>& templates() const {
        return templates_;
    }
    /// Null for templates of other places.
    [[nodiscard]] const FlowTemplate* find(const wf::Template& source) const;
    [[nodiscard]] const FlowTemplate* find(std::string_view name) const;
    [[nodiscard]] std::vector<std::string_view> template_names() const;

    /// What `entrypoint` names, that of `workflowTemplateRef` included.
    [[nodiscard]] const Callee& entrypoint() const { return entrypoint_; }
    [[nodiscard]] const std::vector<FlowHook>& hooks() const { return hooks_; }
    /// The place that `workflowTemplateRef` names; without a spec where the project lacks it.
    [[nodiscard]] const WorkflowPlace& base() const { return base_; }
    [[nodiscard]] bool has_base() const { return spec().workflow_template_ref() != nullptr; }

    /// True for WorkflowTemplates of either scope: others call their templates.
    [[nodiscard]] bool is_library() const;
    /// True for a workflow inside of a Sensor's trigger, which may be changed before it is created.
    [[nodiscard]] bool is_embedded() const;

private:
    friend class FlowBuilder;
    WorkflowPlace place_;
    WorkflowPlace base_;
    std::vector<std::unique_ptr<FlowTemplate>> templates_;
    std::unordered_map<std::string_view, const FlowTemplate*> by_name_;
    std::unordered_map<const wf::Template*, const FlowTemplate*> by_source_;
    Callee entrypoint_;
    std::vector<FlowHook> hooks_;
};

/// Global outputs (`globalName`) of a workflow and of the templates that it calls.
struct GlobalOutputs {
    std::unordered_set<std::string_view> parameters;
    std::unordered_set<std::string_view> artifacts;
    /// Some names are known at run time only, or some callee is not in the project.
    bool is_open = false;
};

/// The flows of a project, each made when it is first asked for. Not for several threads at once.
class FlowSet {
public:
    explicit FlowSet(const ir::Project& project) : project_(project) {}

    [[nodiscard]] const ir::Project& project() const { return project_; }
    /// The workflow places of a document, in source order.
    [[nodiscard]] const std::vector<const Flow*>& of(const ir::Document& document);
    /// The flow of a place that has a spec.
    [[nodiscard]] const Flow& of(const WorkflowPlace& place);
    /// The called template; null where the call was not resolved.
    [[nodiscard]] const FlowTemplate* target_of(const Callee& callee);
    [[nodiscard]] const GlobalOutputs& global_outputs(const Flow& flow);

private:
    const ir::Project& project_;
    std::unordered_map<const wf::WorkflowSpec*, std::unique_ptr<Flow>> flows_;
    std::unordered_map<const ir::Document*, std::vector<const Flow*>> by_document_;
    std::unordered_map<const Flow*, std::unique_ptr<GlobalOutputs>> global_outputs_;
};

} // namespace tiphys::front
