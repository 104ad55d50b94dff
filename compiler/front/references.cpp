// The WorkflowTemplates that a workflow refers to.
#include "compiler/front/references.h"

#include <algorithm>

namespace tiphys::front {
namespace {

class Collector {
public:
    explicit Collector(std::string_view namespace_name) : namespace_name_(namespace_name) {}

    template <class Reference>
    void add(const Reference* reference) {
        if (reference == nullptr || reference->name() == nullptr) return;
        if (reference->name()->text.empty() || has_tag(reference->name()->text)) return;
        found_.push_back(
            {reference, reference->name(), reference->cluster_scope(), namespace_name_});
    }
    void add(const Call& call) {
        if (call.inline_template == nullptr) add(call.reference);
    }
    void add(const std::vector<FlowHook>& hooks) {
        for (const FlowHook& hook : hooks)
            add(hook.call);
    }
    std::vector<TemplateReference> take() { return std::move(found_); }

private:
    std::string_view namespace_name_;
    std::vector<TemplateReference> found_;
};

} // namespace

std::string_view TemplateReference::kind() const {
    return is_cluster_scoped() ? "ClusterWorkflowTemplate" : "WorkflowTemplate";
}

const ir::Document* TemplateReference::find(const ir::Project& project) const {
    return project.find(kind(), is_cluster_scoped() ? std::string_view{} : namespace_name,
                        name->text);
}

std::vector<TemplateReference> references_of(const Flow& flow) {
    Collector collector(namespace_of(flow.place()));
    collector.add(flow.spec().workflow_template_ref());
    collector.add(flow.hooks());
    for (const std::unique_ptr<FlowTemplate>& caller : flow.templates()) {
        for (const FlowNode& node : caller->nodes) {
            collector.add(node.call);
            collector.add(node.hooks);
        }
    }
    return collector.take();
}

std::vector<TemplateReference> references_of(const wf::WorkflowEventBinding& binding,
                                             std::string_view namespace_name) {
    Collector collector(namespace_name);
    const wf::Submit* submit = binding.spec() == nullptr ? nullptr : binding.spec()->submit();
    if (submit != nullptr) collector.add(submit->workflow_template_ref());
    return collector.take();
}

bool has_missing_templates(const ir::Project& project) {
    FlowSet flows(project);
    for (const ir::SourceUnit& unit : project.units()) {
        for (const ir::Document& document : unit.documents) {
            for (const Flow* flow : flows.of(document)) {
                const std::vector<TemplateReference> references = references_of(*flow);
                const bool lacks_one = std::any_of(references.begin(), references.end(),
                                                   [&](const TemplateReference& reference) {
                                                       return reference.find(project) == nullptr;
                                                   });
                if (lacks_one) return true;
            }
        }
    }
    return false;
}

} // namespace tiphys::front
