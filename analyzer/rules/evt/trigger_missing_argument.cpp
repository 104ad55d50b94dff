// Workflows in sensors that lack an argument which their template needs.
#include <algorithm>

#include "analyzer/dest_path.h"
#include "analyzer/events.h"
#include "analyzer/facts.h"

namespace tiphys::rules::trigger_missing_argument {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view> kMissing{"{} needs the parameter `{}`"};

bool has_value(const wf::Parameter& parameter) {
    for (const std::string_view field : {"value", "default", "valueFrom"}) {
        const ir::Value* value = parameter.field(field);
        if (value != nullptr && !ir::is_null(*value)) return true;
    }
    return false;
}

bool names(const wf::Arguments* arguments, std::string_view wanted) {
    if (arguments == nullptr) return false;
    for (const wf::Parameter* parameter : arguments->parameters()) {
        if (ir::text_of(parameter->name()) == wanted) return true;
    }
    return false;
}

/// A parameter of the trigger may add arguments, or write their names.
bool may_add_arguments(const events::Trigger& trigger) {
    for (const ParameterUse& use : parameters_of(trigger)) {
        if (use.target == ParameterTarget::kTemplate) return true;
        const DestPath path = split_dest(ir::text_of(use.parameter->dest()));
        const std::size_t n_parts = path.parts.size();
        const bool is_in_arguments =
            n_parts >= 2 && path.parts[0].text == "spec" && path.parts[1].text == "arguments";
        if (path.is_query || n_parts < 2) return true;
        if (is_in_arguments && (n_parts < 5 || path.parts[4].text == "name")) return true;
    }
    return false;
}

/// With `-p` the arguments come from the command line.
bool has_command_arguments(const events::TriggerTemplate& body) {
    const ir::List* args = ir::list_as(value_at(kind_of(body).settings, {"args"}));
    return args != nullptr && !args->items.empty();
}

/// What declares the parameters, in words, and where the workflow names it.
struct Callee {
    std::string words;
    Span span;
    Severity severity = Severity::kError;
};

template <class List>
void report_missing(const List& wanted, const front::Flow& flow, const Callee& callee,
                    Context& context) {
    for (const wf::Parameter* parameter : wanted) {
        if (parameter->name() == nullptr || has_value(*parameter)) continue;
        if (names(flow.spec().arguments(), parameter->name()->text)) continue;
        context.report(kMissing, callee.span, callee.words, parameter->name()->text)
            .severity(callee.severity)
            .related(parameter->name()->span, "declared here, without a value")
            .help(
                "declare it in the workflow's `spec.arguments.parameters`, with a value or with a "
                "trigger parameter that writes one");
    }
}

void check_flow(const front::Flow& flow, Context& context) {
    const wf::WorkflowTemplateRef* reference = flow.spec().workflow_template_ref();
    if (reference == nullptr || reference->name() == nullptr) {
        const front::Callee& start = flow.entrypoint();
        if (start.resolution != front::Resolution::kFound || start.target->inputs() == nullptr)
            return;
        const ir::Scalar* name = flow.spec().entrypoint();
        if (name == nullptr) return;
        // The event may name another entrypoint.
        report_missing(
            start.target->inputs()->parameters(), flow,
            {"template `" + std::string(name->text) + "`", name->span, Severity::kWarning},
            context);
        return;
    }
    if (flow.base().spec == nullptr || flow.base().spec->arguments() == nullptr) return;
    report_missing(flow.base().spec->arguments()->parameters(), flow,
                   {"WorkflowTemplate `" + std::string(reference->name()->text) + "`",
                    reference->name()->span},
                   context);
}

void check(const events::Trigger& trigger, Context& context) {
    if (trigger.template_() == nullptr) return;
    const ir::Value* object = embedded_object(*trigger.template_());
    if (object == nullptr || may_add_arguments(trigger)) return;
    if (has_command_arguments(*trigger.template_())) return;
    for (const front::Flow* flow : context.facts().flows(*context.document())) {
        const bool is_workflow = flow->place().owner->type->id == wf::Workflow::kType;
        if (flow->place().owner == object && is_workflow) check_flow(*flow, context);
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "workflows in sensors that lack an argument",
                 .doc = R"md(
A workflow that a sensor creates gets its arguments from `spec.arguments` in the sensor; trigger
parameters may replace their values. What the WorkflowTemplate, or the template at `entrypoint`,
declares without a value must stand there. Otherwise Argo refuses the workflow at each event. For the
template at `entrypoint`, which an event may change, it is a warning.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata: {name: build}
spec:
  entrypoint: main
  arguments: {parameters: [{name: ref}, {name: image}]}
  templates:
  - name: main
    container: {image: '{{workflow.parameters.image}}', command: [echo, '{{workflow.parameters.ref}}']}
---
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: on-push}
spec:
  template: {serviceAccountName: build}
  dependencies: [{name: push, eventSourceName: github, eventName: push}]
  triggers:
  - template:
      name: build
      k8s:
        operation: create
        source:
          resource:
            apiVersion: argoproj.io/v1alpha1
            kind: Workflow
            metadata: {generateName: build-}
            spec:
              arguments: {parameters: [{name: ref, value: main}]}
              workflowTemplateRef: {name: build}
        parameters:
        - {src: {dependencyName: push, dataKey: body.ref}, dest: spec.arguments.parameters.0.value}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata: {name: build}
spec:
  entrypoint: main
  arguments: {parameters: [{name: ref}, {name: image, value: 'alpine:3.20'}]}
  templates:
  - name: main
    container: {image: '{{workflow.parameters.image}}', command: [echo, '{{workflow.parameters.ref}}']}
---
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: on-push}
spec:
  template: {serviceAccountName: build}
  dependencies: [{name: push, eventSourceName: github, eventName: push}]
  triggers:
  - template:
      name: build
      k8s:
        operation: create
        source:
          resource:
            apiVersion: argoproj.io/v1alpha1
            kind: Workflow
            metadata: {generateName: build-}
            spec:
              arguments: {parameters: [{name: ref}]}
              workflowTemplateRef: {name: build}
        parameters:
        - {src: {dependencyName: push, dataKey: body.ref}, dest: spec.arguments.parameters.0.value}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::trigger_missing_argument
