// TLS and sign-in settings of which a half is missing.
#include "analyzer/events.h"
#include "compiler/front/resolve.h"

namespace tiphys::rules::incomplete_tls_config {
namespace {
using namespace analyze;

constexpr Message<> kEmpty{"these TLS settings set nothing up"};
constexpr Message<std::string_view, std::string_view> kHalf{"`{}` is useless without `{}`"};
constexpr Message<std::string_view> kNoCertificate{"`secure` needs `{}`"};

void check_pair(const ir::Object& object, std::string_view a, std::string_view b,
                Context& context) {
    if (is_given(object, a) == is_given(object, b)) return;
    const bool has_first = is_given(object, a);
    const std::string_view there = has_first ? a : b;
    const std::string_view missing = has_first ? b : a;
    context.report(kHalf, object.key_span_of(there), there, missing)
        .help("add `" + std::string(missing) + "`");
}

/// Argo: ValidateTLSConfig in pkg/apis/events/v1alpha1/validate.go.
void check_tls(const events::TLSConfig& tls, Context& context) {
    if (front::is_true(tls.insecure_skip_verify())) return;
    check_pair(tls, "clientCertSecret", "clientKeySecret", context);
    for (const std::string_view field :
         {"caCertSecret", "clientCertSecret", "clientKeySecret", "caCertPath", "clientCertPath"}) {
        if (is_given(tls, field)) return;
    }
    if (front::is_true(tls.enabled()) || !tls.unknown.empty()) return;
    context.report(kEmpty, context.headline())
        .help("give `caCertSecret`, or `clientCertSecret` and `clientKeySecret`, or write "
              "`enabled: true` to trust the system's authorities");
}

/// Argo: ValidateBasicAuth. An empty one is refused as well as a half.
void check_basic(const events::BasicAuth& auth, Context& context) {
    check_pair(auth, "username", "password", context);
}

/// With one of them alone the endpoint is served without TLS.
/// Argo: startServer in pkg/eventsources/common/webhook/webhook.go.
void check_server(const ir::Object& endpoint, Context& context) {
    check_pair(endpoint, "serverCertSecret", "serverKeySecret", context);
}
void check_webhook(const events::WebhookEventSource& webhook, Context& context) {
    check_server(webhook, context);
}
void check_context(const events::WebhookContext& webhook, Context& context) {
    check_server(webhook, context);
}

/// Argo: validateCustomTrigger in pkg/reconciler/sensor/validate.go.
void check_custom(const events::CustomTrigger& trigger, Context& context) {
    if (!front::is_true(trigger.secure()) || is_given(trigger, "certSecret")) return;
    context.report(kNoCertificate, trigger.key_span_of("secure"), "certSecret")
        .help("name the secret with the server's certificate");
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "TLS and sign-in settings of which a half is missing",
                 .doc = R"md(
A client certificate needs its key, a user name its password; the controller refuses one without the
other, and an empty `tls`. A webhook with `serverCertSecret` but no `serverKeySecret` is served
without TLS, which is worse.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: EventSource
metadata: {name: hooks}
spec:
  webhook:
    build:
      endpoint: /build
      port: '12000'
      method: POST
      serverCertSecret: {name: tls, key: tls.crt}
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
      serverCertSecret: {name: tls, key: tls.crt}
      serverKeySecret: {name: tls, key: tls.key}
```
)md",
                 .checks = {on<check_tls>(), on<check_basic>(), on<check_webhook>(),
                            on<check_context>(), on<check_custom>()}};

} // namespace tiphys::rules::incomplete_tls_config
