// Operators and functions that cannot take what they are given.
#include <algorithm>

#include "analyzer/context.h"
#include "analyzer/facts.h"

namespace tiphys::rules::expr_type_mismatch {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kMismatch{"{}"};

bool is_about_types(const expr::Finding& finding) {
    switch (finding.kind) {
    case expr::FindingKind::kWrongOperand:
    case expr::FindingKind::kWrongArgument:
    case expr::FindingKind::kNotCallable:
    case expr::FindingKind::kDivisionByZero:
        return finding.is_error;
    case expr::FindingKind::kUnknownField:
        return finding.is_error && !finding.message.starts_with("there is no");
    case expr::FindingKind::kUnknownName:
    case expr::FindingKind::kUnknownFunction:
    case expr::FindingKind::kPredicate:
    case expr::FindingKind::kRedeclared:
    case expr::FindingKind::kPattern:
    case expr::FindingKind::kHyphen:
    case expr::FindingKind::kConstant:
        return false;
    }
    return false;
}

bool is_exit_code(const Expression& expression, const VariableUse& use) {
    return use.name.ends_with(".exitCode") && expression.kind != SiteKind::kStop;
}

/// The operand of an operator that is a text beside a number, or a text where an operator takes
/// numbers only.
struct TextOperand {
    const VariableUse* variable = nullptr;
    bool beside_float = false;
    bool is_sum = false;
};

TextOperand text_operand(const Expression& expression, const expr::Finding& found) {
    const expr::Tree& tree = expression.parsed.tree;
    TextOperand operand;
    for (expr::ExprId id = 0; id < tree.size(); ++id) {
        const expr::Expr& node = tree.node(id);
        if (node.kind != expr::ExprKind::kBinary || node.range != found.range ||
            node.anchor != found.anchor) {
            continue;
        }
        for (const std::uint32_t side : {0U, 1U}) {
            const expr::ExprId child = tree.child(id, side);
            const expr::Type& other = expression.check.types[tree.child(id, 1 - side)];
            if (expression.check.types[child].kind != expr::TypeKind::kString) continue;
            const auto use =
                std::find_if(expression.variables.begin(), expression.variables.end(),
                             [&](const VariableUse& each) { return each.id == child; });
            if (use == expression.variables.end() || operand.variable != nullptr) continue;
            operand = {&*use, other.kind == expr::TypeKind::kFloat,
                       node.op == expr::Operator::kAdd || !other.is_number()};
        }
    }
    return operand;
}

void add_conversion(const Expression& expression, const TextOperand& operand, Finding finding,
                    Context& context) {
    const bool has_argo = has_argo_functions(expression.kind);
    // Durations are written as seconds with a fraction.
    const bool is_float = operand.beside_float || operand.variable->name.ends_with("duration");
    const std::string function =
        is_float ? (has_argo ? "asFloat" : "float") : (has_argo ? "asInt" : "int");
    const expr::Range range = operand.variable->range;
    const std::string written(expression.text.substr(range.begin, range.end - range.begin));
    const std::string converted = function + "(" + written + ")";
    finding.label("`" + operand.variable->name + "` is a string, whatever it holds");
    finding.help("write `" + converted + "`");
    std::vector<TextEdit> edits{
        edit_in(context, *expression.scalar, expression.in_scalar(range), converted)};
    if (operand.is_sum) {
        finding.unsafe_fix("write `" + converted + "`", std::move(edits));
    } else {
        finding.safe_fix("write `" + converted + "`", std::move(edits));
    }
}

void report_mismatch(const Expression& expression, const expr::Finding& found, Context& context) {
    const TextOperand operand = text_operand(expression, found);
    // exitcode-type speaks about these.
    if (operand.variable != nullptr && is_exit_code(expression, *operand.variable)) return;
    const expr::Range range = operand.variable == nullptr ? found.range : operand.variable->range;
    Finding finding = context.report(kMismatch, span_of(context, expression, range), found.message);
    if (expression.kind == SiteKind::kTag && is_foreign_text(expression.use)) {
        finding.severity(Severity::kWarning);
    }
    if (!found.help.empty()) finding.help(found.help);
    if (operand.variable != nullptr) add_conversion(expression, operand, finding, context);
}

/// Labels, and what an event binding computes for them, are strings.
void check_result(const Expression& expression, Context& context) {
    const bool wants_text =
        expression.kind == SiteKind::kLabel || expression.kind == SiteKind::kSubmit;
    if (!wants_text || expression.has_tags || expression.check.first_error() != nullptr) return;
    const expr::Type& type = expression.check.type;
    if (!expression.parsed.ok() || type.is_unknown() || type.kind == expr::TypeKind::kString)
        return;
    const std::string text(expression.text);
    const expr::Range all{0, static_cast<std::uint32_t>(text.size())};
    context
        .report(kMismatch, span_of(context, expression, all),
                "the value must be a string, and this is " + expr::describe(type))
        .help("write `string(" + text + ")`")
        .safe_fix("write `string(…)`",
                  {edit_in(context, *expression.scalar, expression.in_scalar(all),
                           "string(" + text + ")")});
}

void check_expression(const Expression& expression, Context& context) {
    for (const expr::Finding& finding : expression.check.findings) {
        if (is_about_types(finding)) report_mismatch(expression, finding, context);
    }
    check_result(expression, context);
}

void check(const ir::Document& document, Context& context) {
    for (const Expression& expression : context.facts().sites(document).expressions)
        check_expression(expression, context);
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "operands of types that an operator or function cannot take",
                 .doc = R"md(
Parameters, results and exit codes are strings, also where they hold a number. expr-lang converts
nothing: `workflow.parameters.n * 2` fails when the workflow runs, and `inputs.parameters.n == 3` is
never true. `asInt(…)`, `asFloat(…)` and `string(…)` convert.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: demo-}
spec:
  entrypoint: main
  arguments: {parameters: [{name: num, value: '3'}]}
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [echo], args: ['{{= workflow.parameters.num * 2 }}']}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: demo-}
spec:
  entrypoint: main
  arguments: {parameters: [{name: num, value: '3'}]}
  templates:
  - name: main
    container:
      image: alpine:3.20
      args: ['{{= asInt(workflow.parameters.num) * 2 }}']
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::expr_type_mismatch
