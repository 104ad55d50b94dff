// Names with hyphens that read as subtractions.
#include <algorithm>
#include <set>

#include "analyzer/context.h"
#include "analyzer/facts.h"

namespace tiphys::rules::dash_in_identifier {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kMinus{"`{}` reads as a subtraction"};

bool is_name_part(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
}

/// The run of letters, digits and hyphens around a place.
expr::Range name_around(std::string_view text, std::uint32_t at) {
    std::uint32_t begin = at;
    std::uint32_t end = at;
    while (begin > 0 && is_name_part(text[begin - 1]))
        --begin;
    while (end < text.size() && is_name_part(text[end]))
        ++end;
    return {begin, end};
}

void check_names(const Expression& expression, Context& context) {
    std::set<std::uint32_t> reported;
    for (const expr::Finding& finding : expression.check.findings) {
        if (finding.kind != expr::FindingKind::kHyphen) continue;
        const expr::Range range = name_around(expression.text, finding.anchor.begin);
        if (!reported.insert(range.begin).second) continue;
        const std::string name(expression.text.substr(range.begin, range.end - range.begin));
        const bool follows_dot = range.begin > 0 && expression.text[range.begin - 1] == '.';
        Finding report = context.report(kMinus, span_of(context, expression, range), name);
        if (!follows_dot) {
            report.help("text stands in quotes: `'" + name + "'`");
            continue;
        }
        const char quote = inner_quote(*expression.scalar);
        const std::string brackets = std::string("[") + quote + name + quote + "]";
        report.help("write `" + brackets + "` instead of `." + name + "`")
            .safe_fix("write `" + brackets + "`",
                      {edit_in(context, *expression.scalar,
                               expression.in_scalar({range.begin - 1, range.end}), brackets)});
    }
}

/// `when: {{x}} == my-value`: govaluate subtracts one word from another, which fails.
void check_words(const ConditionUse& condition, Context& context) {
    if (!condition.parsed.ok()) return;
    const expr::Tree& tree = condition.parsed.tree;
    std::set<std::uint32_t> reported;
    for (expr::ExprId id = 0; id < tree.size(); ++id) {
        const expr::Expr& node = tree.node(id);
        if (node.kind != expr::ExprKind::kBinary || node.op != expr::Operator::kSubtract) continue;
        const expr::Range range = name_around(condition.text, node.anchor.begin);
        const bool is_word = range.begin < node.anchor.begin && range.end > node.anchor.end;
        const bool is_tag = condition.touches_tag(range);
        const bool is_text = tree.node(tree.child(id, 1)).kind == expr::ExprKind::kString ||
                             tree.node(tree.child(id, 0)).kind == expr::ExprKind::kString;
        if (!is_word || is_tag || !is_text || !reported.insert(range.begin).second) continue;
        const std::string word(condition.text.substr(range.begin, range.end - range.begin));
        const Span span = span_of(context, condition, range);
        const char quote = inner_quote(*condition.scalar);
        context.report(kMinus, span, word)
            .help("text with hyphens stands in quotes")
            .safe_fix("put it in quotes",
                      {edit_in(context, *condition.scalar, range, quote + word + quote)});
    }
}

void check(const ir::Document& document, Context& context) {
    const Sites& sites = context.facts().sites(document);
    for (const Expression& expression : sites.expressions)
        check_names(expression, context);
    for (const ConditionUse& condition : sites.conditions)
        check_words(condition, context);
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "names with hyphens in expressions",
                 .doc = R"md(
In an expression `inputs.parameters.my-param` is `inputs.parameters.my` minus `param`; neither
exists. A name with hyphens stands in brackets. In `when`, a word with hyphens is a subtraction,
too, and needs quotes. (In simple tags, `{{inputs.parameters.my-param}}`, hyphens are fine.)

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: demo-}
spec:
  entrypoint: main
  templates:
  - name: main
    inputs: {parameters: [{name: my-param, value: a}]}
    container: {image: 'alpine:3.20', command: [echo], args: ['{{=inputs.parameters.my-param}}']}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: demo-}
spec:
  entrypoint: main
  templates:
  - name: main
    inputs: {parameters: [{name: my-param, value: a}]}
    container: {image: 'alpine:3.20', command: [echo], args: ["{{=inputs.parameters['my-param']}}"]}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::dash_in_identifier
