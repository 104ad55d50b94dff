// A use of what a step or task leaves, where it has not run yet.
#include <algorithm>

#include "analyzer/context.h"
#include "analyzer/edits.h"
#include "analyzer/facts.h"
#include "compiler/front/scope.h"

namespace tiphys::rules::nonancestor_output {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view> kTask{
    "task `{}` uses `{}`, but does not wait for it"};
constexpr Message<std::string_view, std::string_view> kSameGroup{
    "step `{}` uses `{}`, which runs at the same time"};
constexpr Message<std::string_view, std::string_view> kLater{
    "step `{}` uses `{}`, which runs later"};
constexpr Message<std::string_view, std::string_view> kSelf{"{} `{}` uses what it leaves itself"};

/// The node that a site belongs to in the template that holds `used`, climbing out of templates
/// that are written inside of nodes.
const front::FlowNode* user_beside(const front::Site& site, const front::FlowNode& used,
                                   const front::FlowTemplate*& around) {
    const front::FlowNode* node = site.node;
    for (around = site.inside; around != nullptr; around = around->outer) {
        const bool holds_it = !around->nodes.empty() && &used >= &around->nodes.front() &&
                              &used <= &around->nodes.back();
        if (holds_it) return node;
        node = around->outer_node;
    }
    return nullptr;
}

/// Adds a name at the end of a list; in block style below the last one.
TextEdit append(const ir::List& list, const std::string& name, const Context& context) {
    const bool is_empty = list.items.empty();
    const std::uint32_t end = is_empty ? list.span.begin + 1 : list.items.back()->span.end;
    const Span at{list.span.file, end, end};
    if (is_empty || is_flow(context, list)) return {at, (is_empty ? "" : ", ") + name};
    const Span last = list.items.back()->span;
    const std::uint32_t column = context.project().sources().position(last.file, last.begin).column;
    // The dash and a blank stand before the name.
    return {at, "\n" + std::string(column - 3, ' ') + "- " + name};
}

/// The edits that make `user` wait for `used`.
std::vector<TextEdit> add_dependency(const front::FlowTemplate& dag, const front::FlowNode& user,
                                     const front::FlowNode& used, Context& context) {
    const std::string name(used.name_text());
    if (user.depends != nullptr && !user.depends->text.empty()) {
        const ir::Scalar& old = *user.depends;
        const bool is_one_line = old.text.find('\n') == old.text.npos;
        if (!is_one_line || front::has_tag(old.text)) return {};
        const Span end = context.span_in(old, old.text.size(), old.text.size());
        if (old.text.find("||") == old.text.npos) return {{end, " && " + name}};
        return {{context.span_in(old, 0, 0), "("}, {end, ") && " + name}};
    }
    if (user.dependencies != nullptr) return {append(*user.dependencies, name, context)};
    const bool uses_lists =
        std::any_of(dag.nodes.begin(), dag.nodes.end(),
                    [](const front::FlowNode& task) { return task.dependencies != nullptr; });
    const std::string entry = uses_lists ? "dependencies: [" + name + "]" : "depends: " + name;
    return {insert_after(context, *user.object, *user.object->entry("name"), entry)};
}

void check_task(const front::FlowTemplate& dag, const front::FlowNode& user,
                const front::FlowNode& used, Span span, Context& context) {
    const front::DagGraph& graph = context.facts().dag(dag);
    if (graph.is_ancestor(used, user)) return;
    Finding finding = context.report(kTask, span, user.name_text(), used.name_text());
    finding.related(used.name->span, "`" + std::string(used.name_text()) + "` is defined here");
    if (graph.is_ancestor(user, used)) {
        finding.help("`" + std::string(used.name_text()) + "` waits for `" +
                     std::string(user.name_text()) + "`, so its outputs come later");
        return;
    }
    finding.help("without it the value may be missing when the task should start: add `" +
                 std::string(used.name_text()) + "` to what it waits for");
    std::vector<TextEdit> edits = add_dependency(dag, user, used, context);
    if (edits.empty()) return;
    finding.safe_fix("wait for `" + std::string(used.name_text()) + "`", std::move(edits));
}

void check_step(const front::FlowNode& user, const front::FlowNode& used, Span span,
                Context& context) {
    if (used.group < user.group) return;
    Finding finding = used.group == user.group
                          ? context.report(kSameGroup, span, user.name_text(), used.name_text())
                          : context.report(kLater, span, user.name_text(), used.name_text());
    finding.related(used.name->span, "`" + std::string(used.name_text()) + "` is defined here");
    finding.help("move `" + std::string(user.name_text()) + "` to a group after that of `" +
                 std::string(used.name_text()) +
                 "`: groups run one after another, the steps of "
                 "one group at the same time");
}

/// A hook may run after more than its own node.
bool is_looked_at(const front::Site& site, std::string_view name) {
    return site.inside != nullptr && site.part != front::Part::kNodeHook &&
           (name.starts_with("steps.") || name.starts_with("tasks."));
}

void check_lookup(const front::Lookup& lookup, const front::Site& site, Span span,
                  Context& context) {
    if (lookup.node == nullptr || lookup.node->name == nullptr) return;
    const front::FlowTemplate* around = nullptr;
    const front::FlowNode* user = user_beside(site, *lookup.node, around);
    if (user == nullptr || user->name == nullptr) return;
    if (user == lookup.node) {
        context.report(kSelf, span, user->is_task ? "task" : "step", user->name_text())
            .help("its outputs exist when it is done; only its hooks can use them");
    } else if (user->is_task) {
        check_task(*around, *user, *lookup.node, span, context);
    } else {
        check_step(*user, *lookup.node, span, context);
    }
}

void check_tag(const front::TagUse& use, Context& context) {
    const front::Site& site = use.text.site;
    const std::string_view name = use.name();
    if (use.tag.is_expression || !is_looked_at(site, name)) return;
    const Span span = context.span_in(*use.text.scalar, use.tag.range.begin, use.tag.range.end);
    check_lookup(front::Scope(context.facts().flows(), site).find(name), site, span, context);
}

/// Argo's lint accepts these, and the node never starts. What looks after an absent value, or is
/// evaluated on a condition, may have been meant so.
void check_expression(const Expression& expression, Context& context) {
    const front::Site& site = expression.use.site;
    if (expression.kind != SiteKind::kTag || expression.has_tags) return;
    for (const VariableUse& use : expression.variables) {
        if (use.is_guarded || use.is_conditional || !is_looked_at(site, use.name)) continue;
        if (use.lookup.standing == front::Standing::kUnknown) continue;
        check_lookup(use.lookup, site, span_of(context, expression, use.range), context);
    }
}

void check(const ir::Document& document, Context& context) {
    for (const front::Flow* flow : context.facts().flows(document)) {
        for (const front::TagUse& use : context.facts().uses(*flow).tags)
            check_tag(use, context);
    }
    for (const Expression& expression : context.facts().sites(document).expressions)
        check_expression(expression, context);
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "uses of outputs of steps and tasks that have not run yet",
                 .doc = R"md(
A task sees the outputs of the tasks that it waits for, if only through others; a step sees those
of the groups before its own. Argo rejects an argument that takes its value from another task. In
other places, and between steps of one group, it accepts the workflow, and the step or task then
waits for a value that never comes.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: count-}
spec:
  entrypoint: main
  templates:
  - name: main
    dag:
      tasks:
      - {name: count, template: count}
      - name: show
        template: show
        arguments: {parameters: [{name: number, value: '{{tasks.count.outputs.result}}'}]}
  - name: count
    script: {image: 'alpine:3.20', command: [sh], source: 'ls | wc -l'}
  - name: show
    inputs: {parameters: [{name: number}]}
    container: {image: 'alpine:3.20', command: [echo], args: ['{{inputs.parameters.number}}']}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: count-}
spec:
  entrypoint: main
  templates:
  - name: main
    dag:
      tasks:
      - {name: count, template: count}
      - name: show
        template: show
        depends: count
        arguments: {parameters: [{name: number, value: '{{tasks.count.outputs.result}}'}]}
  - name: count
    script: {image: 'alpine:3.20', command: [sh], source: 'ls | wc -l'}
  - name: show
    inputs: {parameters: [{name: number}]}
    container: {image: 'alpine:3.20', command: [echo], args: ['{{inputs.parameters.number}}']}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::nonancestor_output
