// Outputs of steps that may be skipped, where nil does harm.
#include <algorithm>
#include <array>

#include "analyzer/context.h"
#include "analyzer/facts.h"

namespace tiphys::rules::expr_nil_access {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view> kNil{"`{}` is nil when `{}` is skipped"};

/// Operators that take no nil.
constexpr std::array<expr::Operator, 9> kStrict{
    expr::Operator::kAdd,       expr::Operator::kSubtract, expr::Operator::kMultiply,
    expr::Operator::kDivide,    expr::Operator::kModulo,   expr::Operator::kLess,
    expr::Operator::kLessEqual, expr::Operator::kGreater,  expr::Operator::kGreaterEqual};

/// Whether nil makes the operator or function around `id` fail.
bool fails_on_nil(const expr::Tree& tree, expr::ExprId id) {
    for (expr::ExprId parent = 0; parent < tree.size(); ++parent) {
        const expr::Expr& node = tree.node(parent);
        const std::span<const expr::ExprId> children = tree.children(parent);
        if (std::find(children.begin(), children.end(), id) == children.end()) continue;
        const bool is_operator =
            node.kind == expr::ExprKind::kBinary &&
            std::find(kStrict.begin(), kStrict.end(), node.op) != kStrict.end();
        const bool is_call = node.kind == expr::ExprKind::kCall && children.front() != id;
        const bool is_conversion = node.kind == expr::ExprKind::kBuiltin &&
                                   (tree.text(parent) == "int" || tree.text(parent) == "float" ||
                                    tree.text(parent) == "fromJSON");
        if (is_operator || is_call || is_conversion) return true;
    }
    return false;
}

bool has_default(const front::FlowNode& node, std::string_view output) {
    const wf::Template* callee = node.callee.target;
    if (callee == nullptr) return true;
    if (callee->outputs() == nullptr) return false;
    for (const wf::Parameter* parameter : callee->outputs()->parameters()) {
        if (ir::text_of(parameter->name()) != output) continue;
        const wf::ValueFrom* from = parameter->value_from();
        return from != nullptr && from->field("default") != nullptr;
    }
    return false;
}

void check_expression(const Expression& expression, Context& context) {
    constexpr std::string_view kOutput = ".outputs.parameters.";
    for (const VariableUse& use : expression.variables) {
        const front::FlowNode* node = use.lookup.node;
        const std::size_t at = use.name.find(kOutput);
        const bool may_be_nil = node != nullptr && node->when != nullptr && at != use.name.npos &&
                                !use.is_guarded && !use.is_conditional;
        if (!may_be_nil || node->is_loop()) continue;
        const std::string_view output = std::string_view(use.name).substr(at + kOutput.size());
        if (has_default(*node, output) || !fails_on_nil(expression.parsed.tree, use.id)) continue;
        const Span span = span_of(context, expression, use.range);
        const std::string written(
            expression.text.substr(use.range.begin, use.range.end - use.range.begin));
        const char quote = inner_quote(*expression.scalar);
        context.report(kNil, span, use.name, node->name_text())
            .related(node->when->span, "skipped where this does not hold")
            .help("give a value for that case: `(" + written + " ?? '…')`")
            .unsafe_fix("give an empty text",
                        {edit_in(context, *expression.scalar, expression.in_scalar(use.range),
                                 "(" + written + " ?? " + std::string(2, quote) + ")")});
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
                 .summary =
                     "outputs of steps that may be skipped, used as if they were always there",
                 .doc = R"md(
A step whose `when` does not hold leaves no outputs. A parameter without a `default` is then nil,
and an operator or function that cannot take nil ends the run. `x ?? 'fallback'` gives a value, and
so does `valueFrom.default` of the output.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: demo-}
spec:
  entrypoint: main
  templates:
  - name: main
    steps:
    - - {name: draw, template: draw, when: '{{workflow.name}} == a'}
    - - name: say
        template: say
        arguments:
          parameters:
          - {name: n, value: '{{=asInt(steps.draw.outputs.parameters.n) + 1}}'}
  - name: draw
    outputs: {parameters: [{name: n, valueFrom: {path: /tmp/n}}]}
    container: {image: 'alpine:3.20', command: [draw]}
  - name: say
    inputs: {parameters: [{name: n}]}
    container: {image: 'alpine:3.20', command: [echo], args: ['{{inputs.parameters.n}}']}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: demo-}
spec:
  entrypoint: main
  templates:
  - name: main
    steps:
    - - {name: draw, template: draw, when: '{{workflow.name}} == a'}
    - - name: say
        template: say
        arguments:
          parameters:
          - {name: n, value: "{{=asInt(steps.draw.outputs.parameters.n ?? '0') + 1}}"}
  - name: draw
    outputs: {parameters: [{name: n, valueFrom: {path: /tmp/n}}]}
    container: {image: 'alpine:3.20', command: [draw]}
  - name: say
    inputs: {parameters: [{name: n}]}
    container: {image: 'alpine:3.20', command: [echo], args: ['{{inputs.parameters.n}}']}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::expr_nil_access
