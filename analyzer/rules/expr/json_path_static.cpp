// Paths and texts of `jsonpath` that cannot work.
#include <algorithm>

#include "analyzer/context.h"
#include "analyzer/facts.h"
#include "compiler/expr/json.h"
#include "compiler/expr/json_path.h"
#include "compiler/expr/json_path_tokens.h"

namespace tiphys::rules::json_path_static {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kPath{"the path cannot be read: {}"};
constexpr Message<std::string_view> kJson{"`{}` is no JSON"};
constexpr Message<std::string_view> kNothing{"the path leads nowhere in `{}`"};

/// The text of an argument, if it is known: a string, or a parameter with a fixed value.
std::optional<std::string> known_text(const Expression& expression, expr::ExprId id,
                                      Context& context) {
    const expr::Tree& tree = expression.parsed.tree;
    if (tree.node(id).kind == expr::ExprKind::kString) return tree.text(id);
    if (expression.use.site.flow == nullptr) return std::nullopt;
    for (const VariableUse& use : expression.variables) {
        if (use.id != id || !use.name.starts_with("workflow.parameters.")) continue;
        const std::string tag = "{{" + use.name + "}}";
        const auto value =
            context.facts().values(*expression.use.site.flow).of(tag, expression.use.site.inside);
        if (value) return std::string(*value);
    }
    return std::nullopt;
}

std::string shortened(std::string_view text) {
    constexpr std::size_t kMost = 40;
    std::size_t end = std::min({text.find('\n'), text.size(), kMost});
    while (end > 0 && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U)
        --end;
    const std::string line(text.substr(0, end));
    return line.size() < text.size() ? line + "…" : line;
}

void check_call(const Expression& expression, expr::ExprId id, Context& context) {
    const expr::Tree& tree = expression.parsed.tree;
    const std::span<const expr::ExprId> children = tree.children(id);
    const expr::ExprId path_id = children[2];
    if (tree.node(path_id).kind != expr::ExprKind::kString) return;
    const Span path_span = span_of(context, expression, tree.node(path_id).range);
    const std::string& path = tree.text(path_id);
    expr::PathBudget budget;
    std::string reason;
    if (!expr::parse_json_path(path, budget, reason)) {
        context.report(kPath, path_span, reason);
        return;
    }
    const std::optional<std::string> text = known_text(expression, children[1], context);
    if (!text || front::has_tag(*text)) return;
    expr::JsonFault fault;
    const std::optional<expr::Value> document = expr::parse_json(*text, fault);
    if (!document) {
        context.report(kJson, span_of(context, expression, tree.node(children[1]).range),
                       shortened(*text));
    } else if (!expr::query_json_path(*document, path, reason)) {
        context.report(kNothing, path_span, shortened(*text)).note(reason);
    }
}

void check_expression(const Expression& expression, Context& context) {
    if (!expression.parsed.ok() || expression.has_tags) return;
    const expr::Tree& tree = expression.parsed.tree;
    for (expr::ExprId id = 0; id < tree.size(); ++id) {
        const bool is_call = tree.node(id).kind == expr::ExprKind::kCall &&
                             tree.children(id).size() == 3 &&
                             tree.node(tree.child(id, 0)).kind == expr::ExprKind::kName &&
                             tree.text(tree.child(id, 0)) == "jsonpath";
        if (is_call) check_call(expression, id, context);
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
                 .summary = "calls of `jsonpath` that fail",
                 .doc = R"md(
`jsonpath(text, path)` fails where the text is no JSON, the path cannot be read, or it leads
nowhere; the run then ends, or the braces stay in the text. This rule looks at paths written in the
expression, and at texts whose value the manifest gives.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: demo-}
spec:
  entrypoint: main
  arguments: {parameters: [{name: config, value: '{"port": 80}'}]}
  templates:
  - name: main
    container:
      image: alpine:3.20
      args: ["{{=jsonpath(workflow.parameters.config, '$.prot')}}"]
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: demo-}
spec:
  entrypoint: main
  arguments: {parameters: [{name: config, value: '{"port": 80}'}]}
  templates:
  - name: main
    container:
      image: alpine:3.20
      args: ["{{=jsonpath(workflow.parameters.config, '$.port')}}"]
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::json_path_static
