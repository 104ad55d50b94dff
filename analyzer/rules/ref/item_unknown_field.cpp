// `{{item.x}}` where elements of the loop have no `x`.
// Argo: expandTask and expandStep replace `item.…` strictly.
#include <algorithm>

#include "analyzer/context.h"
#include "analyzer/facts.h"
#include "analyzer/suggest.h"

namespace tiphys::rules::item_unknown_field {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kSome{"not every element of the loop has a field `{}`"};
constexpr Message<std::string_view> kNone{"no element of the loop has a field `{}`"};
constexpr Message<> kSingle{"the elements of this loop are single values, which have no fields"};

/// The step or task whose loop gives `item` its value at a site.
const front::FlowNode* loop_around(front::Site site) {
    while (site.inside != nullptr) {
        if (site.node != nullptr && site.node->is_loop()) return site.node;
        site.node = site.inside->outer_node;
        site.inside = site.inside->outer;
    }
    return nullptr;
}

struct Elements {
    std::vector<std::string_view> fields;
    const ir::Value* without = nullptr;
    bool has_one = false;
    bool is_open = false;
};

/// The fields of all elements, and the first element without the wanted one.
Elements look(const ir::List& items, std::string_view wanted) {
    Elements found;
    for (const ir::Value* item : items.items) {
        const ir::Map* map = ir::map_as(item);
        const ir::Scalar* scalar = ir::scalar_as(item);
        // A tag may stand for a whole element.
        if (scalar != nullptr && front::has_tag(scalar->text)) found.is_open = true;
        const bool has_it = map != nullptr && map->find(wanted) != nullptr;
        found.has_one = found.has_one || has_it;
        if (!has_it && found.without == nullptr) found.without = item;
        if (map == nullptr) continue;
        for (const ir::Entry& entry : map->entries) {
            found.is_open = found.is_open || front::has_tag(entry.key);
            const bool is_new = std::find(found.fields.begin(), found.fields.end(), entry.key) ==
                                found.fields.end();
            if (is_new) found.fields.push_back(entry.key);
        }
    }
    return found;
}

void check_use(const front::TagUse& use, Context& context) {
    const std::string_view name = use.name();
    if (use.tag.is_expression || !name.starts_with("item.") || name.starts_with("item.[")) return;
    const front::FlowNode* loop = loop_around(use.text.site);
    if (loop == nullptr) return;
    const std::string_view wanted = name.substr(5);
    const std::size_t begin = use.tag.name.begin + 5;
    const Span field = context.span_in(*use.text.scalar, begin, begin + wanted.size());
    const Span span = context.span_in(*use.text.scalar, use.tag.range.begin, use.tag.range.end);
    if (loop->with_sequence != nullptr) {
        context.report(kSingle, span).help("write `{{item}}`");
        return;
    }
    if (loop->with_items == nullptr || loop->with_items->items.empty()) return;
    const Elements elements = look(*loop->with_items, wanted);
    if (elements.without == nullptr || elements.is_open) return;
    if (elements.fields.empty()) {
        context.report(kSingle, span)
            .related(elements.without->span, "an element without fields")
            .help("write `{{item}}`, or make the elements mappings");
        return;
    }
    Finding finding = elements.has_one ? context.report(kSome, span, wanted)
                                       : context.report(kNone, span, wanted);
    finding.related(elements.without->span, "this one has none");
    if (elements.has_one) {
        finding.help("give every element the field, if only as an empty text");
    } else {
        suggest(finding, field, wanted, elements.fields, "its fields are");
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
                 .summary = "`{{item.x}}` where elements of the loop have no `x`",
                 .doc = R"md(
A loop over mappings gives each of their fields as `{{item.x}}`. Argo's lint is content where one
element has the field; the workflow ends with an error at the first element that lacks it. Elements
of `withSequence` are texts and have no fields.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-}
spec:
  entrypoint: main
  templates:
  - name: main
    steps:
    - - name: each
        template: work
        withItems: [{name: ada, age: 36}, {name: grace}]
        arguments: {parameters: [{name: x, value: '{{item.age}}'}]}
  - name: work
    inputs: {parameters: [{name: x, default: ''}]}
    container: {image: 'alpine:3.20', command: [echo, '{{inputs.parameters.x}}']}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-}
spec:
  entrypoint: main
  templates:
  - name: main
    steps:
    - - name: each
        template: work
        withItems: [{name: ada, age: 36}, {name: grace, age: 85}]
        arguments: {parameters: [{name: x, value: '{{item.age}}'}]}
  - name: work
    inputs: {parameters: [{name: x, default: ''}]}
    container: {image: 'alpine:3.20', command: [echo, '{{inputs.parameters.x}}']}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::item_unknown_field
