// Membership in a list that is asked of a text.
#include "analyzer/context.h"
#include "analyzer/facts.h"

namespace tiphys::rules::unsound_contains {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kPart{"`contains` finds any part of {}, not only its words"};

constexpr std::string_view kSeparators = ",;| ";

/// The words of a list in a text, as elements of a list.
std::string as_list(std::string_view text) {
    std::string list;
    while (!text.empty()) {
        const std::size_t begin = text.find_first_not_of(kSeparators);
        if (begin == text.npos) break;
        text.remove_prefix(begin);
        const std::size_t end = std::min(text.find_first_of(kSeparators), text.size());
        list += (list.empty() ? "'" : ", '") + std::string(text.substr(0, end)) + "'";
        text.remove_prefix(end);
    }
    return "[" + list + "]";
}

void check_expression(const Expression& expression, Context& context) {
    if (!expression.parsed.ok() || expression.has_tags) return;
    const expr::Tree& tree = expression.parsed.tree;
    for (expr::ExprId id = 0; id < tree.size(); ++id) {
        const expr::Expr& node = tree.node(id);
        if (node.kind != expr::ExprKind::kBinary || node.op != expr::Operator::kContains) continue;
        const expr::ExprId list = tree.child(id, 0);
        const expr::Range searched = tree.node(tree.child(id, 1)).range;
        const bool is_fixed = tree.node(list).kind == expr::ExprKind::kString;
        const bool is_variable = tree.node(tree.child(id, 1)).kind == expr::ExprKind::kMember ||
                                 tree.node(tree.child(id, 1)).kind == expr::ExprKind::kName;
        if (!is_fixed || !is_variable) continue;
        const std::string& words = tree.text(list);
        if (words.find_first_of(kSeparators) == words.npos || words.find('\'') != words.npos)
            continue;
        const std::string instead =
            std::string(expression.text.substr(searched.begin, searched.end - searched.begin)) +
            " in " + as_list(words);
        const Span span = span_of(context, expression, node.range);
        context.report(kPart, span, "`" + words + "`")
            .help("write `" + instead + "`")
            .unsafe_fix("look into a list", {edit_in(context, *expression.scalar,
                                                     expression.in_scalar(node.range), instead)});
    }
}

void check(const ir::Document& document, Context& context) {
    for (const Expression& expression : context.facts().sites(document).expressions)
        check_expression(expression, context);
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "`contains` used to look for a word in a list",
                 .doc = R"md(
`'main,release' contains payload.branch` is true for `main`, but also for `rel`, `e` and the empty
text: `contains` finds any part of the text on its left. `payload.branch in ['main', 'release']`
finds whole words.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: WorkflowEventBinding
metadata: {name: on-push}
spec:
  event: {selector: "'main,release' contains payload.branch"}
  submit: {workflowTemplateRef: {name: build}}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: WorkflowEventBinding
metadata: {name: on-push}
spec:
  event: {selector: "payload.branch in ['main', 'release']"}
  submit: {workflowTemplateRef: {name: build}}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::unsound_contains
