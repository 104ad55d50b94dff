// Tags inside of expression tags.
#include "analyzer/context.h"
#include "analyzer/facts.h"

namespace tiphys::rules::nested_tag {
namespace {
using namespace analyze;

constexpr Message<> kNested{"a tag inside of an expression tag"};

/// `'{{name}}'` in the text from `begin` on: the bytes with the quotes, and the name.
struct Inner {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::string_view name;
};

Inner inner_tag(std::string_view text, std::size_t begin) {
    const std::size_t open = text.find("{{", begin);
    const std::size_t close = text.find("}}", open);
    Inner inner{open, std::min(close, text.size() - 2) + 2, {}};
    if (close == text.npos) return inner;
    inner.name = text.substr(open + 2, close - open - 2);
    const bool is_quoted = open > 0 && inner.end < text.size() &&
                           text[open - 1] == text[inner.end] &&
                           (text[open - 1] == '\'' || text[open - 1] == '"');
    if (is_quoted) {
        --inner.begin;
        ++inner.end;
    }
    return inner;
}

bool is_plain_name(std::string_view name) {
    return !name.empty() &&
           name.find_first_not_of(
               "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._") == name.npos;
}

void check_expression(const Expression& expression, Context& context) {
    const bool is_tag = expression.kind == SiteKind::kTag || expression.kind == SiteKind::kCronTag;
    if (!is_tag || !expression.has_tags) return;
    const Inner inner = inner_tag(expression.scalar->text, expression.range.begin);
    const Span span = context.span_in(*expression.scalar, inner.begin, inner.end);
    Finding finding = context.report(kNested, span);
    if (is_foreign_text(expression.use)) finding.severity(Severity::kWarning);
    finding.note("the outer tag ends at the first `}}`, in the middle of the expression");
    if (!is_plain_name(inner.name)) {
        finding.help("name the variable itself, in brackets where its name holds a hyphen");
        return;
    }
    const std::string name(inner.name);
    finding.help("an expression names variables without braces: `" + name + "`")
        .unsafe_fix("write `" + name + "`", {{span, name}});
}

void check(const ir::Document& document, Context& context) {
    for (const Expression& expression : context.facts().sites(document).expressions)
        check_expression(expression, context);
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "tags inside of expression tags",
                 .doc = R"md(
A tag goes from `{{` to the first `}}`. In `{{= '{{inputs.parameters.x}}' == 'a' }}` the expression
therefore ends in the middle, and cannot be read. Inside of an expression variables need no braces.

Simple tags may hold others: `{{inputs.parameters.{{item}}}}` is fine.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: demo-}
spec:
  entrypoint: main
  templates:
  - name: main
    inputs: {parameters: [{name: x, value: a}]}
    container:
      image: alpine:3.20
      args: ["{{= '{{inputs.parameters.x}}' == 'a' }}"]
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: demo-}
spec:
  entrypoint: main
  templates:
  - name: main
    inputs: {parameters: [{name: x, value: a}]}
    container: {image: 'alpine:3.20', command: [echo], args: ["{{= inputs.parameters.x == 'a' }}"]}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::nested_tag
