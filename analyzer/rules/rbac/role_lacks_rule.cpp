// Service accounts that may not do what their workflow, sensor or event source needs.
#include <algorithm>
#include <map>

#include "analyzer/events.h"
#include "analyzer/facts.h"
#include "analyzer/rbac.h"

namespace tiphys::rules::role_lacks_rule {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view, std::string_view> kLacks{
    "service account `{}` lacks {}, which {} needs"};

/// Says which needs an account lacks, once for each place.
class Comparison {
public:
    explicit Comparison(Context& context) : context_(context), rbac_(context.facts().rbac()) {}

    void compare(const Account& account, Span place, const std::vector<Need>& needs) {
        const std::vector<Grant> grants = rbac_.grants_of(account);
        // Without a binding here it has one elsewhere, or none that we could judge.
        if (grants.empty() || !is_complete(grants)) return;
        std::vector<Need> missing;
        for (const Need& need : needs) {
            if (!allows(grants, need)) missing.push_back(need);
        }
        if (missing.empty()) return;
        Finding finding = context_.report(kLacks, place, account.name, words_for(missing),
                                          missing.front().reason);
        bool is_near = true;
        for (const Grant& grant : grants) {
            finding.related(grant.role->name_span, "its role");
            is_near =
                is_near && is_same_folder(context_, grant.role->file, context_.document()->file);
        }
        // Rights add up, and the cluster may hold more bindings than the project.
        if (!is_near) finding.severity(Severity::kWarning);
        finding.help("add to the role: " + rule_text(missing));
    }

private:
    static std::string rule_text(const std::vector<Need>& missing) {
        std::string text;
        for (std::size_t i = 0; i < missing.size();) {
            std::string verbs;
            std::size_t next = i;
            for (; next < missing.size() && missing[next].resource == missing[i].resource; ++next)
                verbs += (verbs.empty() ? "" : ", ") + std::string(missing[next].verb);
            if (!text.empty()) text += " and ";
            text += "`{apiGroups: [\"" + std::string(missing[i].group) + "\"], resources: [" +
                    missing[i].resource + "], verbs: [" + verbs + "]}`";
            i = next;
        }
        return text;
    }

    Context& context_;
    const Rbac& rbac_;
};

/// What is made in another namespace needs rights there, of which trigger-crosses-namespaces
/// speaks.
bool is_made_elsewhere(const events::Trigger& trigger, const ir::Document& document) {
    if (trigger.template_() == nullptr) return false;
    const std::string_view target =
        text_at(embedded_object(*trigger.template_()), {"metadata", "namespace"});
    return !target.empty() && target != document.namespace_name;
}

void check_sensor(const events::SensorSpec& spec, const ir::Document& document,
                  Comparison& comparison) {
    const Account account = account_of(document, spec.template_());
    for (const events::Trigger* trigger : spec.triggers()) {
        if (trigger->template_() == nullptr || trigger->template_()->name() == nullptr) continue;
        if (is_made_elsewhere(*trigger, document)) continue;
        const std::vector<Need> needs = needs_of(*trigger);
        // Of `default` trigger-default-sa speaks.
        if (needs.empty() || account.name == "default") continue;
        comparison.compare(account, trigger->template_()->name()->span, needs);
    }
}

void check_flow(const front::Flow& flow, Comparison& comparison, const Context& context) {
    std::map<const ir::Scalar*, std::vector<Need>> needs;
    for (const auto& source : flow.templates()) {
        const ir::Scalar* name = account_name_of(flow, *source);
        if (name == nullptr || front::has_tag(name->text)) continue;
        std::vector<Need>& all = needs[name];
        for (Need& need : needs_of(*source, context)) {
            const bool is_new = std::none_of(all.begin(), all.end(), [&](const Need& known) {
                return known.resource == need.resource && known.verb == need.verb &&
                       known.group == need.group;
            });
            if (is_new) all.push_back(std::move(need));
        }
    }
    // A workflow that only names a WorkflowTemplate runs pods, too.
    const ir::Scalar* own = ir::scalar_as(flow.spec().field("serviceAccountName"));
    const bool is_bare = own != nullptr && flow.templates().empty() && flow.has_base();
    if (is_bare) {
        needs[own] = {{"argoproj.io", "workflowtaskresults", "create", "the executor"},
                      {"argoproj.io", "workflowtaskresults", "patch", "the executor"}};
    }
    std::vector<const ir::Scalar*> names;
    for (const auto& [name, all] : needs) {
        if (!all.empty()) names.push_back(name);
    }
    std::sort(names.begin(), names.end(), [](const ir::Scalar* a, const ir::Scalar* b) {
        return a->span.begin < b->span.begin;
    });
    const std::string_view namespace_name = front::namespace_of(flow.place());
    for (const ir::Scalar* name : names)
        comparison.compare({namespace_name, name->text}, name->span, needs[name]);
}

void check(const ir::Document& document, Context& context) {
    if (!context.project().defines_any("RoleBinding") &&
        !context.project().defines_any("ClusterRoleBinding")) {
        return;
    }
    Comparison comparison(context);
    if (const auto* sensor = ir::object_as<events::Sensor>(document.root)) {
        if (sensor->spec() != nullptr) check_sensor(*sensor->spec(), document, comparison);
    }
    if (const auto* source = ir::object_as<events::EventSource>(document.root)) {
        const std::vector<Need> needs = needs_of(*source);
        const events::Template* pod =
            source->spec() == nullptr ? nullptr : source->spec()->template_();
        const Account account = account_of(document, pod);
        if (!needs.empty() && account.name != "default") {
            comparison.compare(account, document.name_span, needs);
        }
    }
    for (const front::Flow* flow : context.facts().flows(document))
        check_flow(*flow, comparison, context);
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "service accounts that lack a right which is needed",
                 .doc = R"md(
Every pod of a workflow reports its results as a WorkflowTaskResult, so its service account needs
`create` and `patch` on them; `resource` templates need rights to their kind, triggers to what they
create, event sources of kind `resource` to what they watch. Where the project binds an account to
roles, and has all of them, what they lack is found here. It is a warning where the roles stand in
another folder: more of them may.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-, namespace: ci}
spec:
  serviceAccountName: build
  entrypoint: main
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [echo, hello]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: build, namespace: ci}
rules: [{apiGroups: [''], resources: [pods], verbs: [get, watch]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: build, namespace: ci}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: build}
subjects: [{kind: ServiceAccount, name: build}]
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-, namespace: ci-2}
spec:
  serviceAccountName: build
  entrypoint: main
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [echo, hello]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: build, namespace: ci-2}
rules: [{apiGroups: [argoproj.io], resources: [workflowtaskresults], verbs: [create, patch]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: build, namespace: ci-2}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: build}
subjects: [{kind: ServiceAccount, name: build}]
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::role_lacks_rule
