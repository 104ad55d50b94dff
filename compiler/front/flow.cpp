// A workflow taken apart for analyses.
#include "compiler/front/flow.h"

#include <array>

namespace tiphys::front {
namespace {

struct KindName {
    TemplateKind kind;
    std::string_view name;
};
constexpr std::array<KindName, 10> kKindNames{{{TemplateKind::kContainer, "container"},
                                               {TemplateKind::kContainerSet, "containerSet"},
                                               {TemplateKind::kScript, "script"},
                                               {TemplateKind::kSteps, "steps"},
                                               {TemplateKind::kDag, "dag"},
                                               {TemplateKind::kResource, "resource"},
                                               {TemplateKind::kSuspend, "suspend"},
                                               {TemplateKind::kHttp, "http"},
                                               {TemplateKind::kData, "data"},
                                               {TemplateKind::kPlugin, "plugin"}}};

} // namespace

TemplateKind kind_of(const wf::Template& source) {
    for (const KindName& known : kKindNames) {
        const ir::Value* value = source.field(known.name);
        if (value != nullptr && !ir::is_null(*value)) return known.kind;
    }
    return TemplateKind::kNone;
}

std::string_view name_of(TemplateKind kind) {
    for (const KindName& known : kKindNames) {
        if (known.kind == kind) return known.name;
    }
    return {};
}

bool is_pod(TemplateKind kind) {
    return kind == TemplateKind::kContainer || kind == TemplateKind::kContainerSet ||
           kind == TemplateKind::kScript || kind == TemplateKind::kResource ||
           kind == TemplateKind::kData;
}

bool is_leaf(TemplateKind kind) {
    return is_pod(kind) || kind == TemplateKind::kHttp || kind == TemplateKind::kPlugin;
}

bool has_result(const wf::Template& source) {
    if (const wf::ContainerSetTemplate* set = source.container_set()) {
        for (const wf::ContainerNode* container : set->containers()) {
            if (ir::text_of(container->name()) == "main") return true;
        }
    }
    const TemplateKind kind = kind_of(source);
    return kind == TemplateKind::kContainer || kind == TemplateKind::kScript ||
           kind == TemplateKind::kData || kind == TemplateKind::kHttp ||
           kind == TemplateKind::kPlugin;
}

bool FlowNode::is_loop() const {
    return (with_items != nullptr && !with_items->items.empty()) ||
           (with_param != nullptr && !with_param->text.empty()) || with_sequence != nullptr;
}

bool FlowNode::has_exit_hook() const {
    for (const FlowHook& hook : hooks) {
        if (hook.event == "exit") return true;
    }
    return false;
}

const FlowNode* FlowTemplate::find_node(std::string_view name) const {
    const auto found = node_by_name_.find(name);
    return found == node_by_name_.end() ? nullptr : &nodes[found->second];
}

std::vector<std::string_view> FlowTemplate::node_names() const {
    std::vector<std::string_view> names;
    for (const FlowNode& node : nodes)
        names.push_back(node.name_text());
    return names;
}

/// Fills a flow.
class FlowBuilder {
public:
    FlowBuilder(const ir::Project& project, Flow& flow) : project_(project), flow_(flow) {}

    void run() {
        find_base();
        add_hooks(flow_.hooks_, flow_.spec().on_exit(), flow_.spec(), flow_.spec().hooks());
        for (const wf::Template* source : flow_.spec().templates()) {
            FlowTemplate& added = add_template(*source, nullptr, nullptr);
            flow_.by_name_.emplace(added.name(), &added);
        }
        // Names mean templates of the whole list, so calls are resolved after it is complete.
        for (std::size_t i = 0; i < flow_.templates_.size(); ++i) {
            FlowTemplate& at = *flow_.templates_[i];
            for (FlowNode& node : at.nodes)
                resolve_node(node);
        }
        resolve_hooks(flow_.hooks_);
        resolve_entrypoint();
    }

private:
    void find_base() {
        const wf::WorkflowTemplateRef* reference = flow_.spec().workflow_template_ref();
        if (reference == nullptr || has_tag(ir::text_of(reference->name()))) return;
        flow_.base_ = find_workflow_template(
            project_, namespace_of(flow_.place_), ir::text_of(reference->name()),
            is_true(reference->cluster_scope()), file_of(flow_.place_));
    }

    FlowTemplate& add_template(const wf::Template& source, const FlowTemplate* outer,
                               const FlowNode* outer_node) {
        FlowTemplate& added = *flow_.templates_.emplace_back(std::make_unique<FlowTemplate>());
        added.source = &source;
        added.kind = kind_of(source);
        added.outer = outer;
        added.outer_node = outer_node;
        flow_.by_source_.emplace(&source, &added);
        add_steps(added);
        if (const wf::DAGTemplate* dag = source.dag()) {
            for (const wf::DAGTask* task : dag->tasks())
                added.nodes.push_back(node_of(*task));
        }
        for (std::uint32_t i = 0; i < added.nodes.size(); ++i) {
            FlowNode& node = added.nodes[i];
            node.index = i;
            added.node_by_name_.emplace(node.name_text(), i);
            if (node.call.inline_template != nullptr) {
                node.inline_template = &add_template(*node.call.inline_template, &added, &node);
            }
        }
        return added;
    }

    static void add_steps(FlowTemplate& added) {
        std::uint32_t group = 0;
        for (const ir::ListOf<wf::WorkflowStep> steps : added.source->steps()) {
            for (const wf::WorkflowStep* step : steps) {
                added.nodes.push_back(node_of(*step));
                added.nodes.back().group = group;
            }
            ++group;
        }
    }

