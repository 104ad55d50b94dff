// Event buses whose version moves, or that the controller does not know.
#include <array>

#include "analyzer/events.h"
#include "analyzer/suggest.h"

namespace tiphys::rules::eventbus_version_latest {
namespace {
using namespace analyze;

constexpr Message<> kLatest{"the version `latest` moves with the controller"};

/// Argo: manifests/base/controller-manager/controller-config.yaml.
constexpr std::array<std::string_view, 8> kVersions{
    "2.8.1", "2.8.1-alpine", "2.8.2", "2.8.2-alpine", "2.9.1", "2.9.12", "2.9.16", "2.10.29"};

void check(const events::JetStreamBus& bus, Context& context) {
    if (ir::text_of(bus.version()) != "latest") return;
    context.report(kLatest, bus.version()->span)
        .help("pin it, so that an upgrade of the controller does not restart the bus; Argo Events "
              "1.9 knows " +
              quoted_list(kVersions));
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "event buses without a fixed version",
                 .doc = R"md(
`version: latest` means whatever the controller's configuration calls so. An upgrade of the
controller then restarts all servers of the bus with another version.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: EventBus
metadata: {name: default}
spec:
  jetstream: {version: latest, replicas: 3}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: EventBus
metadata: {name: default}
spec:
  jetstream: {version: 2.10.29, replicas: 3}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::eventbus_version_latest
