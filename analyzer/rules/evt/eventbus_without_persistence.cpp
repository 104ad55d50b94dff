// Event buses that keep events in their pods.
#include "analyzer/events.h"

namespace tiphys::rules::eventbus_without_persistence {
namespace {
using namespace analyze;

constexpr Message<> kNone{"events on this bus are lost with its pods"};

template <class Bus>
void report(const Bus& bus, Context& context) {
    if (bus.persistence() != nullptr) return;
    context.report(kNone, context.headline())
        .help("add `persistence` with a `volumeSize`, where losing events matters");
}
void check_jetstream(const events::JetStreamBus& bus, Context& context) {
    report(bus, context);
}
void check_streaming(const events::NativeStrategy& bus, Context& context) {
    report(bus, context);
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kInfo,
                 .since = "0.1",
                 .summary = "event buses without storage that survives their pods",
                 .doc = R"md(
Without `persistence` the servers of a bus write to a folder of their pods. When all of them are
restarted at once, as in an upgrade of the nodes, undelivered events and the state of half-complete
conditions are gone.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: EventBus
metadata: {name: default}
spec:
  jetstream: {version: 2.10.29, replicas: 3}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: EventBus
metadata: {name: default}
spec:
  jetstream:
    version: 2.10.29
    replicas: 3
    persistence: {accessMode: ReadWriteOnce, volumeSize: 10Gi}
```
)md",
                 .checks = {on<check_jetstream>(), on<check_streaming>()}};

} // namespace tiphys::rules::eventbus_without_persistence
