// Triggers that create an object of the same name at every event.
#include "analyzer/dest_path.h"
#include "analyzer/events.h"

namespace tiphys::rules::fixed_name_on_create {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kFixed{"each event creates an object called `{}`"};
constexpr Message<std::string_view> kNameless{"operation `{}` needs `metadata.name`"};

/// Whether a parameter writes the name of the object, or metadata as a whole.
bool is_name_written(const events::Trigger& trigger) {
    for (const ParameterUse& use : parameters_of(trigger)) {
        const DestPath path = split_dest(ir::text_of(use.parameter->dest()));
        if (path.is_query) return true;
        for (std::size_t i = 0; i < path.parts.size(); ++i) {
            if (path.parts[i].text != "metadata") continue;
            const bool is_whole = i + 1 == path.parts.size();
            if (is_whole || path.parts[i + 1].text == "name" ||
                path.parts[i + 1].text == "generateName") {
                return true;
            }
        }
    }
    return false;
}

void check(const events::Trigger& trigger, Context& context) {
    if (trigger.template_() == nullptr) return;
    const TriggerKind kind = kind_of(*trigger.template_());
    const ir::Value* object = embedded_object(*trigger.template_());
    if (object == nullptr || text_at(object, {"kind"}).empty() || is_name_written(trigger)) return;
    const std::string_view operation = text_at(kind.settings, {"operation"});
    const ir::Scalar* name = ir::scalar_as(value_at(object, {"metadata", "name"}));
    const bool has_name = name != nullptr && !name->text.empty();
    // A word that is no operation has a finding of its own.
    const bool is_word_of_k8s = kind.name != "k8s" && operation == "create";
    if (is_word_of_k8s) return;
    const bool creates = kind.name == "k8s" ? operation.empty() || operation == "create"
                                            : operation.empty() || operation == "submit";
    if (creates && has_name) {
        context.report(kFixed, context.span_in(*name, 0, name->text.size()), name->text)
            .note("the second event finds it there already, and the trigger fails until somebody "
                  "deletes it")
            .help("write `generateName: " + std::string(name->text) +
                  "-`, or have a parameter write `metadata.name`");
    } else if (!creates && !has_name) {
        // Argo: Execute in argo-workflow.go and standard-k8s.go look the object up by its name.
        context.report(kNameless, kind.name_span, operation)
            .severity(Severity::kError)
            .help("name the object, or have a parameter write `metadata.name`");
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "triggers that create the same object at every event",
                 .doc = R"md(
A trigger that creates an object with a fixed `metadata.name` works for the first event; for the next
one the object is there already. `generateName` gives each its own name. The other operations, which
look an object up, need its name.

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
            metadata: {name: build}
            spec: {workflowTemplateRef: {name: build}}
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
            spec: {workflowTemplateRef: {name: build}}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::fixed_name_on_create
