// Roles that allow what does not exist: verbs and kinds that no request has.
// Kubernetes: pkg/registry/rbac/validation/rule.go compares them as texts.
#include <algorithm>
#include <array>
#include <cctype>

#include "analyzer/rbac.h"
#include "analyzer/suggest.h"
#include "compiler/base/nearest.h"

namespace tiphys::rules::unknown_right {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kVerb{"no request has the verb `{}`"};
constexpr Message<std::string_view> kResource{"`{}` is no name of a kind in roles"};

constexpr std::array<std::string_view, 15> kVerbs{
    "get",  "list", "watch",    "create",      "update",  "patch", "delete", "deletecollection",
    "bind", "use",  "escalate", "impersonate", "approve", "sign",  "attest"};

/// The plural names of kinds that roles around Argo are about.
constexpr std::array<std::string_view, 40> kPlurals{"workflows",
                                                    "workflowtemplates",
                                                    "clusterworkflowtemplates",
                                                    "cronworkflows",
                                                    "workfloweventbindings",
                                                    "workflowtaskresults",
                                                    "workflowtasksets",
                                                    "workflowartifactgctasks",
                                                    "eventsources",
                                                    "sensors",
                                                    "eventbus",
                                                    "pods",
                                                    "pods/log",
                                                    "pods/exec",
                                                    "services",
                                                    "secrets",
                                                    "configmaps",
                                                    "events",
                                                    "serviceaccounts",
                                                    "persistentvolumeclaims",
                                                    "persistentvolumes",
                                                    "namespaces",
                                                    "nodes",
                                                    "endpoints",
                                                    "resourcequotas",
                                                    "limitranges",
                                                    "replicationcontrollers",
                                                    "deployments",
                                                    "daemonsets",
                                                    "replicasets",
                                                    "statefulsets",
                                                    "jobs",
                                                    "cronjobs",
                                                    "ingresses",
                                                    "networkpolicies",
                                                    "roles",
                                                    "rolebindings",
                                                    "clusterroles",
                                                    "leases",
                                                    "poddisruptionbudgets"};

std::string lower_case(std::string_view text) {
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return lower;
}

template <std::size_t N>
bool has(const std::array<std::string_view, N>& words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

/// The plural that a kind, a singular or a short name stands for; empty where it may be a kind of
/// somebody else's.
std::string plural_of(std::string_view written) {
    if (has(kPlurals, written)) return {};
    const std::string lower = lower_case(written);
    for (const std::string& guess : {lower, lower + "s", lower + "es"}) {
        if (has(kPlurals, guess)) return guess;
    }
    return {};
}

void offer(const ir::Scalar& scalar, const std::string& meant, Context& context, Finding& finding) {
    const Span span = context.span_in(scalar, 0, scalar.text.size());
    finding.help("did you mean `" + meant + "`?")
        .safe_fix("write `" + meant + "`", {{span, meant}});
}

void check_verb(const ir::Scalar& verb, Context& context) {
    if (verb.text == "*" || verb.text.empty() || has(kVerbs, verb.text)) return;
    const std::string_view near = nearest_name(verb.text, kVerbs);
    Finding finding = context.report(kVerb, context.span_in(verb, 0, verb.text.size()), verb.text);
    if (near.empty()) {
        finding.help("verbs are `get`, `list`, `watch`, `create`, `update`, `patch`, `delete` and "
                     "`deletecollection`, in lower case");
    } else {
        offer(verb, std::string(near), context, finding);
    }
}

void check_resource(const ir::Scalar& resource, Context& context) {
    const std::string plural = plural_of(resource.text);
    if (plural.empty()) return;
    Finding finding = context.report(kResource, context.span_in(resource, 0, resource.text.size()),
                                     resource.text);
    finding.note("roles name kinds by their plural, in lower case");
    offer(resource, plural, context, finding);
}

void check(const k8s::PolicyRule& rule, Context& context) {
    for (const ir::Scalar* verb : rule.verbs())
        check_verb(*verb, context);
    for (const ir::Scalar* resource : rule.resources())
        check_resource(*resource, context);
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "roles with verbs or kinds that no request has",
                 .doc = R"md(
A role is a list of words, which Kubernetes compares with those of a request and never checks. Kinds
are meant by their plural in lower case, verbs in lower case; `workflow` and `Get` allow nothing.

```yaml bad
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: build}
rules: [{apiGroups: [argoproj.io], resources: [workflow], verbs: [Get]}]
```

```yaml good
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: build}
rules: [{apiGroups: [argoproj.io], resources: [workflows], verbs: [get]}]
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::unknown_right