    template <class T>
    static FlowNode common_node(const T& source) {
        FlowNode node;
        node.object = &source;
        node.name = source.name();
        node.call = call_of(source);
        node.when = source.when();
        node.with_items = source.with_items().list();
        node.with_param = source.with_param();
        node.with_sequence = source.with_sequence();
        node.continue_on = source.continue_on();
        add_hooks(node.hooks, source.on_exit(), source, source.hooks());
        return node;
    }

    static FlowNode node_of(const wf::WorkflowStep& step) { return common_node(step); }

    static FlowNode node_of(const wf::DAGTask& task) {
        FlowNode node = common_node(task);
        node.is_task = true;
        node.depends = task.depends();
        node.dependencies = task.dependencies().list();
        return node;
    }

    static void add_hooks(std::vector<FlowHook>& hooks, const ir::Scalar* on_exit,
                          const ir::Object& owner, ir::MapOf<wf::LifecycleHook> map) {
        if (on_exit != nullptr && !on_exit->text.empty()) {
            FlowHook& hook = hooks.emplace_back();
            hook.event = "exit";
            hook.event_span = owner.key_span_of("onExit");
            hook.is_on_exit = true;
            hook.call.name = on_exit;
            hook.call.arguments = ir::object_as<wf::Arguments>(owner.field("arguments"));
        }
        for (const ir::Entry& entry : map.entries()) {
            const wf::LifecycleHook* source = map.view(entry);
            if (source == nullptr) continue;
            FlowHook& hook = hooks.emplace_back();
            hook.event = entry.key;
            hook.event_span = ir::key_span(*map.map(), entry);
            hook.source = source;
            hook.call = call_of(*source);
            inherit_arguments(hook, owner);
        }
    }

    /// Argo: LifecycleHook.WithArgs: an exit hook without arguments gets those of its owner.
    static void inherit_arguments(FlowHook& hook, const ir::Object& owner) {
        if (hook.event != "exit" || hook.call.arguments != nullptr) return;
        hook.call.arguments = ir::object_as<wf::Arguments>(owner.field("arguments"));
    }

    Callee resolve(const Call& call) const {
        const bool is_local = call.inline_template == nullptr && call.reference == nullptr &&
                              call.name != nullptr && !flow_.has_base();
        if (!is_local) return resolve_call(project_, flow_.place_, call);
        if (call.name->text.empty()) return {};
        if (has_tag(call.name->text)) return {Resolution::kDynamic, nullptr, {}};
        const auto found = flow_.by_name_.find(call.name->text);
        if (found == flow_.by_name_.end()) {
            return {Resolution::kUnknownTemplate, nullptr, flow_.place_};
        }
        return {Resolution::kFound, found->second->source, flow_.place_};
    }

    void resolve_node(FlowNode& node) const {
        node.callee = resolve(node.call);
        resolve_hooks(node.hooks);
    }
    void resolve_hooks(std::vector<FlowHook>& hooks) const {
        for (FlowHook& hook : hooks)
            hook.callee = resolve(hook.call);
    }

    void resolve_entrypoint() const {
        const ir::Scalar* written = flow_.spec().entrypoint();
        if (written == nullptr && flow_.base_.spec != nullptr) {
            written = flow_.base_.spec->entrypoint();
        }
        if (written == nullptr || written->text.empty()) return;
        flow_.entrypoint_ = resolve_name(project_, flow_.place_, written->text);
    }

    const ir::Project& project_;
    Flow& flow_;
};

Flow::Flow(const ir::Project& project, const WorkflowPlace& place) : place_(place) {
    FlowBuilder(project, *this).run();
}

const FlowTemplate* Flow::find(const wf::Template& source) const {
    const auto found = by_source_.find(&source);
    return found == by_source_.end() ? nullptr : found->second;
}

const FlowTemplate* Flow::find(std::string_view name) const {
    const auto found = by_name_.find(name);
    return found == by_name_.end() ? nullptr : found->second;
}

std::vector<std::string_view> Flow::template_names() const {
    std::vector<std::string_view> names;
    for (const std::unique_ptr<FlowTemplate>& each : templates_) {
        if (each->outer == nullptr) names.push_back(each->name());
    }
    return names;
}

bool Flow::is_library() const {
    const schema::TypeId id = place_.owner->type->id;
    return id == wf::WorkflowTemplate::kType || id == wf::ClusterWorkflowTemplate::kType;
}

bool Flow::is_embedded() const {
    return place_.document == nullptr || place_.owner != place_.document->root;
}

const std::vector<const Flow*>& FlowSet::of(const ir::Document& document) {
    const auto [at, is_new] = by_document_.try_emplace(&document);
    if (is_new) {
        std::vector<const Flow*> flows;
        for (const WorkflowPlace& place : workflow_places(document)) {
            if (place.spec != nullptr) flows.push_back(&of(place));
        }
        by_document_[&document] = std::move(flows);
    }
    return by_document_[&document];
}

const Flow& FlowSet::of(const WorkflowPlace& place) {
    std::unique_ptr<Flow>& flow = flows_[place.spec];
    if (flow == nullptr) flow = std::make_unique<Flow>(project_, place);
    return *flow;
}

const FlowTemplate* FlowSet::target_of(const Callee& callee) {
    if (callee.target == nullptr || callee.place.spec == nullptr) return nullptr;
    return of(callee.place).find(*callee.target);
}

} // namespace tiphys::front
