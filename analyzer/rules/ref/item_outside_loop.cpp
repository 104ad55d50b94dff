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
bool is_foreign_text(const front::TextUse& text) {
    const std::string_view value = text.scalar->text;
    const bool is_foreign_field =
        text.field != nullptr && (text.field->language == schema::Language::kScript ||
                                  text.field->language == schema::Language::kManifest);
    return is_foreign_field || value.find('\n') != value.npos || value.find("{%") != value.npos;
}

void explain(const front::TagUse& use, Finding finding) {
    const front::Site& site = use.text.site;
    if (site.node != nullptr) {
        finding.help("add `withItems`, `withParam` or `withSequence` to `" +
                     std::string(site.node->name_text()) + "`");
        return;
    }
    finding.help("a template does not see the loop that calls it: declare an input parameter, and "
                 "let the looped step or task pass `{{item}}` as its argument");
}

void check_use(const front::TagUse& use, Context& context) {
    if (use.tag.is_expression) return;
    const std::string_view name = use.name();
    if (name != "item" && !name.starts_with("item.")) return;
    // At the level of the workflow it is text of somebody else's.
    if (use.text.site.inside == nullptr) return;
    const front::Scope scope(context.facts().flows(), use.text.site);
    const front::Lookup lookup = scope.find(name);
    if (lookup.standing != front::Standing::kUnknown) return;
    const front::FlowNode* node = use.text.site.node;
    // A loop that could not be read is one.
    for (const std::string_view loop : {"withItems", "withParam", "withSequence"}) {
        const ir::Entry* entry = node == nullptr ? nullptr : node->object->entry(loop);
        if (entry != nullptr && is_damaged(context, entry->value->span)) return;
    }
    if (!lookup.is_rejected && is_foreign_text(use.text)) return;
    Finding finding = context.report(
        kOutside, context.span_in(*use.text.scalar, use.tag.range.begin, use.tag.range.end), name);
    if (lookup.is_rejected) {
        finding.note("Argo rejects the workflow");
    } else {
        finding.note("Argo leaves the text `{{item}}` as it is");
    }
    explain(use, finding);
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
