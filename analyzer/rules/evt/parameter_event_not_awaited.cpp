// Parameters that take a value from an event which need not have happened.
#include "analyzer/conditions.h"

namespace tiphys::rules::parameter_event_not_awaited {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kNever{"this trigger never waits for `{}`"};
constexpr Message<std::string_view> kMaybe{"this trigger also fires without `{}`"};

/// Argo: ConstructPayload in pkg/sensors/triggers/params.go uses a value that is not there.
void check_use(const ParameterUse& use, const Condition& condition, const events::SensorSpec& spec,
               Context& context) {
    const auto* source = use.parameter->src();
    if (source == nullptr || source->dependency_name() == nullptr) return;
    const ir::Scalar& name = *source->dependency_name();
    if (find_dependency(spec, name.text) == nullptr) return;
    const bool is_never = !condition.names_it(name.text);
    const bool has_value = source->value() != nullptr;
    const bool is_always = !is_never && condition.is_in_all_ways(name.text);
    if (is_always || (has_value && !is_never)) return;
    const bool is_payload =
        use.target == ParameterTarget::kPayload || use.target == ParameterTarget::kHeader;
    // Empty `dest` hands on the value as a whole, and nothing where there is none.
    const bool stops = is_payload && !has_value && !ir::text_of(use.parameter->dest()).empty();
    // Elsewhere a parameter whose event is missing is passed over, as the conditions intend.
    if (!stops && !is_never) return;
    const Span span = context.span_in(name, 0, name.text.size());
    Finding finding = is_never ? context.report(kNever, span, name.text)
                               : context.report(kMaybe, span, name.text);
    if (!stops || !is_never) finding.severity(Severity::kWarning);
    finding.note(stops ? "the sensor's process ends when it builds the payload without this event"
                 : has_value ? "the parameter always has its `value`"
                             : "the parameter is never set");
    finding.help(is_never ? "name it in `conditions`, or leave the parameter out"
                          : "add `value`, used when the event is not there, or wait for it");
}

void check(const events::Trigger& trigger, Context& context) {
    const auto* spec = context.enclosing<events::SensorSpec>();
    if (spec == nullptr || is_rewritten(&trigger, "conditions")) return;
    if (is_rewritten(&trigger, "dependencyName")) return;
    const Condition condition = condition_for(trigger, context);
    if (condition.error || condition.ways.empty()) return;
    for (const ParameterUse& use : parameters_of(trigger))
        check_use(use, condition, *spec, context);
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "parameters from an event that the trigger does not wait for",
                 .doc = R"md(
A trigger sees the events that its `conditions` name. A parameter from another one is never set. In a
payload or a header it is worse: the sensor's process ends when the event is missing, so an event of
`a || b` needs a `value` there. Elsewhere a missing event leaves the object as it is.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: on-push}
spec:
  dependencies:
  - {name: push, eventSourceName: github, eventName: push}
  - {name: tag, eventSourceName: github, eventName: tag}
  triggers:
  - template:
      name: call
      conditions: push
      http:
        url: https://build.example.com/hook
        payload:
        - {src: {dependencyName: tag, dataKey: body.ref}, dest: ref}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: on-push}
spec:
  dependencies:
  - {name: push, eventSourceName: github, eventName: push}
  - {name: tag, eventSourceName: github, eventName: tag}
  triggers:
  - template:
      name: call
      conditions: push || tag
      http:
        url: https://build.example.com/hook
        payload:
        - {src: {dependencyName: tag, dataKey: body.ref, value: none}, dest: ref}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::parameter_event_not_awaited
