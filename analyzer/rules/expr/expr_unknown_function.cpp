// Functions that do not exist where they are called.
#include <algorithm>
#include <array>

#include "analyzer/context.h"
#include "analyzer/facts.h"
#include "analyzer/suggest.h"
#include "compiler/expr/argo_variables.h"
#include "compiler/expr/builtin_names.h"

namespace tiphys::rules::expr_unknown_function {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kUnknown{"there is no function `{}`"};
constexpr Message<std::string_view> kNotHere{"there is no function `{}` at this place"};

/// Argo's own functions, and what expr-lang has instead of them.
struct ArgoFunction {
    std::string_view name;
    std::string_view instead;
};
constexpr std::array<ArgoFunction, 5> kArgoFunctions{{{"asInt", "int"},
                                                      {"asFloat", "float"},
                                                      {"toJson", "toJSON"},
                                                      {"jsonpath", ""},
                                                      {"sprig", ""}}};

const ArgoFunction* find_argo_function(std::string_view name) {
    const auto found = std::find_if(kArgoFunctions.begin(), kArgoFunctions.end(),
                                    [&](const ArgoFunction& each) { return each.name == name; });
    return found == kArgoFunctions.end() ? nullptr : &*found;
}

/// One of Argo's functions where only those of expr-lang exist.
void report_missing(const ArgoFunction& function, Span span, Context& context) {
    Finding finding = context.report(kNotHere, span, function.name);
    finding.note("Argo adds its functions to `{{=…}}`, hooks, retries and outputs only");
    if (function.instead.empty()) return;
    const std::string instead(function.instead);
    finding.help("write `" + instead + "`").safe_fix("write `" + instead + "`", {{span, instead}});
}

void report_unknown(const Expression& expression, const expr::Finding& found, Context& context) {
    const Span span = span_of(context, expression, found.range);
    const bool has_argo = has_argo_functions(expression.kind);
    const ArgoFunction* argo = find_argo_function(found.name);
    if (argo != nullptr && !has_argo) return report_missing(*argo, span, context);
    Finding finding = context.report(kUnknown, span, found.name);
    if (has_argo && expr::sprig_functions().as_map().find(found.name) != nullptr) {
        const std::string name = "sprig." + found.name;
        finding.help("it is one of sprig's: write `" + name + "`")
            .safe_fix("write `" + name + "`", {{span, name}});
        return;
    }
    const auto builtins = expr::builtin_names();
    std::vector<std::string_view> names(builtins.begin(), builtins.end());
    if (has_argo) {
        for (const ArgoFunction& function : kArgoFunctions)
            names.push_back(function.name);
    }
    const Meant meant = meant_name(found.name, names);
    if (meant.name.empty()) {
        finding.help(has_argo ? "functions are those of expr-lang, Argo's and `sprig.…`"
                              : "functions are those of expr-lang");
        return;
    }
    suggest(finding, span, found.name, names, "functions are");
}

void report_sprig(const Expression& expression, const VariableUse& use, Context& context) {
    const Span span = span_of(context, expression, use.range);
    Finding finding = context.report(kUnknown, span, use.name);
    const std::string_view name = std::string_view(use.name).substr(6);
    if (name == "env" || name == "expandenv") {
        finding.note("Argo leaves it out: the controller's environment is nobody's business");
        return;
    }
    std::vector<std::string_view> names;
    for (const auto& [key, value] : expr::sprig_functions().as_map().entries)
        names.push_back(key.as_string());
    const Span part = span_of(context, expression, use.parts.at(1));
    if (!meant_name(name, names).name.empty()) suggest(finding, part, name, names, "");
}

void check_expression(const Expression& expression, Context& context) {
    for (const expr::Finding& finding : expression.check.findings) {
        const bool is_function = finding.kind == expr::FindingKind::kUnknownFunction;
        const bool is_sprig =
            finding.kind == expr::FindingKind::kUnknownName && finding.name == "sprig";
        if (is_function || is_sprig) report_unknown(expression, finding, context);
    }
    for (const VariableUse& use : expression.unknown_functions)
        report_sprig(expression, use, context);
}

void check(const ir::Document& document, Context& context) {
    for (const Expression& expression : context.facts().sites(document).expressions)
        check_expression(expression, context);
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "functions that do not exist",
                 .doc = R"md(
An expression may call the functions of expr-lang; in `{{=…}}`, hooks, retries and outputs also
`asInt`, `asFloat`, `jsonpath`, `toJson` and `sprig.…` (all of sprig but `env` and `expandenv`). A
call of anything else fails when the workflow runs.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: demo-}
spec:
  entrypoint: main
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [echo], args: ['{{= frobnicate(1) }}']}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: demo-}
spec:
  entrypoint: main
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [echo], args: ['{{= sprig.upper("a") }}']}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::expr_unknown_function
