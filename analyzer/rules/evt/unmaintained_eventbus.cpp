// Event buses on NATS Streaming.
#include "analyzer/events.h"

namespace tiphys::rules::unmaintained_eventbus {
namespace {
using namespace analyze;

constexpr Message<> kStreaming{"NATS Streaming is not maintained any more"};
constexpr Message<> kOpen{"everybody in the cluster can read and write this bus"};

void check_bus(const events::EventBusSpec& spec, Context& context) {
    if (spec.nats() == nullptr) return;
    context.report(kStreaming, spec.key_span_of("nats"))
        .help("use `jetstream`; a bus is replaced, not changed: make a new one, then move "
              "EventSources and sensors with `eventBusName`");
}

/// Argo: NATSEventBus in pkg/reconciler/eventbus/installer/nats.go; absent means none.
void check_sign_in(const events::NativeStrategy& bus, Context& context) {
    const std::string_view auth = ir::text_of(bus.auth());
    if (auth == "token") return;
    const Span span = bus.auth() == nullptr ? context.headline() : bus.auth()->span;
    context.report(kOpen, span).help("write `auth: token`");
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "event buses on NATS Streaming",
                 .doc = R"md(
NATS Streaming, the bus under `nats`, got its last update in 2023; Argo keeps it for old
installations. It has no safe restart, and without `auth: token` any pod of the cluster can put
events on it.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: EventBus
metadata: {name: default}
spec:
  nats: {native: {replicas: 3, auth: none}}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: EventBus
metadata: {name: default}
spec:
  jetstream: {version: 2.10.29, replicas: 3}
```
)md",
                 .checks = {on<check_bus>(), on<check_sign_in>()}};

} // namespace tiphys::rules::unmaintained_eventbus
