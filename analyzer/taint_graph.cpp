// How texts move through the workflows that a root reaches.
#include "analyzer/taint_graph.h"

#include "analyzer/code_arguments.h"
#include "analyzer/containers.h"
#include "analyzer/taint_names.h"
#include "schemas/k8s.gen.h"

namespace tiphys::analyze {
namespace {

using front::FlowNode;
using front::FlowTemplate;

bool strip(std::string_view& text, std::string_view prefix) {
    if (!text.starts_with(prefix)) return false;
    text.remove_prefix(prefix.size());
    return true;
}

/// Fields of a template that are no text of what it runs.
bool is_body(std::string_view key) {
    return key != "inputs" && key != "outputs" && key != "steps" && key != "dag" &&
           key != "metadata" && key != "metrics" && key != "name" && key != "synchronization" &&
           key != "memoize";
}

/// The kind of sink that a field is, whatever stands in it.
std::optional<Sink> sink_of(const ir::Object& owner, const schema::Field& field) {
    const schema::TypeId type = owner.type->id;
    if (field.name == "image" && is_container(owner)) return Sink::kImage;
    if (field.name == "manifest" && type == wf::ResourceTemplate::kType) return Sink::kManifest;
    if (field.name == "podSpecPatch") return Sink::kPodSpecPatch;
    if (field.name == "serviceAccountName") return Sink::kServiceAccount;
    if (type == wf::HTTP::kType && field.name == "url") return Sink::kHttpUrl;
    if (type == wf::HTTP::kType && field.name == "body") return Sink::kHttpText;
    if (type == wf::HTTPHeader::kType && field.name == "value") return Sink::kHttpText;
    if (field.language == schema::Language::kExpr) return Sink::kExpression;
    return std::nullopt;
}

/// The name in an expression tag that begins with a simple one, which is replaced first:
/// `{{='{{inputs.parameters.x}}' == 'a'}}`.
std::string_view name_inside(std::string_view content) {
    const std::size_t open = content.rfind("{{");
    return open == content.npos ? std::string_view{} : content.substr(open + 2);
}

/// Whether a template takes an input of that name, of any value.
bool is_open_input(const FlowTemplate& at, std::string_view name) {
    const wf::Inputs* inputs = at.source->inputs();
    if (inputs == nullptr) return false;
    for (const wf::Parameter* input : inputs->parameters()) {
        if (ir::text_of(input->name()) == name) return !input->enum_();
    }
    return false;
}

std::string quoted(std::string_view name) {
    return "`" + std::string(name) + "`";
}

} // namespace

std::size_t SlotHash::operator()(const Slot& slot) const {
    const std::size_t name = std::hash<std::string>{}(slot.name);
    const std::size_t owner = std::hash<const void*>{}(slot.owner);
    return (name * 31 + owner) * 31 + static_cast<std::size_t>(slot.kind);
}

TaintGraph::TaintGraph(front::FlowSet& flows, const front::Flow& root)
    : flows_(flows), root_(root) {
    reach(flows.target_of(root.entrypoint()));
    for (const front::FlowHook& hook : root.hooks())
        reach(flows.target_of(hook.callee));
    for (const auto& each : root.templates())
        reach(each.get());
    for (std::size_t i = 0; i < reached_.size(); ++i)
        add_template(*reached_[i]);
    add_entrypoint(root);
}

const std::vector<TaintUse>& TaintGraph::uses_of(const Slot& slot) const {
    static const std::vector<TaintUse> kNone;
    const auto found = uses_.find(slot);
    return found == uses_.end() ? kNone : found->second;
}

void TaintGraph::reach(const FlowTemplate* at) {
    if (at != nullptr && is_reached_.emplace(at, true).second) reached_.push_back(at);
}

std::optional<Slot> TaintGraph::slot_of(std::string_view name, const FlowTemplate* at,
                                        const FlowNode* node) const {
    if (strip(name, "workflow.parameters.")) {
        return Slot{Slot::Kind::kGlobal, nullptr, std::string(name)};
    }
    if (strip(name, "workflow.outputs.parameters.")) {
        return Slot{Slot::Kind::kGlobalOutput, nullptr, std::string(name)};
    }
    if (at == nullptr) return std::nullopt;
    if (strip(name, "inputs.parameters.")) {
        return Slot{Slot::Kind::kInput, at, std::string(name)};
    }
    if (node != nullptr && (name == "item" || name.starts_with("item."))) {
        return Slot{Slot::Kind::kItem, node, {}};
    }
    if (!strip(name, "steps.") && !strip(name, "tasks.")) return std::nullopt;
    const std::size_t dot = name.find('.');
    if (dot == name.npos) return std::nullopt;
    const FlowNode* producer = at->find_node(name.substr(0, dot));
    if (producer == nullptr) return std::nullopt;
    const FlowTemplate* callee = flows_.target_of(producer->callee);
    name.remove_prefix(dot + 1);
    if (callee == nullptr || !strip(name, "outputs.")) return std::nullopt;
    if (name == "result") return Slot{Slot::Kind::kOutput, callee, "result"};
    if (!strip(name, "parameters.")) return std::nullopt;
    return Slot{Slot::Kind::kOutput, callee, "parameters." + std::string(name)};
}

void TaintGraph::add_text(const ir::Scalar* scalar, TaintUse use, const FlowNode* node) {
    if (scalar == nullptr || !front::has_tag(scalar->text)) return;
    use.scalar = scalar;
    const auto add = [&](const CarriedName& carried, bool is_code) {
        TaintUse added = use;
        added.name = carried.name;
        added.is_json = carried.is_json;
        if (is_code) {
            added.sink = Sink::kExpression;
            added.is_relay = false;
        }
        const auto slot = slot_of(carried.name, use.inside, node);
        if (slot.has_value()) uses_[*slot].push_back(std::move(added));
    };
    for (const expr::Tag& tag : expr::scan_tags(scalar->text).tags) {
        use.range = tag.range;
        const std::string_view content =
            scalar->text.substr(tag.content.begin, tag.content.end - tag.content.begin);
        const std::string_view inner = tag.is_expression ? name_inside(content) : "";
        if (!inner.empty()) {
            add({std::string(inner), false}, true);
            continue;
        }
        for (const CarriedName& carried : names_carried_by(scalar->text, tag))
            add(carried, false);
    }
}

void TaintGraph::add_expression(const ir::Scalar* scalar, TaintUse use) {
    if (scalar == nullptr) return;
    use.scalar = scalar;
    use.range = {0, static_cast<std::uint32_t>(scalar->text.size())};
    for (const CarriedName& carried : names_carried_by(scalar->text)) {
        use.name = carried.name;
        use.is_json = carried.is_json;
        const auto slot = slot_of(carried.name, use.inside, nullptr);
        if (slot.has_value()) uses_[*slot].push_back(use);
    }
}

void TaintGraph::add_template(const FlowTemplate& at) {
    add_inputs(at);
    for (const FlowNode& node : at.nodes)
        add_node(at, node);
    for (const ir::Entry& entry : at.source->present_fields()) {
        if (!is_body(entry.key)) continue;
        const int index = schema::find_field(*at.source->type, entry.key);
        add_body(*entry.value, at.source, &at.source->type->fields[static_cast<std::size_t>(index)],
                 &at);
    }
    add_outputs(at);
}

void TaintGraph::add_inputs(const FlowTemplate& at) {
    const wf::Inputs* inputs = at.source->inputs();
    if (inputs == nullptr) return;
    for (const wf::Parameter* input : inputs->parameters()) {
        const Slot slot{Slot::Kind::kInput, &at, std::string(ir::text_of(input->name()))};
        TaintUse use;
        use.owner = input;
        use.inside = nullptr;
        use.to = slot;
        use.words = "is the default of " + quoted(slot.name);
        add_text(input->value() != nullptr ? input->value() : input->default_(), use, nullptr);
        if (input->enum_() || root_.find(*at.source) == nullptr) continue;
        const Span span = input->name() == nullptr ? input->span : input->name()->span;
        seeds_.push_back({slot,
                          TaintSource::kCaller,
                          {{span, quoted(slot.name) + " is what a caller passes"}},
                          nullptr});
    }
}

void TaintGraph::add_output(const FlowTemplate& at, const wf::Parameter& output) {
    const std::string name(ir::text_of(output.name()));
    const Slot slot{Slot::Kind::kOutput, &at, "parameters." + name};
    TaintUse use;
    use.owner = &output;
    use.inside = &at;
    use.to = slot;
    use.words = "becomes the output " + quoted(name);
    const wf::ValueFrom* from = output.value_from();
    if (from != nullptr) {
        add_text(from->parameter(), use, nullptr);
        add_expression(from->expression(), use);
    }
    add_text(output.value(), use, nullptr);
    if (from != nullptr && from->supplied() != nullptr && !output.enum_()) {
        seeds_.push_back({slot,
                          TaintSource::kSubmitter,
                          {{output.span, "whoever resumes the workflow writes " + quoted(name)}},
                          nullptr});
    }
    if (output.global_name() != nullptr) {
        TaintUse global;
        global.scalar = output.global_name();
        global.range = {0, static_cast<std::uint32_t>(global.scalar->text.size())};
        global.owner = &output;
        global.to = {Slot::Kind::kGlobalOutput, nullptr, std::string(global.scalar->text)};
        global.words = "is known everywhere as " + quoted(global.scalar->text);
        uses_[slot].push_back(std::move(global));
    }
}

void TaintGraph::add_outputs(const FlowTemplate& at) {
    if (const wf::Outputs* outputs = at.source->outputs()) {
        for (const wf::Parameter* output : outputs->parameters())
            add_output(at, *output);
    }
    if (at.kind == front::TemplateKind::kHttp) {
        seeds_.push_back({{Slot::Kind::kOutput, &at, "result"},
                          TaintSource::kNetwork,
                          {{at.source->key_span_of("http"), "a server answers this request"}},
                          nullptr});
    }
}

void TaintGraph::add_call(const FlowTemplate* at, const FlowNode* node, const front::Call& call,
                          const front::Callee& callee) {
    const FlowTemplate* target = flows_.target_of(callee);
    reach(target);
    TaintUse use;
    use.inside = at;
    if (call.reference != nullptr) {
        use.owner = call.reference;
        use.sink = Sink::kTemplateName;
        add_text(call.reference->name(), use, node);
        add_text(call.reference->template_(), use, node);
    } else if (call.name != nullptr) {
        use.owner = node == nullptr ? nullptr : node->object;
        use.sink = Sink::kTemplateName;
        add_text(call.name, use, node);
    }
    if (target == nullptr || call.arguments == nullptr) return;
    use.sink.reset();
    for (const wf::Parameter* argument : call.arguments->parameters()) {
        const std::string_view name = ir::text_of(argument->name());
        if (!is_open_input(*target, name)) continue;
        use.owner = argument;
        use.to = {Slot::Kind::kInput, target, std::string(name)};
        use.words = "is passed on as " + quoted(name) + " of template " + quoted(target->name());
        add_text(argument->value(), use, node);
    }
}

void TaintGraph::add_node(const FlowTemplate& at, const FlowNode& node) {
    add_call(&at, &node, node.call, node.callee);
    for (const front::FlowHook& hook : node.hooks)
        add_call(&at, &node, hook.call, hook.callee);
    TaintUse use;
    use.owner = node.object;
    use.inside = &at;
    use.to = {Slot::Kind::kItem, &node, {}};
    use.words = "gives the items of " + quoted(node.name_text());
    add_text(node.with_param, use, nullptr);
}

void TaintGraph::add_object(const ir::Object& object, const FlowTemplate* at) {
    const std::optional<CodeText> argument =
        is_container(object) ? code_argument(object) : std::nullopt;
    const std::optional<CodeText> source =
        object.type->id == wf::ScriptTemplate::kType ? code_source(object) : std::nullopt;
    TaintUse use;
    use.owner = &object;
    use.inside = at;
    for (const std::optional<CodeText>& code : {argument, source}) {
        if (!code.has_value()) continue;
        use.sink = Sink::kScript;
        add_text(code->text, use, nullptr);
    }
    if (is_container(object)) {
        use.sink.reset();
        use.is_relay = true;
        for (const ir::Scalar* word : ContainerView(object).words())
            add_text(word, use, nullptr);
        if (source.has_value()) add_text(source->text, use, nullptr);
    }
    for (const ir::Entry& entry : object.present_fields()) {
        const int index = schema::find_field(*object.type, entry.key);
        add_body(*entry.value, &object, &object.type->fields[static_cast<std::size_t>(index)], at);
    }
}

void TaintGraph::add_body(const ir::Value& value, const ir::Object* owner,
                          const schema::Field* field, const FlowTemplate* at) {
    switch (value.kind) {
    case ir::ValueKind::kScalar: {
        const auto& scalar = static_cast<const ir::Scalar&>(value);
        TaintUse use;
        use.owner = owner;
        use.inside = at;
        use.sink = sink_of(*owner, *field);
        if (use.sink.has_value()) add_text(&scalar, use, nullptr);
        return;
    }
    case ir::ValueKind::kList:
        for (const ir::Value* item : static_cast<const ir::List&>(value).items)
            add_body(*item, owner, field, at);
        return;
    case ir::ValueKind::kMap:
        for (const ir::Entry& entry : static_cast<const ir::Map&>(value).entries)
            add_body(*entry.value, owner, field, at);
        return;
    case ir::ValueKind::kObject:
        add_object(static_cast<const ir::Object&>(value), at);
        return;
    }
}

/// The entrypoint's inputs are the workflow's arguments of the same names.
/// Argo: workflow/controller/operator.go, operate: execArgs.
void TaintGraph::add_entrypoint(const front::Flow& root) {
    for (const ir::Entry& entry : root.spec().present_fields()) {
        if (entry.key != "podSpecPatch" && entry.key != "serviceAccountName") continue;
        const int index = schema::find_field(*root.spec().type, entry.key);
        add_body(*entry.value, &root.spec(),
                 &root.spec().type->fields[static_cast<std::size_t>(index)], nullptr);
    }
    for (const front::FlowHook& hook : root.hooks())
        add_call(nullptr, nullptr, hook.call, hook.callee);
    const FlowTemplate* entry = flows_.target_of(root.entrypoint());
    if (entry == nullptr || entry->source->inputs() == nullptr) return;
    for (const wf::Parameter* input : entry->source->inputs()->parameters()) {
        if (input->name() == nullptr || input->enum_()) continue;
        TaintUse use;
        use.scalar = input->name();
        use.range = {0, static_cast<std::uint32_t>(use.scalar->text.size())};
        use.owner = input;
        use.to = {Slot::Kind::kInput, entry, std::string(use.scalar->text)};
        use.words = "is an input of the entrypoint";
        uses_[{Slot::Kind::kGlobal, nullptr, use.to.name}].push_back(std::move(use));
    }
}

} // namespace tiphys::analyze
