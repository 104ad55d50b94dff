// A tag whose name leads nowhere.
#include <algorithm>
#include <array>

#include "analyzer/context.h"
#include "analyzer/damage.h"
#include "analyzer/facts.h"
#include "analyzer/suggest.h"
#include "compiler/base/nearest.h"
#include "compiler/front/scope.h"

namespace tiphys::rules::undefined_variable {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kUndefined{"`{}` is not defined here"};
constexpr Message<std::string_view> kLiteral{"`{}` is no variable, so it stays as it is"};

constexpr std::array<std::string_view, 7> kRoots{"inputs", "outputs",  "steps", "tasks",
                                                 "item",   "workflow", "pod"};

Span tag_span(const front::TagUse& use, Context& context) {
    return context.span_in(*use.text.scalar, use.tag.range.begin, use.tag.range.end);
}

/// The bytes [from, to) of the name in a tag.
Span name_span(const front::TagUse& use, std::size_t from, std::size_t to, Context& context) {
    const std::size_t begin = use.tag.name.begin;
    return context.span_in(*use.text.scalar, begin + from, begin + to);
}

/// Whether the text between the braces can only be meant as an expression.
bool looks_like_expression(std::string_view name) {
    return name.find_first_of(" |+*()[]'\"?=!<>,") != name.npos;
}

/// The longest variable that the name begins with, up to a dot; empty where there is none.
std::string_view variable_before_dot(std::string_view name, const front::Scope& scope) {
    for (std::size_t dot = name.rfind('.'); dot != name.npos && dot > 0;
         dot = name.rfind('.', dot - 1)) {
        const front::Lookup lookup = scope.find(name.substr(0, dot));
        const bool is_declared =
            lookup.declaration != nullptr || name.substr(0, dot).ends_with(".result");
        if (lookup.standing == front::Standing::kKnown && is_declared) return name.substr(0, dot);
    }
    return {};
}

/// A name as an expression writes it: names with hyphens stand in brackets.
std::string as_expression(std::string_view name) {
    std::string text;
    while (!name.empty()) {
        const std::size_t dot = std::min(name.find('.'), name.size());
        const std::string part(name.substr(0, dot));
        const bool needs_brackets = part.find('-') != part.npos;
        if (needs_brackets) {
            text += "['" + part + "']";
        } else {
            text += (text.empty() ? "" : ".") + part;
        }
        name.remove_prefix(std::min(dot + 1, name.size()));
    }
    return text;
}

/// `inputs.parameters.x.field`: values are texts, whose fields an expression can take.
bool explain_field(const front::TagUse& use, const front::Lookup& lookup, Finding finding,
                   Context& context) {
    if (lookup.standing != front::Standing::kUnknown) return false;
    const front::Scope scope(context.facts().flows(), use.text.site);
    const std::string_view name = use.name();
    const std::string_view variable = variable_before_dot(name, scope);
    if (variable.empty() || !name.starts_with("inputs.parameters.")) {
        if (variable.find(".outputs.") == variable.npos) return false;
    }
    finding.label("`" + std::string(variable) + "` is a text, which has no fields");
    finding.help("if it holds JSON, write `{{=jsonpath(" + as_expression(variable) + ", '$." +
                 std::string(name.substr(variable.size() + 1)) + "')}}`");
    return true;
}

/// `steps.` in a DAG, `tasks.` in steps: the same with the other word, where that exists.
bool explain_other_root(const front::TagUse& use, Finding finding, Context& context) {
    const std::string_view name = use.name();
    const bool is_steps = name.starts_with("steps.");
    if (!is_steps && !name.starts_with("tasks.")) return false;
    constexpr std::size_t kRootSize = 5;
    const std::string_view root = is_steps ? "tasks" : "steps";
    const std::string other = std::string(root) + std::string(name.substr(kRootSize));
    const front::Scope scope(context.facts().flows(), use.text.site);
    if (scope.find(other).standing != front::Standing::kKnown) return false;
    finding.help("this is a `" + std::string(is_steps ? "dag" : "steps") + "` template: write `" +
                 other + "`");
    finding.safe_fix("write `" + std::string(root) + "`",
                     {{name_span(use, 0, kRootSize, context), std::string(root)}});
    return true;
}

/// Empty where the label beside the place says all.
std::string where_to_declare(std::string_view name) {
    if (name.starts_with("inputs.parameters.")) {
        return "declare it in `inputs.parameters` of the template";
    }
    if (name.starts_with("inputs.artifacts.")) {
        return "declare it in `inputs.artifacts` of the template";
    }
    if (name.starts_with("workflow.parameters.")) {
        return "declare it in `spec.arguments.parameters`";
    }
    if (name.starts_with("workflow.labels.")) return "declare it in `metadata.labels`";
    if (name.starts_with("workflow.annotations.")) return "declare it in `metadata.annotations`";
    if (name.find(".outputs.parameters.") != name.npos) {
        return "declare it in `outputs.parameters` of the template that is called";
    }
    if (name.find(".outputs.artifacts.") != name.npos) {
        return "declare it in `outputs.artifacts` of the template that is called";
    }
    return {};
}

void report_unknown(const front::TagUse& use, const front::Lookup& lookup, Context& context) {
    const std::string_view name = use.name();
    const std::string_view missing =
        name.substr(lookup.part_begin, lookup.part_end - lookup.part_begin);
    if (is_in_damage(context, missing, tag_span(use, context))) return;
    Finding finding = lookup.is_rejected ? context.report(kUndefined, tag_span(use, context), name)
                                         : context.report(kLiteral, tag_span(use, context), name);
    // What a Sensor holds is rewritten by its trigger's parameters before Argo sees it.
    const bool is_embedded = context.document() != nullptr && context.document()->kind == "Sensor";
    if (!lookup.is_rejected || is_embedded) finding.severity(Severity::kWarning);
    if (looks_like_expression(name)) {
        finding.help("between `{{` and `}}` stands a name only; an expression begins with `{{=`");
        return;
    }
    finding.label(lookup.why);
    if (explain_field(use, lookup, finding, context)) return;
    if (explain_other_root(use, finding, context)) return;
    if (lookup.node != nullptr && lookup.node->name != nullptr) {
        finding.related(lookup.node->name->span,
                        "`" + std::string(lookup.node->name_text()) + "` is defined here");
    }
    if (lookup.candidates.empty()) {
        const std::string help = where_to_declare(name);
        if (!help.empty()) finding.help(help);
    }
    const std::string_view part =
        name.substr(lookup.part_begin, lookup.part_end - lookup.part_begin);
    suggest(finding, name_span(use, lookup.part_begin, lookup.part_end, context), part,
            lookup.candidates, "known are");
}

/// A name whose first part is nearly one of Argo's, and which would be defined with it.
void check_near_miss(const front::TagUse& use, const front::Scope& scope, Context& context) {
    const std::string_view name = use.name();
    const std::size_t dot = name.find('.');
    if (dot == name.npos || looks_like_expression(name)) return;
    const std::string_view root = name.substr(0, dot);
    if (std::find(kRoots.begin(), kRoots.end(), root) != kRoots.end()) return;
    const std::string_view meant = nearest_name(root, kRoots);
    if (meant.empty() || edit_distance(root, meant) > 2) return;
    const std::string corrected = std::string(meant) + std::string(name.substr(dot));
    if (scope.find(corrected).standing != front::Standing::kKnown) return;
    const Span span = name_span(use, 0, dot, context);
    context.report(kLiteral, tag_span(use, context), name)
        .severity(Severity::kWarning)
        .help("did you mean `" + corrected + "`?")
        .unsafe_fix("write `" + std::string(meant) + "`", {{span, std::string(meant)}});
}

template <class List>
bool has_global_name(const List& list, std::string_view wanted) {
    for (const auto* output : list) {
        if (ir::text_of(output->global_name()) == wanted) return true;
    }
    return false;
}

/// Whether a step or task calls what leaves the global output, or may do so.
bool is_left_by_a_call(const front::Flow& flow, std::string_view wanted, bool is_artifact) {
    for (const auto& each : flow.templates()) {
        for (const front::FlowNode& node : each->nodes) {
            const wf::Template* target = node.callee.target;
            if (target == nullptr || flow.find(*target) == nullptr) return true;
            const wf::Outputs* outputs = target->outputs();
            if (outputs == nullptr) continue;
            const bool leaves = is_artifact ? has_global_name(outputs->artifacts(), wanted)
                                            : has_global_name(outputs->parameters(), wanted);
            if (leaves) return true;
        }
    }
    return false;
}

/// Some names have a value when the workflow runs, and Argo refuses tags of them all the same: what
/// is wrong with this one, empty where nothing is. Argo: addOutputsToScope in validate.go.
std::string why_refused(const front::TagUse& use) {
    constexpr std::string_view kAll = ".outputs.parameters";
    constexpr std::string_view kGlobal = "workflow.outputs.";
    const std::string_view name = use.name();
    const front::Flow& flow = *use.text.site.flow;
    if (name.ends_with(kAll) && (name.starts_with("steps.") || name.starts_with("tasks."))) {
        const std::string_view node_name = name.substr(6, name.size() - 6 - kAll.size());
        const front::FlowTemplate* inside = use.text.site.inside;
        const front::FlowNode* node = inside == nullptr ? nullptr : inside->find_node(node_name);
        if (node == nullptr || node->with_sequence == nullptr) return "";
        return "Argo knows all parameters at once of `withItems` and `withParam` only";
    }
    if (flow.is_library() || flow.is_embedded()) return "";
    if (name == "workflow.failures") {
        const wf::WorkflowSpec* base = flow.base().spec;
        const bool has_handler = flow.spec().on_exit() != nullptr ||
                                 (base != nullptr ? base->on_exit() != nullptr : flow.has_base());
        return has_handler ? "" : "Argo knows it where there is an `onExit`, not in `hooks.exit`";
    }
    if (!name.starts_with(kGlobal) || flow.has_base()) return "";
    const std::string_view kind = name.substr(kGlobal.size());
    const std::size_t dot = kind.find('.');
    if (dot == kind.npos) return "";
    const bool is_artifact = kind.substr(0, dot) == "artifacts";
    if (is_left_by_a_call(flow, kind.substr(dot + 1), is_artifact)) return "";
    return "Argo knows global outputs of what steps and tasks call, not of the entrypoint itself";
}

/// Argo looks at simple tags only.
void report_refused(const front::TagUse& use, const std::string& why, Context& context) {
    Finding finding = context.report(kUndefined, tag_span(use, context), use.name());
    finding.label(why).help("write `{{=" + as_expression(use.name()) +
                            "}}`: expressions are not looked at before they run");
}

void check_use(const front::TagUse& use, Context& context) {
    if (use.tag.is_expression) return;
    const std::string_view name = use.name();
    // item-outside-loop speaks about these.
    if (name == "item" || name.starts_with("item.")) return;
    const front::Scope scope(context.facts().flows(), use.text.site);
    const front::Lookup lookup = scope.find(name);
    switch (lookup.standing) {
    case front::Standing::kKnown: {
        const std::string why = why_refused(use);
        if (!why.empty()) report_refused(use, why, context);
        return;
    }
    case front::Standing::kOpen:
        return;
    case front::Standing::kUnknown:
        if (!lookup.is_rejected && is_foreign_text(use.text)) return;
        report_unknown(use, lookup, context);
        return;
    case front::Standing::kLiteral:
        check_near_miss(use, scope, context);
        return;
    }
}

void check(const ir::Document& document, Context& context) {
    for (const front::Flow* flow : context.facts().flows(document)) {
        for (const front::TagUse& use : context.facts().uses(*flow).tags)
            check_use(use, context);
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "tags that name no variable",
                 .doc = R"md(
`{{inputs.parameters.x}}` and its like are replaced by values. Which names exist depends on the
place: a template sees its own inputs and the workflow's parameters, a step also what earlier
steps left, a task what the tasks before it left. Argo rejects a workflow with a name that begins
like one of its variables (`inputs.`, `outputs.`, `steps.`, `tasks.`, `workflow.`, `item.`,
`pod.`) and is none at that place.

Some names have a value when the workflow runs, and are rejected all the same: `workflow.failures`
without an `onExit` (in a handler under `hooks.exit`), global outputs that the entrypoint itself
leaves, and `outputs.parameters` of a loop `withSequence`.

Other names are left in the text as they are. Where one is nearly the name of a variable, such as
`{{input.parameters.x}}`, that is a warning, since nobody wants those braces in a command.

Parameters of the workflow that are not declared are accepted in WorkflowTemplates, whose callers
may declare them. In a Sensor's workflow, which the trigger's parameters may rewrite, all of this is
a warning.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: greet-}
spec:
  entrypoint: main
  arguments: {parameters: [{name: name, value: you}]}
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [echo], args: ['{{workflow.paramaters.name}}']}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: greet-}
spec:
  entrypoint: main
  arguments: {parameters: [{name: name, value: you}]}
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [echo], args: ['{{workflow.parameters.name}}']}
```

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: told-}
spec:
  entrypoint: main
  hooks: {exit: {template: tell}}
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: ['true']}
  - name: tell
    container: {image: 'alpine:3.20', command: [echo], args: ['{{workflow.failures}}']}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: told-}
spec:
  entrypoint: main
  onExit: tell
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: ['true']}
  - name: tell
    container: {image: 'alpine:3.20', command: [echo], args: ['{{workflow.failures}}']}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::undefined_variable
