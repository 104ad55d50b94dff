// Names in expressions that lead nowhere.
#include <algorithm>

#include "analyzer/context.h"
#include "analyzer/facts.h"
#include "analyzer/suggest.h"

namespace tiphys::rules::expr_unknown_variable {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kUnknown{"`{}` is not defined here"};

/// dash-in-identifier speaks about the halves of a name that reads as a subtraction.
bool is_half_of_name(const Expression& expression, expr::Range range) {
    return std::any_of(expression.check.findings.begin(), expression.check.findings.end(),
                       [&](const expr::Finding& finding) {
                           return finding.kind == expr::FindingKind::kHyphen &&
                                  range.begin <= finding.range.end &&
                                  finding.range.begin <= range.end;
                       });
}

/// The part of the name that the look-up blames; null where that is no single part.
const expr::Range* blamed_part(const VariableUse& use) {
    std::size_t begin = 0;
    for (const expr::Range& part : use.parts) {
        if (begin == use.lookup.part_begin) return &part;
        begin = use.name.find('.', begin);
        if (begin == use.name.npos) return nullptr;
        ++begin;
    }
    return nullptr;
}

void report_unknown(const Expression& expression, const VariableUse& use, Context& context) {
    Finding finding = context.report(kUnknown, span_of(context, expression, use.range), use.name);
    const front::Lookup& lookup = use.lookup;
    const bool is_embedded = context.document() != nullptr && context.document()->kind == "Sensor";
    const bool is_foreign = expression.kind == SiteKind::kTag && is_foreign_text(expression.use);
    if (is_embedded || is_foreign || !lookup.is_rejected) finding.severity(Severity::kWarning);
    finding.label(lookup.why);
    if (lookup.node != nullptr && lookup.node->name != nullptr) {
        finding.related(lookup.node->name->span,
                        "`" + std::string(lookup.node->name_text()) + "` is defined here");
    }
    const expr::Range* part = blamed_part(use);
    if (part == nullptr) return;
    const std::string_view written =
        std::string_view(use.name).substr(lookup.part_begin, lookup.part_end - lookup.part_begin);
    if (written.find('.') != written.npos) return;
    suggest(finding, span_of(context, expression, *part), written, lookup.candidates, "known are");
}

void help_with_root(const Expression& expression, const expr::Finding& found,
                    const VariableUse* use, Finding finding, Context& context) {
    const bool is_path = use != nullptr && use->name.find('.') != use->name.npos;
    if (expression.kind == SiteKind::kRetry && is_path) {
        finding.help("known are `lastRetry` and `retries`; write `'{{" + use->name +
                     "}}'` for a value that is known before");
        return;
    }
    if (!found.help.empty()) finding.help(found.help);
    constexpr std::string_view kMeant = "did you mean `";
    if (!found.help.starts_with(kMeant)) return;
    const std::string name =
        found.help.substr(kMeant.size(), found.help.find('`', kMeant.size()) - kMeant.size());
    finding.unsafe_fix("write `" + name + "`", {edit_in(context, *expression.scalar,
                                                        expression.in_scalar(found.range), name)});
}

/// The checker found no such name at the root of the environment.
void report_root(const Expression& expression, const expr::Finding& found, Context& context) {
    if (found.name == "sprig" || is_half_of_name(expression, found.range)) return;
    const auto use = std::find_if(
        expression.variables.begin(), expression.variables.end(),
        [&](const VariableUse& each) { return each.range.begin == found.range.begin; });
    const bool has_use = use != expression.variables.end();
    if (has_use && use->is_guarded) return;
    const expr::Range range = has_use ? use->range : found.range;
    const bool is_foreign = expression.kind == SiteKind::kTag && is_foreign_text(expression.use);
    Finding finding = context.report(kUnknown, span_of(context, expression, range),
                                     has_use ? use->name : found.name);
    if (is_foreign) finding.severity(Severity::kWarning);
    help_with_root(expression, found, has_use ? &*use : nullptr, finding, context);
}

/// `cronworkflow.x`, `response.x`: maps whose names are all known.
void report_field(const Expression& expression, const expr::Finding& found, Context& context) {
    const auto use = std::find_if(
        expression.variables.begin(), expression.variables.end(), [&](const VariableUse& each) {
            return each.range.begin <= found.range.begin && found.range.end <= each.range.end;
        });
    if (use == expression.variables.end() || use->is_guarded) return;
    // last-retry-field speaks about those.
    if (use->name.starts_with("lastRetry.")) return;
    Finding finding = context.report(kUnknown, span_of(context, expression, use->range), use->name);
    if (!found.help.empty()) finding.help(found.help);
}

/// last-retry-field and item-outside-loop speak about these.
bool has_rule_of_its_own(std::string_view name) {
    return name.starts_with("lastRetry.") || name == "item" || name.starts_with("item.");
}

void check_expression(const Expression& expression, Context& context) {
    for (const VariableUse& use : expression.variables) {
        const bool is_unknown = use.lookup.standing == front::Standing::kUnknown;
        if (!is_unknown || use.is_guarded || has_rule_of_its_own(use.name)) continue;
        if (!is_half_of_name(expression, use.range)) report_unknown(expression, use, context);
    }
    for (const expr::Finding& finding : expression.check.findings) {
        if (finding.kind == expr::FindingKind::kUnknownName) {
            report_root(expression, finding, context);
        } else if (finding.kind == expr::FindingKind::kUnknownField &&
                   finding.message.starts_with("there is no")) {
            report_field(expression, finding, context);
        }
    }
}

void check(const ir::Document& document, Context& context) {
    for (const Expression& expression : context.facts().sites(document).expressions)
        check_expression(expression, context);
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "variables in expressions that are not defined",
                 .doc = R"md(
Which variables an expression may name depends on its place: a template sees its own inputs and the
workflow's parameters, a step also what earlier steps left, `retryStrategy.expression` only
`lastRetry` and `retries`, `stopStrategy.expression` only `cronworkflow`. A name that does not exist
is nil: the tag stays as it is, or the run ends with an error.

What `??`, `?.` or a comparison with `nil` looks after is not reported.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: demo-}
spec:
  entrypoint: main
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [echo], args: ['{{= inputs.parameters.nope }}']}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: demo-}
spec:
  entrypoint: main
  templates:
  - name: main
    inputs: {parameters: [{name: name, value: you}]}
    container: {image: 'alpine:3.20', command: [echo], args: ['{{= inputs.parameters.name }}']}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::expr_unknown_variable
