// Endpoints and ports of one EventSource that exclude each other.
#include <map>

#include "analyzer/events.h"

namespace tiphys::rules::endpoint_collision {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view> kSame{"port {} already has an endpoint `{}`"};
constexpr Message<std::string_view, std::string_view, std::string_view> kPort{
    "port {} is taken by `{}`; `{}` cannot listen on it"};
constexpr Message<std::string_view> kReserved{"port {} is taken by the pod's metrics"};

struct Place {
    const ir::Scalar* value = nullptr;
    std::string_view source_type;
};

/// Argo: startServer in pkg/eventsources/common/webhook/webhook.go; each kind of source has a
/// controller, and so a server for each port, of its own.
void check(const events::EventSource& source, Context& context) {
    std::map<std::string_view, Place> ports;
    std::map<std::pair<std::string_view, std::string_view>, const ir::Scalar*> endpoints;
    for (const SourceEvent& event : events_of(source)) {
        const ir::Object* at = endpoint_of(event);
        if (at == nullptr) continue;
        const ir::Scalar* port = ir::scalar_as(at->field("port"));
        const ir::Scalar* endpoint = ir::scalar_as(at->field("endpoint"));
        if (port == nullptr || port->text.empty()) continue;
        if (port->text == "7777") {
            context.report(kReserved, port->span, port->text).help("choose another port");
        }
        const auto [first, is_new] = ports.try_emplace(port->text, Place{port, event.source_type});
        if (!is_new && first->second.source_type != event.source_type) {
            context
                .report(kPort, port->span, port->text, first->second.source_type, event.source_type)
                .related(first->second.value->span, "the other one")
                .note("each kind of source starts a server of its own; the second one fails, and "
                      "only the log says so")
                .help("choose another port");
            continue;
        }
        if (endpoint == nullptr || endpoint->text.empty()) continue;
        const auto [other, is_free] = endpoints.try_emplace({port->text, endpoint->text}, endpoint);
        if (is_free) continue;
        context.report(kSame, endpoint->span, port->text, endpoint->text)
            .related(other->second->span, "the other one")
            .help("choose another endpoint; only one of the two events is ever sent");
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "endpoints or ports of one EventSource that exclude each other",
                 .doc = R"md(
Of two events with the same port and endpoint only one gets the calls. Each kind of source listens
with a server of its own: a second kind on the same port fails, and only the log says so. Port 7777
belongs to the metrics.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: EventSource
metadata: {name: hooks}
spec:
  webhook:
    build: {endpoint: /hook, port: '12000', method: POST}
    deploy: {endpoint: /hook, port: '12000', method: POST}
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
                 .checks = {on<check>()}};

} // namespace tiphys::rules::endpoint_collision
