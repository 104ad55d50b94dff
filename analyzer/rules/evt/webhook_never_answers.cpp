// Webhooks that refuse every call.
#include "analyzer/edits.h"
#include "analyzer/events.h"

namespace tiphys::rules::webhook_never_answers {
namespace {
using namespace analyze;

constexpr Message<> kNoMethod{"this webhook has no method, and refuses every call"};
constexpr Message<std::string_view> kMethod{"webhooks with the method `{}` refuse every call"};
constexpr Message<std::string_view> kPath{"endpoint `{}` does not begin with a slash"};

/// Argo: HandleRoute and GetBody in pkg/eventsources/sources/webhook/start.go.
void check_method(const events::WebhookEventSource& webhook, Context& context) {
    const ir::Scalar* method = webhook.method();
    if (method == nullptr || method->text.empty()) {
        if (!webhook.unknown.empty()) return;
        Finding finding = context.report(kNoMethod, context.headline());
        finding.help("add `method: POST`");
        const ir::Entry* port = webhook.entry("port");
        if (port != nullptr && method == nullptr) {
            finding.unsafe_fix("add `method: POST`",
                               {insert_after(context, webhook, *port, "method: POST")});
        }
        return;
    }
    if (method->text == "POST" || method->text == "GET") return;
    context.report(kMethod, method->span, method->text).help("write `POST` or `GET`, in capitals");
}

/// gorilla/mux never matches another path.
void check_endpoint(const ir::Object& at, Context& context) {
    const ir::Scalar* endpoint = ir::scalar_as(at.field("endpoint"));
    if (endpoint == nullptr || endpoint->text.empty() || endpoint->text.starts_with('/')) return;
    const std::string path = "/" + std::string(endpoint->text);
    context.report(kPath, endpoint->span, endpoint->text)
        .help("write `" + path + "`")
        .safe_fix("write `" + path + "`", {replace_value(*endpoint, plain_or_quoted(path))});
}
void check_webhook(const events::WebhookEventSource& webhook, Context& context) {
    check_endpoint(webhook, context);
}
void check_context(const events::WebhookContext& webhook, Context& context) {
    check_endpoint(webhook, context);
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "webhooks that refuse every call",
                 .doc = R"md(
A source of kind `webhook` takes calls whose method is the one that it names, and can read only `POST`
and `GET`. Without a method, or with another one, every call is refused. So is it where the endpoint
does not begin with a slash.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: EventSource
metadata: {name: hooks}
spec:
  webhook:
    build: {endpoint: /build, port: '12000', method: PUT}
    deploy: {endpoint: deploy, port: '12000', method: POST}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: EventSource
metadata: {name: hooks}
spec:
  webhook:
    build: {endpoint: /build, port: '12000', method: POST}
    deploy: {endpoint: /deploy, port: '12000', method: POST}
```
)md",
                 .checks = {on<check_method>(), on<check_webhook>(), on<check_context>()}};

} // namespace tiphys::rules::webhook_never_answers
