// Triggers that create objects in another namespace, where their account may have no rights.
#include "analyzer/events.h"
#include "analyzer/facts.h"
#include "analyzer/rbac.h"

namespace tiphys::rules::trigger_crosses_namespaces {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view, std::string_view> kCrosses{
    "the object is made in `{}`, and no role there is bound to `{}` of `{}`"};

bool is_account(const k8s::Subject& subject, std::string_view binding_namespace,
                const Account& account) {
    const std::string_view name = ir::text_of(subject.name());
    if (ir::text_of(ir::scalar_as(subject.field("kind"))) == "Group") {
        return name == "system:serviceaccounts" ||
               name == "system:serviceaccounts:" + std::string(account.namespace_name);
    }
    const ir::Scalar* written = ir::scalar_as(subject.field("namespace"));
    const std::string_view theirs = written == nullptr ? binding_namespace : written->text;
    return name == account.name && (theirs.empty() || theirs == account.namespace_name);
}

/// The bindings of the account, in all namespaces.
std::vector<Grant> grants_of(const Account& account, const Rbac& rbac) {
    std::vector<Grant> found;
    for (const Grant& grant : rbac.grants()) {
        bool is_meant = false;
        for (const k8s::Subject* subject : subjects_of(*grant.binding)) {
            is_meant = is_meant || is_account(*subject, grant.binding->namespace_name, account);
        }
        if (is_meant) found.push_back(grant);
    }
    return found;
}

/// What they allow in a namespace.
std::vector<Grant> grants_in(const std::vector<Grant>& grants, std::string_view namespace_name) {
    std::vector<Grant> found;
    for (const Grant& grant : grants) {
        const std::string_view bound = grant.binding->namespace_name;
        if (grant.is_cluster_wide || bound.empty() || bound == namespace_name) {
            found.push_back(grant);
        }
    }
    return found;
}

void check_trigger(const events::Trigger& trigger, const Account& account, Context& context) {
    if (trigger.template_() == nullptr) return;
    const ir::Value* object = embedded_object(*trigger.template_());
    const ir::Scalar* target = ir::scalar_as(value_at(object, {"metadata", "namespace"}));
    if (target == nullptr || target->text.empty() || front::has_tag(target->text)) return;
    if (target->text == account.namespace_name || is_rewritten(&trigger, "namespace")) return;
    const std::vector<Need> needs = needs_of(trigger);
    if (needs.empty()) return;
    const std::vector<Grant> all = grants_of(account, context.facts().rbac());
    const std::vector<Grant> grants = grants_in(all, target->text);
    // A role elsewhere may be the one that allows it.
    if (!grants.empty() && (!is_complete(grants) || allows(grants, needs.front()))) return;
    Finding finding =
        context.report(kCrosses, target->span, target->text, account.name, account.namespace_name);
    if (!all.empty() && is_complete(all)) finding.severity(Severity::kWarning);
    for (const Grant& grant : all)
        finding.related(grant.binding->name_span, "bound here, for another namespace");
    finding.note("it needs " + words_for(needs))
        .help("bind a role in `" + std::string(target->text) +
              "` to the account: a RoleBinding "
              "there may name accounts of other namespaces");
}

void check(const events::Sensor& sensor, Context& context) {
    const ir::Document& document = *context.document();
    if (sensor.spec() == nullptr || document.namespace_name.empty()) return;
    const Account account = account_of(document, sensor.spec()->template_());
    // Of `default` trigger-default-sa speaks.
    if (account.name == "default") return;
    for (const events::Trigger* trigger : sensor.spec()->triggers())
        check_trigger(*trigger, account, context);
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kInfo,
                 .since = "0.1",
                 .summary = "triggers that create objects in another namespace",
                 .doc = R"md(
A sensor acts with the service account of its own namespace. To create an object in another one the
account needs a role there: a RoleBinding in the target's namespace that names the account with its
namespace. It is a warning where the files bind the account, and only elsewhere.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: on-push, namespace: argo-events}
spec:
  template: {serviceAccountName: submitter}
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
            metadata: {generateName: build-, namespace: ci}
            spec:
              entrypoint: main
              templates: [{name: main, container: {image: 'alpine:3.20', command: [make]}}]
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: on-push, namespace: argo-events}
spec:
  template: {serviceAccountName: submitter}
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
            metadata: {generateName: build-, namespace: ci}
            spec:
              entrypoint: main
              templates: [{name: main, container: {image: 'alpine:3.20', command: [make]}}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: submit, namespace: ci}
rules:
- {apiGroups: [argoproj.io], resources: [workflows], verbs: [create, list]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: submit, namespace: ci}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: submit}
subjects: [{kind: ServiceAccount, name: submitter, namespace: argo-events}]
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::trigger_crosses_namespaces
