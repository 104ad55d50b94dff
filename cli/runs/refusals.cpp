// Argo validates a workflow with the templates that it can reach, and looks at less than the
// linter.
#include "cli/runs/refusals.h"

#include <algorithm>
#include <array>
#include <unordered_set>

#include "analyzer/run.h"
#include "compiler/front/scope.h"

namespace tiphys::cli {
namespace {

constexpr std::string_view kUndefined = "undefined-variable";

/// What Argo's validation does not look at.
constexpr std::array<std::string_view, 9> kFoundLater{
    "malformed-memoize-key", "param-artifact-confusion", "retry-limit-invalid",
    "script-syntax",         "semaphore-key-missing",    "template-reference-cycle",
    "unbounded-recursion",   "volume-not-declared",      "withparam-not-json"};

/// What it does not look at in hooks of steps, tasks and workflows.
constexpr std::array<std::string_view, 4> kFoundLaterInHooks{
    "clusterscope-mismatch", "missing-argument", "undefined-template", "undefined-templateref"};

bool holds(std::span<const std::string_view> names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

bool contains(Span outer, Span inner) {
    return outer.file == inner.file && outer.begin <= inner.begin && inner.begin <= outer.end;
}

void add_keys(const ir::Value* value, Span place, std::vector<std::string_view>& keys);

void add_keys(const ir::Value& container, std::span<const ir::Entry> entries, Span place,
              std::vector<std::string_view>& keys) {
    for (const ir::Entry& entry : entries) {
        const bool is_there = contains(ir::key_span(container, entry), place) ||
                              (entry.value != nullptr && contains(entry.value->span, place));
        if (!is_there) continue;
        keys.push_back(entry.key);
        add_keys(entry.value, place, keys);
        return;
    }
}

/// The keys that lead to a place.
void add_keys(const ir::Value* value, Span place, std::vector<std::string_view>& keys) {
    if (const ir::Object* object = ir::any_object_as(value)) {
        add_keys(*object, object->present_fields(), place, keys);
    } else if (const ir::Map* map = ir::map_as(value)) {
        add_keys(*map, map->entries, place, keys);
    } else if (const ir::List* list = ir::list_as(value)) {
        for (const ir::Value* item : list->items) {
            if (item != nullptr && contains(item->span, place)) add_keys(item, place, keys);
        }
    }
}

/// The text between the first two backticks.
std::string_view named_in(std::string_view message) {
    const std::size_t begin = message.find('`') + 1;
    return message.substr(begin, message.find('`', begin) - begin);
}

bool is_found_later(const Diagnostic& found, const ir::Document* document) {
    const std::string_view message = found.message;
    if (holds(kFoundLater, found.rule)) return true;
    // A timeout that is a number is refused.
    if (found.rule == "invalid-quantity-duration") {
        const bool is_number =
            named_in(message).find_first_not_of("0123456789") == std::string_view::npos;
        return message.ends_with("is no duration") && !is_number;
    }
    // The other names of an element begin with `item.`, which Argo looks at.
    if (found.rule == "item-outside-loop") return named_in(message) == "item";
    if (found.rule == "item-unknown-field") return message.starts_with("not every element");
    if (found.rule == "exactly-one-of") {
        return message.ends_with("both `template` and `inline`") ||
               message.starts_with("`templateDefaults` has both");
    }
    std::vector<std::string_view> keys;
    if (document != nullptr) add_keys(document->root, found.span, keys);
    if (found.rule == "wrong-type") {
        return holds(keys, "withSequence") && message.find("not the string") != message.npos;
    }
    if (!holds(kFoundLaterInHooks, found.rule)) return false;
    return holds(keys, "hooks") || (holds(keys, "templates") && holds(keys, "onExit"));
}

class Judge {
public:
    Judge(const ir::Project& project, const ir::Document* workflow)
        : project_(project), workflow_(workflow), flows_(project) {
        if (workflow == nullptr || flows_.of(*workflow).empty()) return;
        flow_ = flows_.of(*workflow).front();
        visit_all(*flow_);
        if (flow_->base().spec != nullptr) visit_all(flows_.of(flow_->base()));
    }

    [[nodiscard]] Judgement run(std::span<const std::pair<std::string, std::string>> labels) {
        Judgement judgement;
        for (Diagnostic& found : analyze::run_rules(project_, analyze::Options{})) {
            const analyze::RegisteredRule* rule = analyze::find_rule(found.rule);
            if (found.severity != Severity::kError) continue;
            if (rule != nullptr && rule->group == "expr") continue;
            if (is_variable_of_caller(found) || is_given(found, labels)) continue;
            const ir::Document* document = document_of(found.span);
            const bool is_later = flow_ != nullptr &&
                                  (is_found_later(found, document) || !is_reached(found, document));
            (is_later ? judgement.later : judgement.refusing).push_back(std::move(found));
        }
        if (flow_ == nullptr) return judgement;
        add_variables_of_caller(judgement.refusing);
        add_inputs_of_exit_handler(judgement.refusing);
        return judgement;
    }

private:
    void visit_all(const front::Flow& flow) {
        for (const auto& each : flow.templates())
            visit(each.get(), flow);
    }

    void visit(const front::FlowTemplate* at, const front::Flow& flow) {
        if (at == nullptr || !reached_.insert(at).second) return;
        if (std::find(places_.begin(), places_.end(), &flow) == places_.end()) {
            places_.push_back(&flow);
        }
        for (const front::FlowNode& node : at->nodes) {
            visit(node.inline_template, flow);
            const front::FlowTemplate* target = flows_.target_of(node.callee);
            if (target != nullptr) visit(target, flows_.of(node.callee.place));
        }
    }

    [[nodiscard]] const ir::Document* document_of(Span span) const {
        for (const ir::SourceUnit& unit : project_.units()) {
            if (unit.file != span.file) continue;
            for (const ir::Document& document : unit.documents) {
                if (contains(document.span, span)) return &document;
            }
        }
        return nullptr;
    }

    /// Argo looks at the workflow, at all of the template that it is made of, and of others at the
    /// templates that are called.
    [[nodiscard]] bool is_reached(const Diagnostic& found, const ir::Document* document) const {
        if (document == nullptr || document == workflow_) return true;
        if (document == flow_->base().document) return true;
        if (document->kind == "ConfigMap" || document->kind == "Secret") return true;
        return std::any_of(reached_.begin(), reached_.end(),
                           [&](const auto* at) { return contains(at->source->span, found.span); });
    }

    /// Of templates in other documents: which variables they see depends on who calls them.
    [[nodiscard]] bool is_variable_of_caller(const Diagnostic& found) const {
        return flow_ != nullptr && found.rule == kUndefined &&
               named_in(found.message).starts_with("workflow.") &&
               document_of(found.span) != workflow_;
    }

    static bool is_given(const Diagnostic& found,
                         std::span<const std::pair<std::string, std::string>> labels) {
        if (found.rule != kUndefined) return false;
        return std::any_of(labels.begin(), labels.end(), [&](const auto& label) {
            return named_in(found.message) == "workflow.labels." + label.first;
        });
    }

    void add_variables_of_caller(std::vector<Diagnostic>& refusing) {
        const front::Scope scope(flows_, front::Site{flow_});
        for (const front::Flow* place : places_) {
            if (place == flow_) continue;
            for (const front::TagUse& use : front::collect_uses(*place).tags) {
                const bool is_of_workflow =
                    !use.tag.is_expression && use.name().starts_with("workflow.");
                if (!is_of_workflow || !reached_.contains(use.text.site.inside)) continue;
                const front::Lookup lookup = scope.find(use.name());
                if (lookup.standing != front::Standing::kUnknown || !lookup.is_rejected) continue;
                Diagnostic diagnostic;
                diagnostic.rule = kUndefined;
                diagnostic.message = "`" + std::string(use.name()) + "` is not defined here";
                diagnostic.span = use.text.scalar->span;
                diagnostic.label = lookup.why;
                refusing.push_back(std::move(diagnostic));
            }
        }
    }

    /// Argo gives the exit handler the workflow's own arguments only, when it validates a workflow
    /// that is made of a WorkflowTemplate.
    void add_inputs_of_exit_handler(std::vector<Diagnostic>& refusing) {
        if (flow_->base().spec == nullptr) return;
        const wf::Template* handler = nullptr;
        for (const front::Flow* flow : {&flows_.of(flow_->base()), flow_}) {
            for (const front::FlowHook& hook : flow->hooks())
                if (hook.is_on_exit) handler = hook.callee.target;
        }
        if (handler == nullptr || handler->inputs() == nullptr) return;
        std::unordered_set<std::string_view> given;
        if (const wf::Arguments* arguments = flow_->spec().arguments()) {
            for (const wf::Parameter* parameter : arguments->parameters())
                given.insert(ir::text_of(parameter->name()));
        }
        for (const wf::Parameter* input : handler->inputs()->parameters()) {
            const bool has_value = input->field("value") != nullptr ||
                                   input->field("default") != nullptr ||
                                   input->field("valueFrom") != nullptr;
            const std::string_view name = ir::text_of(input->name());
            if (has_value || given.contains(name)) continue;
            Diagnostic diagnostic;
            diagnostic.rule = "missing-argument";
            diagnostic.message = "the exit handler needs the parameter `" + std::string(name) + "`";
            diagnostic.span = input->span;
            diagnostic.help = "write it to `arguments` of the workflow itself";
            refusing.push_back(std::move(diagnostic));
        }
    }

    const ir::Project& project_;
    const ir::Document* workflow_;
    front::FlowSet flows_;
    /// Of the workflow; null for a document without one.
    const front::Flow* flow_ = nullptr;
    std::unordered_set<const front::FlowTemplate*> reached_;
    /// The places of reached templates.
    std::vector<const front::Flow*> places_;
};

} // namespace

Judgement judge(const ir::Project& project, const ir::Document* workflow,
                std::span<const std::pair<std::string, std::string>> labels) {
    return Judge(project, workflow).run(labels);
}

} // namespace tiphys::cli
