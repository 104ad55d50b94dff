// Dependencies on events that no EventSource of the project has.
#include "analyzer/events.h"
#include "analyzer/suggest.h"

namespace tiphys::rules::eventsource_event_missing {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kNoSource{"EventSource `{}` is not in this project"};
constexpr Message<std::string_view, std::string_view> kNoEvent{
    "EventSource `{}` has no event `{}`"};

bool has_wildcard(std::string_view name) {
    return name.find_first_of("*?[") != name.npos;
}

void report_source(const ir::Scalar& name, Context& context) {
    const std::vector<std::string_view> others = context.project().names("EventSource");
    const Span span = context.span_in(name, 0, name.text.size());
    Finding finding = context.report(kNoSource, span, name.text);
    if (others.empty()) {
        finding.severity(Severity::kInfo)
            .help("it must exist in the cluster; lint it together with this file to have the "
                  "dependency checked");
        return;
    }
    const Meant meant = meant_name(name.text, others);
    finding.severity(meant.name.empty() ? Severity::kInfo : Severity::kWarning);
    suggest(finding, span, name.text, others,
            "if it exists only in the cluster, nothing here checks its events; known are");
}

void report_event(const ir::Scalar& name, const FoundSource& found, Context& context) {
    std::vector<std::string_view> names;
    for (const SourceEvent& event : events_of(*found.source))
        names.push_back(event.name);
    const Span span = context.span_in(name, 0, name.text.size());
    Finding finding = context.report(kNoEvent, span, found.document->name, name.text);
    // Of several EventSources of that name another one may be the one in the cluster, and so may
    // one of another folder be.
    const bool is_near = is_same_folder(context, found.document->file, context.document()->file);
    if (!is_near) finding.severity(Severity::kWarning);
    if (!found.is_only_one) finding.severity(Severity::kInfo);
    finding.related(found.document->name_span, "the EventSource");
    suggest(finding, span, name.text, names, "its events are");
}

void check(const events::EventDependency& dependency, Context& context) {
    const ir::Scalar* source_name = dependency.event_source_name();
    const ir::Scalar* event_name = dependency.event_name();
    if (source_name == nullptr || event_name == nullptr) return;
    if (source_name->text.empty() || event_name->text.empty()) return;
    if (has_wildcard(source_name->text) || has_wildcard(event_name->text)) return;
    const FoundSource found = find_event_source(context, source_name->text);
    if (found.document == nullptr) {
        report_source(*source_name, context);
        return;
    }
    if (found.source == nullptr || find_event(context, dependency)) return;
    report_event(*event_name, found, context);
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "dependencies on events that no EventSource has",
                 .doc = R"md(
A dependency names an EventSource of the same namespace and one of its events. Nobody in Argo compares
the two: the sensor waits for ever. It is an error where the EventSource stands in the same folder,
and a warning where it stands in another one. An EventSource that is not in the project is a warning
where one of a similar name is, else information.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: EventSource
metadata: {name: hooks}
spec:
  webhook:
    build: {endpoint: /build, port: '12000', method: POST}
---
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: on-build}
spec:
  dependencies: [{name: build, eventSourceName: hooks, eventName: biuld}]
  triggers:
  - template: {name: log, log: {}}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: EventSource
metadata: {name: hooks}
spec:
  webhook:
    build: {endpoint: /build, port: '12000', method: POST}
---
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: on-build}
spec:
  dependencies: [{name: build, eventSourceName: hooks, eventName: build}]
  triggers:
  - template: {name: log, log: {}}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::eventsource_event_missing
