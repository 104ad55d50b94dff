// Sensors and event sources that work on the cluster with the default service account.
#include "analyzer/facts.h"
#include "analyzer/rbac.h"

namespace tiphys::rules::trigger_default_sa {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kDefault{"{} acts with the service account `default`"};

bool is_bound(const ir::Document& document, const std::vector<Need>& needs, Context& context) {
    const Rbac& rbac = context.facts().rbac();
    const std::vector<Grant> grants = rbac.grants_of({document.namespace_name, "default"});
    for (const Need& need : needs) {
        if (!allows(grants, need)) return false;
    }
    return true;
}

void check_sensor(const events::Sensor& sensor, Context& context) {
    if (sensor.spec() == nullptr) return;
    const ir::Document& document = *context.document();
    if (account_of(document, sensor.spec()->template_()).name != "default") return;
    for (const events::Trigger* trigger : sensor.spec()->triggers()) {
        const std::vector<Need> needs = needs_of(*trigger);
        if (needs.empty() || is_bound(document, needs, context)) continue;
        const ir::Scalar* name = trigger->template_()->name();
        if (name == nullptr) continue;
        const std::string words = "trigger `" + std::string(name->text) + "`";
        context.report(kDefault, name->span, words)
            .note("it needs " + words_for(needs) + ", which `default` does not have by itself")
            .help("name an account with that right in `spec.template.serviceAccountName`");
    }
}

void check_source(const events::EventSource& source, Context& context) {
    if (source.spec() == nullptr) return;
    const ir::Document& document = *context.document();
    if (account_of(document, source.spec()->template_()).name != "default") return;
    const std::vector<Need> needs = needs_of(source);
    if (needs.empty() || is_bound(document, needs, context)) return;
    context.report(kDefault, document.name_span, "this EventSource")
        .note("it needs " + words_for(needs) + ", which `default` does not have by itself")
        .help("name an account with that right in `spec.template.serviceAccountName`");
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "triggers that act with the service account `default`",
                 .doc = R"md(
Triggers that create or change Kubernetes objects, and event sources that watch them, do so with the
service account of their pod. `default` has no rights unless somebody gave it some, and then every
other pod of the namespace has them as well.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: on-push}
spec:
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

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: on-push}
spec:
  template: {serviceAccountName: submit-builds}
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
                 .checks = {on<check_sensor>(), on<check_source>()}};

} // namespace tiphys::rules::trigger_default_sa
