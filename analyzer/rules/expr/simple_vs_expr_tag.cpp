// Expressions in tags for names, and names in tags for expressions.
#include <algorithm>
#include <array>

#include "analyzer/context.h"
#include "analyzer/facts.h"
#include "compiler/expr/builtin_names.h"
#include "compiler/expr/unicode.h"

namespace tiphys::rules::simple_vs_expr_tag {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kNoSign{"`{}` is an expression, and this tag takes a name"};
constexpr Message<> kBlank{"the `=` of an expression stands right after `{{`"};
constexpr Message<std::string_view> kOnlyName{"`{}` is a name, which needs no expression"};

constexpr std::array<std::string_view, 8> kRoots{"inputs", "outputs",  "steps",   "tasks",
                                                 "item",   "workflow", "retries", "lastRetry"};

bool is_operator_or_call(const expr::Tree& tree, expr::ExprId id) {
    const expr::ExprKind kind = tree.node(id).kind;
    return kind == expr::ExprKind::kBinary || kind == expr::ExprKind::kUnary ||
           kind == expr::ExprKind::kBuiltin || kind == expr::ExprKind::kCall ||
           kind == expr::ExprKind::kConditional || kind == expr::ExprKind::kMember;
}

/// Whether the names in it are Argo's and at least one is; `my-name` alone is no subtraction.
bool is_of_argo(const expr::Tree& tree) {
    bool has_root = false;
    for (expr::ExprId id = 0; id < tree.size(); ++id) {
        if (tree.node(id).kind != expr::ExprKind::kName) continue;
        const std::string& name = tree.text(id);
        const bool is_root = std::find(kRoots.begin(), kRoots.end(), name) != kRoots.end();
        const bool is_function = name == "sprig" || name == "asInt" || name == "asFloat" ||
                                 name == "jsonpath" || name == "toJson";
        if (!is_root && !is_function) return false;
        has_root = true;
    }
    return has_root;
}

void check_simple(const front::TagUse& use, Context& context) {
    const std::string_view name = use.name();
    const expr::Tag& tag = use.tag;
    const std::string_view content =
        use.text.scalar->text.substr(tag.content.begin, tag.content.end - tag.content.begin);
    if (tag.is_nested || is_foreign_text(use.text)) return;
    const Span span = context.span_in(*use.text.scalar, tag.range.begin, tag.range.end);
    if (name.starts_with('=')) {
        const auto blanks = static_cast<std::size_t>(name.data() - content.data());
        const Span gap =
            context.span_in(*use.text.scalar, tag.content.begin, tag.content.begin + blanks);
        context.report(kBlank, span)
            .label("Argo looks for a variable called `" + std::string(name) + "`")
            .safe_fix("remove the blanks", {{gap, ""}});
        return;
    }
    if (name.find_first_of(" +*/()[]'\"?=!<>,") == name.npos) return;
    const expr::ParseResult parsed = expr::parse(name, expr::Dialect::kExpr);
    if (!parsed.ok() || !is_operator_or_call(parsed.tree, parsed.root)) return;
    if (!is_of_argo(parsed.tree)) return;
    const front::Scope scope(context.facts().flows(), use.text.site);
    const front::Lookup lookup = scope.find(name);
    // undefined-variable speaks about what Argo rejects.
    if (lookup.standing == front::Standing::kKnown || lookup.is_rejected) {
        if (lookup.standing != front::Standing::kLiteral) return;
    }
    const Span sign = context.span_in(*use.text.scalar, tag.content.begin, tag.content.begin);
    context.report(kNoSign, span, name)
        .help("write `{{=" + std::string(name) + "}}`")
        .safe_fix("make it an expression", {{sign, "="}});
}

void check_only_name(const Expression& expression, Context& context) {
    const bool is_tag = expression.kind == SiteKind::kTag && expression.parsed.ok();
    if (!is_tag || expression.has_tags || expression.variables.size() != 1) return;
    const VariableUse& use = expression.variables.front();
    const bool is_all = use.id == expression.parsed.root && !use.is_guarded;
    if (!is_all || use.lookup.standing != front::Standing::kKnown) return;
    if (use.lookup.type == front::VariableType::kArtifact) return;
    const expr::Range tag{expression.range.begin - 3, expression.range.end + 2};
    const Span span = context.span_in(*expression.scalar, tag.begin, tag.end);
    context.report(kOnlyName, span, use.name)
        .severity(Severity::kInfo)
        .help("write `{{" + use.name + "}}`")
        .unsafe_fix("write a simple tag", {{span, "{{" + use.name + "}}"}});
}

void check(const ir::Document& document, Context& context) {
    for (const front::Flow* flow : context.facts().flows(document)) {
        for (const front::TagUse& use : context.facts().uses(*flow).tags) {
            if (!use.tag.is_expression) check_simple(use, context);
        }
    }
    for (const Expression& expression : context.facts().sites(document).expressions)
        check_only_name(expression, context);
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "expressions in simple tags, and the reverse",
                 .doc = R"md(
`{{x}}` is replaced by the variable with exactly that name; only `{{=…}}`, with the `=` right after
the braces, is calculated. `{{asInt(inputs.parameters.n) + 1}}` and `{{ =inputs.parameters.n}}` name
no variable, and stay in the text as they are.

An expression that is only a name does what the simple tag does, a little slower; that is an info.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: demo-}
spec:
  entrypoint: main
  templates:
  - name: main
    inputs: {parameters: [{name: n, value: '3'}]}
    container: {image: 'alpine:3.20', command: [echo], args: ['{{asInt(inputs.parameters.n) + 1}}']}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: demo-}
spec:
  entrypoint: main
  templates:
  - name: main
    inputs: {parameters: [{name: n, value: '3'}]}
    container:
      image: alpine:3.20
      args: ['{{=asInt(inputs.parameters.n) + 1}}']
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::simple_vs_expr_tag
