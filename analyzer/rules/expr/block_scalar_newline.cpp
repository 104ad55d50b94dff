// Values that end with a line break, where they are compared.
#include "analyzer/comparisons.h"
#include "analyzer/context.h"
#include "analyzer/facts.h"

namespace tiphys::rules::block_scalar_newline {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kNewline{
    "the value of `{}` ends with a line break, so this is never equal"};

/// `|` keeps the last line break, `|-` drops it.
bool keeps_line_break(const ir::Scalar& value) {
    const bool is_block =
        value.style == ScalarStyle::kLiteral || value.style == ScalarStyle::kFolded;
    return is_block && value.text.ends_with('\n');
}

template <class Place>
void check_place(const Place& place, const front::Site& site, Context& context) {
    for (const Comparison& comparison : comparisons(place)) {
        const wf::Parameter* parameter = find_parameter(comparison.variable, site);
        if (parameter == nullptr) continue;
        const ir::Scalar* value =
            parameter->value() != nullptr ? parameter->value() : parameter->default_();
        if (value == nullptr || !keeps_line_break(*value)) continue;
        if (comparison.constant.ends_with('\n')) continue;
        Finding finding = context.report(kNewline, span_of(context, place, comparison.range),
                                         comparison.variable);
        finding.related(value->span, "the value");
        const std::string_view written = context.text(value->span);
        const bool has_plain_sign =
            written.size() > 1 && (written[0] == '|' || written[0] == '>') && written[1] == '\n';
        if (!has_plain_sign) continue;
        const Span sign{value->span.file, value->span.begin, value->span.begin + 1};
        const std::string better = std::string(1, written[0]) + "-";
        finding.help("write `" + better + "`, which drops the last line break")
            .safe_fix("write `" + better + "`", {{sign, better}});
    }
}

void check_expression(const Expression& expression, Context& context) {
    check_place(expression, expression.use.site, context);
}

void check_condition(const ConditionUse& condition, Context& context) {
    check_place(condition, condition.use.site, context);
}

void check(const ir::Document& document, Context& context) {
    const Sites& sites = context.facts().sites(document);
    for (const Expression& expression : sites.expressions)
        check_expression(expression, context);
    for (const ConditionUse& condition : sites.conditions)
        check_condition(condition, context);
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "block scalars with a line break at their end, compared with a text",
                 .doc = R"md(
A value written with `|` or `>` ends with a line break, which cannot be seen. Compared with a text
it is never equal. `|-` and `>-` drop the last line break.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: demo-}
spec:
  entrypoint: main
  arguments:
    parameters:
    - name: mode
      value: |
        fast
  templates:
  - name: main
    container:
      image: alpine:3.20
      args: ["{{=workflow.parameters.mode == 'fast'}}"]
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: demo-}
spec:
  entrypoint: main
  arguments:
    parameters:
    - name: mode
      value: |-
        fast
  templates:
  - name: main
    container:
      image: alpine:3.20
      args: ["{{=workflow.parameters.mode == 'fast'}}"]
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::block_scalar_newline
