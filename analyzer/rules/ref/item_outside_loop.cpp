// `{{item}}` where there is no loop.
#include "analyzer/context.h"
#include "analyzer/damage.h"
#include "analyzer/facts.h"
#include "compiler/front/scope.h"

namespace tiphys::rules::item_outside_loop {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kOutside{"`{}` outside of a loop"};

/// Scripts and manifests may hold templates of other engines, whose `{{item}}` Argo leaves alone.
bool is_of_other_engine(const front::TextUse& text) {
    return is_foreign_text(text) || text.scalar->text.find("{%") != std::string_view::npos;
}

/// A loop that could not be read is one.
bool has_damaged_loop(const front::FlowNode* node, const Context& context) {
    for (const std::string_view loop : {"withItems", "withParam", "withSequence"}) {
        const ir::Entry* entry = node == nullptr ? nullptr : node->object->entry(loop);
        if (entry != nullptr && is_damaged(context, entry->value->span)) return true;
    }
    return false;
}

void explain(const front::Site& site, Finding finding) {
    if (site.node != nullptr) {
        finding.help("add `withItems`, `withParam` or `withSequence` to `" +
                     std::string(site.node->name_text()) + "`");
        return;
    }
    finding.help("a template does not see the loop that calls it: declare an input parameter, and "
                 "let the looped step or task pass `{{item}}` as its argument");
}

void report_item(const front::TextUse& text, std::string_view name, Span span,
                 const front::Lookup& lookup, Context& context) {
    // At the level of the workflow it is text of somebody else's.
    if (lookup.standing != front::Standing::kUnknown || text.site.inside == nullptr) return;
    if (has_damaged_loop(text.site.node, context)) return;
    if (!lookup.is_rejected && is_of_other_engine(text)) return;
    Finding finding = context.report(kOutside, span, name);
    if (lookup.is_rejected) {
        finding.note("Argo rejects the workflow");
    } else {
        finding.note("Argo leaves the text as it is, braces and all");
    }
    explain(text.site, finding);
}

bool is_item(std::string_view name) {
    return name == "item" || name.starts_with("item.");
}

void check_tag(const front::TagUse& use, Context& context) {
    if (use.tag.is_expression || !is_item(use.name())) return;
    const front::Scope scope(context.facts().flows(), use.text.site);
    const Span span = context.span_in(*use.text.scalar, use.tag.range.begin, use.tag.range.end);
    report_item(use.text, use.name(), span, scope.find(use.name()), context);
}

void check_expression(const Expression& expression, Context& context) {
    for (const VariableUse& use : expression.variables) {
        if (!is_item(use.name) || use.is_guarded) continue;
        report_item(expression.use, use.name, span_of(context, expression, use.range), use.lookup,
                    context);
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
                 .summary = "`{{item}}` without a loop",
                 .doc = R"md(
`{{item}}` is the current element of `withItems`, `withParam` or `withSequence`, and it is known
within the step or task that has the loop: in its arguments, its condition and its hooks. The
template that it calls does not see it. Elsewhere Argo rejects `{{item.key}}`, and leaves
`{{item}}` in the text, braces and all.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: list-}
spec:
  entrypoint: main
  templates:
  - name: main
    steps:
    - - {name: each, template: show, withItems: [a, b]}
  - name: show
    container: {image: 'alpine:3.20', command: [echo], args: ['{{item}}']}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: list-}
spec:
  entrypoint: main
  templates:
  - name: main
    steps:
    - - name: each
        template: show
        withItems: [a, b]
        arguments: {parameters: [{name: what, value: '{{item}}'}]}
  - name: show
    inputs: {parameters: [{name: what}]}
    container: {image: 'alpine:3.20', command: [echo], args: ['{{inputs.parameters.what}}']}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::item_outside_loop
