// Webhooks that believe whoever calls.
#include "analyzer/events.h"
#include "compiler/front/resolve.h"

namespace tiphys::rules::webhook_unauthenticated {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kOpen{"anybody who reaches `{}` can send this event"};

/// The field by which callers of a kind of source prove who they are, beside `authSecret`; empty
/// for kinds that have none, and nothing for those that always check.
/// Argo: start.go of each folder below pkg/eventsources/sources.
std::optional<std::string_view> proof_of(std::string_view source_type) {
    if (source_type == "github" || source_type == "bitbucketserver") return "webhookSecret";
    if (source_type == "gitlab") return "secretToken";
    if (source_type == "sns") return "validateSignature";
    if (source_type == "slack") return std::nullopt;
    return "";
}

void check(const events::EventSource& source, Context& context) {
    for (const SourceEvent& event : events_of(source)) {
        const ir::Object* at = endpoint_of(event);
        if (at == nullptr || is_given(*at, "authSecret")) continue;
        const std::optional<std::string_view> proof = proof_of(event.source_type);
        if (!proof) continue;
        const ir::Scalar* flag =
            proof->empty() ? nullptr : ir::scalar_as(event.settings->field(*proof));
        const bool is_flag_set = flag != nullptr && front::is_true(flag);
        const bool is_secret_set =
            !proof->empty() && flag == nullptr && is_given(*event.settings, *proof);
        if (is_flag_set || is_secret_set) continue;
        const ir::Scalar* endpoint = ir::scalar_as(at->field("endpoint"));
        Finding finding =
            context.report(kOpen, event.name_span, endpoint == nullptr ? "it" : endpoint->text);
        if (proof->empty()) {
            finding.help("add `authSecret`, a Secret with a token that callers send in the header "
                         "`Authorization`");
        } else if (*proof == "validateSignature") {
            finding.help("add `validateSignature: true`");
        } else {
            finding.help("add `" + std::string(*proof) + "`, the Secret that is set at the sender");
        }
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "webhooks that believe whoever calls",
                 .doc = R"md(
Events start workflows with the rights of a sensor. A webhook without `authSecret` (a bearer token),
and without the secret of its own kind, `webhookSecret` of GitHub and Bitbucket Server, `secretToken`
of GitLab, `validateSignature` of SNS, takes an event from anybody who reaches the port. Bitbucket,
Gerrit, Stripe and StorageGRID sources check no signature, so only `authSecret` helps there.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: EventSource
metadata: {name: hooks}
spec:
  webhook:
    build: {endpoint: /build, port: '12000', method: POST}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: EventSource
metadata: {name: hooks}
spec:
  webhook:
    build:
      endpoint: /build
      port: '12000'
      method: POST
      authSecret: {name: hooks, key: token}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::webhook_unauthenticated
