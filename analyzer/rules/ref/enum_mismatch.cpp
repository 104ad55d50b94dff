// Values that are not among those that a parameter allows.
// Argo: validateArgumentsValues; inputs of templates are not compared.
#include <algorithm>

#include "analyzer/context.h"
#include "analyzer/facts.h"
#include "analyzer/suggest.h"

namespace tiphys::rules::enum_mismatch {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view> kNotAmong{
    "`{}` is not among the values of `{}`"};

std::vector<std::string_view> allowed_by(const wf::Parameter& parameter) {
    std::vector<std::string_view> values;
    for (const ir::Scalar* value : parameter.enum_())
        values.push_back(value->text);
    return values;
}

/// Values with tags are known at run time only.
bool is_among(const std::vector<std::string_view>& values, std::string_view wanted) {
    return front::has_tag(wanted) || values.empty() ||
           std::find(values.begin(), values.end(), wanted) != values.end() ||
           std::any_of(values.begin(), values.end(), front::has_tag);
}

const wf::Parameter* find(const ir::ListOf<wf::Parameter>& list, std::string_view name) {
    for (const wf::Parameter* parameter : list) {
        if (ir::text_of(parameter->name()) == name) return parameter;
    }
    return nullptr;
}

Finding report(const ir::Scalar& value, std::string_view text, const wf::Parameter& declared,
               Context& context) {
    const Span span = context.span_in(value, 0, value.text.size());
    Finding finding = context.report(kNotAmong, span, text, ir::text_of(declared.name()));
    finding.related(declared.key_span_of("enum"), "the values are listed here");
    if (text == value.text) {
        suggest(finding, span, text, allowed_by(declared), "it takes");
    } else {
        finding.label("this is `" + std::string(text) + "`");
    }
    return finding;
}

/// Where a list and a value stand together.
void check_own(const wf::Parameter& parameter, bool is_rejected, Context& context) {
    const std::vector<std::string_view> values = allowed_by(parameter);
    for (const ir::Scalar* value : {parameter.value(), parameter.default_()}) {
        if (value == nullptr || is_among(values, value->text)) continue;
        Finding finding = report(*value, value->text, parameter, context);
        const bool is_checked = is_rejected && value == parameter.value();
        if (!is_checked) finding.severity(Severity::kWarning);
    }
}

/// A trigger's parameters replace what stands in a Sensor's workflow.
bool is_replaced(const Context& context) {
    return context.document() != nullptr && context.document()->kind == "Sensor";
}

void check_arguments(const wf::Arguments& arguments, Context& context) {
    if (is_replaced(context)) return;
    for (const wf::Parameter* parameter : arguments.parameters())
        check_own(*parameter, true, context);
}

void check_inputs(const wf::Inputs& inputs, Context& context) {
    for (const wf::Parameter* parameter : inputs.parameters())
        check_own(*parameter, false, context);
}

/// Arguments against the parameters that they fill.
void check_given(const wf::Arguments* given, const ir::ListOf<wf::Parameter>& declared,
                 const KnownValues& known, const front::FlowTemplate* inside, Context& context) {
    if (given == nullptr) return;
    for (const wf::Parameter* argument : given->parameters()) {
        const wf::Parameter* parameter = find(declared, ir::text_of(argument->name()));
        if (parameter == nullptr || argument->value() == nullptr || !parameter->enum_()) continue;
        const auto text = known.of(argument->value()->text, inside);
        if (!text.has_value() || is_among(allowed_by(*parameter), *text)) continue;
        report(*argument->value(), *text, *parameter, context).severity(Severity::kWarning);
    }
}

void check_flow(const front::Flow& flow, Context& context) {
    const KnownValues& known = context.facts().values(flow);
    const auto check_call = [&](const front::Callee& callee, const wf::Arguments* arguments,
                                const front::FlowTemplate* inside) {
        if (callee.target == nullptr || callee.target->inputs() == nullptr) return;
        check_given(arguments, callee.target->inputs()->parameters(), known, inside, context);
    };
    for (const auto& caller : flow.templates()) {
        for (const front::FlowNode& node : caller->nodes) {
            check_call(node.callee, node.call.arguments, caller.get());
            for (const front::FlowHook& hook : node.hooks)
                check_call(hook.callee, hook.call.arguments, caller.get());
        }
    }
    for (const front::FlowHook& hook : flow.hooks())
        check_call(hook.callee, hook.call.arguments, nullptr);
    if (flow.base().spec != nullptr && flow.base().spec->arguments() != nullptr) {
        check_given(flow.spec().arguments(), flow.base().spec->arguments()->parameters(), known,
                    nullptr, context);
    }
}

void check(const ir::Document& document, Context& context) {
    if (is_replaced(context)) return;
    for (const front::Flow* flow : context.facts().flows(document))
        check_flow(*flow, context);
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "values that are not among those that a parameter allows",
                 .doc = R"md(
`enum` lists the values of a parameter. Argo rejects an argument whose own `value` is not in its own
list. It does not compare what a call gives to a template's input, or what a workflow gives to its
WorkflowTemplate: such a value is a warning, since the list says that the template is not made for
it.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-}
spec:
  entrypoint: main
  arguments:
    parameters: [{name: level, value: trace, enum: [debug, info]}]
  templates:
  - name: main
    container: {image: 'golang:1.23', command: [build, '{{workflow.parameters.level}}']}
```

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-}
spec:
  entrypoint: main
  templates:
  - name: main
    steps:
    - - {name: go, template: work, arguments: {parameters: [{name: level, value: trace}]}}
  - name: work
    inputs: {parameters: [{name: level, enum: [debug, info]}]}
    container: {image: 'golang:1.23', command: [build, '{{inputs.parameters.level}}']}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-}
spec:
  entrypoint: main
  arguments:
    parameters: [{name: level, value: debug, enum: [debug, info]}]
  templates:
  - name: main
    container: {image: 'golang:1.23', command: [build, '{{workflow.parameters.level}}']}
```
)md",
                 .checks = {on<check_arguments>(), on<check_inputs>(), on_document(check)}};

} // namespace tiphys::rules::enum_mismatch
