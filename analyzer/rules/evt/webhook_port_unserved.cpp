// Ports of webhooks that no Service port leads to.
#include <set>

#include "analyzer/events.h"

namespace tiphys::rules::webhook_port_unserved {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kUnserved{"no port of `service` leads to port {}"};
constexpr Message<std::string_view> kUnused{"nothing listens on port {}"};
constexpr Message<std::string_view> kNoService{"no Service leads to port {}"};

struct Ports {
    std::set<std::string_view> targets;
    std::vector<const ir::Scalar*> places;
    bool has_names = false;
};

Ports targets_of(const events::EventSourceSpec& spec) {
    Ports ports;
    const ir::List* list = ir::list_as(value_at(&spec, {"service", "ports"}));
    if (list == nullptr) return ports;
    for (const ir::Value* item : list->items) {
        const ir::Scalar* target = ir::scalar_as(value_at(item, {"targetPort"}));
        if (target == nullptr) target = ir::scalar_as(value_at(item, {"port"}));
        if (target == nullptr) continue;
        // The container has no named ports, but a template may give it some.
        if (target->text.find_first_not_of("0123456789") != target->text.npos) {
            ports.has_names = true;
        }
        ports.targets.insert(target->text);
        ports.places.push_back(target);
    }
    return ports;
}

void check(const events::EventSource& source, Context& context) {
    if (source.spec() == nullptr) return;
    const Ports ports = targets_of(*source.spec());
    if (ports.has_names) return;
    std::set<std::string_view> listening;
    for (const SourceEvent& event : events_of(source)) {
        const ir::Object* at = endpoint_of(event);
        if (at == nullptr) continue;
        const ir::Scalar* port = ir::scalar_as(at->field("port"));
        if (port == nullptr || port->text.empty() || !listening.insert(port->text).second) continue;
        if (ports.targets.contains(port->text)) continue;
        if (ports.targets.empty()) {
            context.report(kNoService, port->span, port->text)
                .severity(Severity::kInfo)
                .help("add `spec.service.ports`, or make a Service with the label "
                      "`eventsource-name`");
        } else {
            context.report(kUnserved, port->span, port->text)
                .related(ports.places.front()->span, "the Service's target")
                .help("add it to `spec.service.ports`");
        }
    }
    if (listening.empty()) return;
    for (const ir::Scalar* place : ports.places) {
        if (listening.contains(place->text)) continue;
        context.report(kUnused, place->span, place->text)
            .help("write the `port` of a source, or leave it out");
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "ports of webhooks that no Service port leads to",
                 .doc = R"md(
`spec.service` makes a Service in front of the EventSource. A webhook on a port that is not among its
targets cannot be reached through it, and a target on which nothing listens answers nobody. Without
any Service (information only) somebody else must make one.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: EventSource
metadata: {name: hooks}
spec:
  service: {ports: [{port: 80, targetPort: 12000}]}
  webhook:
    build: {endpoint: /build, port: '13000', method: POST}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: EventSource
metadata: {name: hooks}
spec:
  service: {ports: [{port: 80, targetPort: 12000}]}
  webhook:
    build: {endpoint: /build, port: '12000', method: POST}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::webhook_port_unserved
