// The global outputs of a workflow and of the templates that it calls.
#include "compiler/front/flow.h"

namespace tiphys::front {
namespace {

class Collector {
public:
    explicit Collector(FlowSet& flows) : flows_(flows) {}

    GlobalOutputs run(const Flow& flow) {
        for (const FlowHook& hook : flow.hooks())
            add_call(hook.callee);
        for (const std::unique_ptr<FlowTemplate>& each : flow.templates())
            add_template(*each);
        return std::move(found_);
    }

private:
    void add_template(const FlowTemplate& at) {
        if (!seen_.insert(&at).second) return;
        if (const wf::Outputs* outputs = at.source->outputs()) {
            for (const wf::Parameter* parameter : outputs->parameters())
                add_name(parameter->global_name(), found_.parameters);
            for (const wf::Artifact* artifact : outputs->artifacts())
                add_name(artifact->global_name(), found_.artifacts);
        }
        for (const FlowNode& node : at.nodes) {
            add_call(node.callee);
            for (const FlowHook& hook : node.hooks)
                add_call(hook.callee);
        }
    }

    void add_name(const ir::Scalar* name, std::unordered_set<std::string_view>& names) {
        if (name == nullptr || name->text.empty()) return;
        if (has_tag(name->text)) {
            found_.is_open = true;
        } else {
            names.insert(name->text);
        }
    }

    void add_call(const Callee& callee) {
        switch (callee.resolution) {
        case Resolution::kNone:
        case Resolution::kUnknownTemplate:
            return;
        case Resolution::kDynamic:
        case Resolution::kUnknownObject:
            found_.is_open = true;
            return;
        case Resolution::kFound:
            if (const FlowTemplate* target = flows_.target_of(callee)) add_template(*target);
            return;
        }
    }

    FlowSet& flows_;
    GlobalOutputs found_;
    std::unordered_set<const FlowTemplate*> seen_;
};

} // namespace

const GlobalOutputs& FlowSet::global_outputs(const Flow& flow) {
    std::unique_ptr<GlobalOutputs>& found = global_outputs_[&flow];
    if (found == nullptr) found = std::make_unique<GlobalOutputs>(Collector(*this).run(flow));
    return *found;
}

} // namespace tiphys::front
