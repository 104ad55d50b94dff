// Comparisons of strings with numbers in `when`.
#include <optional>

#include "analyzer/context.h"
#include "analyzer/facts.h"

namespace tiphys::rules::when_string_compare {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view> kNeverEqual{
    "{} is a number and {} a string, which are never equal"};
constexpr Message<std::string_view> kNoOrder{"`{}` compares two numbers or two strings, not a mix"};
constexpr Message<> kEmpty{"where the tag stands for nothing, no condition is left"};
constexpr Message<std::string_view> kUnknownWord{"`{}` is no variable here, and text needs quotes"};

enum class OperandKind : std::uint8_t { kOther, kBareTag, kString, kQuotedTag, kNumber };

struct Operand {
    OperandKind kind = OperandKind::kOther;
    expr::Range range;
    std::string content; ///< of strings
};

Operand operand_of(const ConditionUse& condition, expr::ExprId id) {
    const expr::Expr& node = condition.parsed.tree.node(id);
    Operand operand;
    operand.range = node.range;
    if (node.kind == expr::ExprKind::kFloat) {
        const char first = condition.text[node.range.begin];
        // A string that looks like a date is a number of seconds.
        if (first != '\'' && first != '"') operand.kind = OperandKind::kNumber;
    } else if (node.kind == expr::ExprKind::kString || node.kind == expr::ExprKind::kName) {
        const char first = condition.text[node.range.begin];
        const bool is_quoted = first == '\'' || first == '"';
        const bool has_tag = condition.touches_tag(node.range);
        if (is_quoted) {
            operand.kind = has_tag ? OperandKind::kQuotedTag : OperandKind::kString;
            operand.content =
                condition.text.substr(node.range.begin + 1, node.range.end - node.range.begin - 2);
        } else if (condition.tag_at(node.range) != nullptr) {
            operand.kind = OperandKind::kBareTag;
        } else if (!has_tag) {
            operand.kind = OperandKind::kString;
            operand.content = condition.parsed.tree.text(id);
        }
    }
    return operand;
}

bool is_number(std::string_view text) {
    bool has_digit = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool is_digit = text[i] >= '0' && text[i] <= '9';
        has_digit = has_digit || is_digit;
        if (!is_digit && text[i] != '.') return false;
    }
    return has_digit;
}

std::string written(const ConditionUse& condition, expr::Range range) {
    std::string text = "`";
    text += condition.scalar->text.substr(range.begin, range.end - range.begin);
    return text + "`";
}

/// Puts the tag between the quotes that the scalar's own style leaves free.
void quote_tag(const ConditionUse& condition, expr::Range tag, Finding finding, Context& context) {
    const std::string quote(1, inner_quote(*condition.scalar));
    const std::string_view text = condition.scalar->text;
    const std::string quoted =
        quote + std::string(text.substr(tag.begin, tag.end - tag.begin)) + quote;
    finding.help("put the tag in quotes: `" + quoted + "`");
    const bool breaks_yaml = condition.scalar->style == ScalarStyle::kPlain && tag.begin == 0;
    if (breaks_yaml) return;
    finding.safe_fix("put the tag in quotes", {{span_of(context, condition, tag), quoted}});
}

bool is_text(const Operand& operand) {
    return operand.kind == OperandKind::kString || operand.kind == OperandKind::kQuotedTag;
}

void check_order(const ConditionUse& condition, const expr::Expr& node, const Operand& left,
                 const Operand& right, Context& context) {
    const bool is_mix = (is_text(left) && right.kind == OperandKind::kNumber) ||
                        (left.kind == OperandKind::kNumber && is_text(right));
    if (!is_mix) return;
    const Operand& text = is_text(left) ? left : right;
    context.report(kNoOrder, span_of(context, condition, node.range), expr::spelling(node.op))
        .severity(Severity::kError)
        .help("take the quotes from " + written(condition, text.range));
}

void check_equality(const ConditionUse& condition, const expr::Expr& node, const Operand& a,
                    const Operand& b, Context& context) {
    const Span span = span_of(context, condition, node.range);
    if (a.kind == OperandKind::kQuotedTag && b.kind == OperandKind::kNumber) {
        context.report(kNeverEqual, span, written(condition, b.range), written(condition, a.range))
            .help("put both in quotes, or none");
    } else if (a.kind == OperandKind::kBareTag && b.kind == OperandKind::kString) {
        if (b.content.empty()) {
            quote_tag(condition, a.range, context.report(kEmpty, span), context);
        } else if (is_number(b.content)) {
            quote_tag(condition, a.range,
                      context
                          .report(kNeverEqual, span, written(condition, a.range),
                                  written(condition, b.range))
                          .note("a tag that stands for `" + b.content +
                                "` is a number where it has no quotes"),
                      context);
        }
    }
}

/// A CronWorkflow's `when` does not take bare words for strings.
void check_words(const ConditionUse& condition, Context& context) {
    if (condition.kind != ConditionKind::kCronWhen) return;
    const expr::Tree& tree = condition.parsed.tree;
    for (expr::ExprId id = 0; id < tree.size(); ++id) {
        const expr::Expr& node = tree.node(id);
        if (node.kind != expr::ExprKind::kName || condition.touches_tag(node.range)) continue;
        context.report(kUnknownWord, span_of(context, condition, node.range), tree.text(id))
            .severity(Severity::kError)
            .help("in a CronWorkflow bare words are variables, which do not exist");
    }
}

void check_condition(const ConditionUse& condition, Context& context) {
    if (!condition.parsed.ok() || condition.kind == ConditionKind::kExprFilter) return;
    const expr::Tree& tree = condition.parsed.tree;
    for (expr::ExprId id = 0; id < tree.size(); ++id) {
        const expr::Expr& node = tree.node(id);
        if (node.kind != expr::ExprKind::kBinary) continue;
        const Operand left = operand_of(condition, tree.child(id, 0));
        const Operand right = operand_of(condition, tree.child(id, 1));
        if (node.op == expr::Operator::kEqual || node.op == expr::Operator::kNotEqual) {
            check_equality(condition, node, left, right, context);
            check_equality(condition, node, right, left, context);
        } else if (node.op == expr::Operator::kLess || node.op == expr::Operator::kLessEqual ||
                   node.op == expr::Operator::kGreater ||
                   node.op == expr::Operator::kGreaterEqual) {
            check_order(condition, node, left, right, context);
        }
    }
    check_words(condition, context);
}

void check(const ir::Document& document, Context& context) {
    for (const ConditionUse& condition : context.facts().sites(document).conditions)
        check_condition(condition, context);
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "comparisons of strings with numbers in `when`",
                 .doc = R"md(
The text of `when` is read after its tags are replaced. `{{x}} == '5'` becomes `5 == '5'`, a number
and a string, which are never equal; `'{{x}}' > 5` fails. `{{x}} != ''` becomes ` != ''` where the
value is empty, which is no condition at all. Put both sides in quotes, or none.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: demo-}
spec:
  entrypoint: main
  arguments: {parameters: [{name: n, value: '5'}]}
  templates:
  - name: main
    steps:
    - - name: say
        template: say
        when: "{{workflow.parameters.n}} == '5'"
  - name: say
    container: {image: 'alpine:3.20', command: [echo]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: demo-}
spec:
  entrypoint: main
  arguments: {parameters: [{name: n, value: '5'}]}
  templates:
  - name: main
    steps:
    - - name: say
        template: say
        when: "'{{workflow.parameters.n}}' == '5'"
  - name: say
    container: {image: 'alpine:3.20', command: [echo]}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::when_string_compare
