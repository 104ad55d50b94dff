// Trigger parameters that add a workflow argument without a name.
#include <algorithm>
#include <set>

#include "analyzer/dest_path.h"
#include "analyzer/events.h"
#include "schemas/workflow.gen.h"

namespace tiphys::rules::dest_makes_nameless_argument {
namespace {
using namespace analyze;

constexpr Message<> kNameless{"this adds an argument without a name"};

/// `spec.arguments.parameters.N.…`: the text before the last part, and the list's index.
struct ArgumentPath {
    std::string element;
    std::size_t index = 0;
    bool is_append = false;
    std::string last;
};
std::optional<ArgumentPath> argument_path(std::string_view dest) {
    const DestPath path = split_dest(dest);
    const bool fits = !path.is_query && path.parts.size() == 5 && path.parts[0].text == "spec" &&
                      path.parts[1].text == "arguments" && path.parts[2].text == "parameters";
    if (!fits) return std::nullopt;
    const DestPart& number = path.parts[3];
    if (!number.is_append() && !number.index().has_value()) return std::nullopt;
    return ArgumentPath{std::string(dest.substr(0, number.end)), number.index().value_or(0),
                        number.is_append(), path.parts[4].text};
}

void check(const events::Trigger& trigger, Context& context) {
    if (trigger.template_() == nullptr) return;
    const auto* workflow = ir::object_as<wf::Workflow>(embedded_object(*trigger.template_()));
    if (workflow == nullptr) return;
    const ir::List* written = ir::list_as(value_at(workflow, {"spec", "arguments", "parameters"}));
    const std::size_t n_written = written == nullptr ? 0 : written->items.size();
    std::set<std::string> named;
    for (const ParameterUse& use : parameters_of(trigger)) {
        const auto path = argument_path(ir::text_of(use.parameter->dest()));
        if (path && path->last == "name") named.insert(path->element);
    }
    for (const ParameterUse& use : parameters_of(trigger)) {
        if (use.target != ParameterTarget::kObject) continue;
        const auto path = argument_path(ir::text_of(use.parameter->dest()));
        if (!path || path->last == "name" || named.contains(path->element)) continue;
        // A gap is the business of dest-path-invalid.
        const bool is_new = path->is_append || path->index == n_written;
        if (!is_new) continue;
        const ir::Scalar& dest = *use.parameter->dest();
        context.report(kNameless, context.span_in(dest, 0, dest.text.size()))
            .note("a template's parameters are matched by name, not by place, so this one counts "
                  "for nothing")
            .help("declare the parameter in `spec.arguments.parameters` with its name; the event's "
                  "value then goes into `value`");
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "trigger parameters that add a workflow argument without a name",
                 .doc = R"md(
A `dest` such as `spec.arguments.parameters.0.value` counts the arguments that are written in the
sensor. Behind the last one it adds an argument that has a value but no name; names that the
WorkflowTemplate declares are not filled by it. Argo refuses the workflow.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: on-push}
spec:
  template: {serviceAccountName: build}
  dependencies: [{name: push, eventSourceName: github, eventName: push}]
  triggers:
  - template:
      name: build
      argoWorkflow:
        operation: submit
        source:
          resource:
            apiVersion: argoproj.io/v1alpha1
            kind: Workflow
            metadata: {generateName: build-}
            spec: {workflowTemplateRef: {name: build}}
        parameters:
        - {src: {dependencyName: push, dataKey: body.ref}, dest: spec.arguments.parameters.0.value}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: on-push}
spec:
  template: {serviceAccountName: build}
  dependencies: [{name: push, eventSourceName: github, eventName: push}]
  triggers:
  - template:
      name: build
      argoWorkflow:
        operation: submit
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
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::dest_makes_nameless_argument
