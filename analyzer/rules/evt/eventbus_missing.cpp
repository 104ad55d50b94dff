// EventSources and sensors on a bus that the project lacks, or on different ones.
#include "analyzer/events.h"
#include "analyzer/suggest.h"

namespace tiphys::rules::eventbus_missing {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kNoBus{"EventBus `{}` is not in this project"};

/// The buses that an object of this namespace can use.
std::vector<std::string_view> buses_here(const Context& context) {
    std::vector<std::string_view> names;
    const std::string_view here = context.document()->namespace_name;
    for (const std::string_view name : context.project().names("EventBus")) {
        const bool is_here = context.project().find("EventBus", here, name) != nullptr;
        if (is_here && (names.empty() || names.back() != name)) names.push_back(name);
    }
    return names;
}

/// Where the bus is named, or the key that could name it.
void check_name(const ir::Scalar* written, Span otherwise, Context& context) {
    const std::string_view name = bus_name(written);
    if (find_bus(context, name) != nullptr) return;
    const std::vector<std::string_view> others = buses_here(context);
    if (others.empty() && written == nullptr) return;
    const Span span =
        written == nullptr ? otherwise : context.span_in(*written, 0, written->text.size());
    Finding finding = context.report(kNoBus, span, name);
    if (others.empty()) {
        finding.severity(Severity::kInfo)
            .help("it must exist in the namespace; nothing is deployed before it is ready");
        return;
    }
    if (written == nullptr) {
        finding.help("add `eventBusName`; buses here are " + quoted_list(others));
    } else {
        suggest(finding, span, name, others, "buses here are");
    }
}

void check_sensor(const events::SensorSpec& spec, Context& context) {
    check_name(spec.event_bus_name(), context.headline(), context);
}
void check_source(const events::EventSourceSpec& spec, Context& context) {
    check_name(spec.event_bus_name(), context.headline(), context);
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "EventSources and sensors on a bus that the project lacks",
                 .doc = R"md(
`eventBusName` names an EventBus of the same namespace; without it the bus is called `default`.
Neither EventSource nor sensor is deployed before that bus is ready. Where the project defines buses
but not this one, that is a warning; where it defines none, information.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: EventBus
metadata: {name: main}
spec:
  jetstream: {version: 2.10.29, replicas: 3}
---
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: on-push}
spec:
  dependencies: [{name: push, eventSourceName: github, eventName: push}]
  triggers:
  - template: {name: log, log: {}}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: EventBus
metadata: {name: main}
spec:
  jetstream: {version: 2.10.29, replicas: 3}
---
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: on-push}
spec:
  eventBusName: main
  dependencies: [{name: push, eventSourceName: github, eventName: push}]
  triggers:
  - template: {name: log, log: {}}
```
)md",
                 .checks = {on<check_sensor>(), on<check_source>()}};

} // namespace tiphys::rules::eventbus_missing
