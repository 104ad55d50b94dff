// Conditions and parameters that name a dependency which the sensor does not have.
#include <algorithm>

#include "analyzer/conditions.h"
#include "analyzer/damage.h"
#include "analyzer/suggest.h"

namespace tiphys::rules::sensor_unknown_dependency {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kUnknown{"dependency `{}` is not declared"};

void report(Span span, std::string_view name, const events::SensorSpec& spec, Context& context,
            std::string_view consequence) {
    if (is_in_damage(context, name, span)) return;
    Finding finding = context.report(kUnknown, span, name);
    finding.note(std::string(consequence));
    if (spec.dependencies().size() == 0) {
        finding.help("declare it in `spec.dependencies`");
        return;
    }
    suggest(finding, span, name, dependency_names(spec), "dependencies of this sensor are");
}

void check_conditions(const events::TriggerTemplate& body, Context& context) {
    const auto* spec = context.enclosing<events::SensorSpec>();
    if (spec == nullptr || body.conditions() == nullptr) return;
    if (is_rewritten(context.enclosing<events::Trigger>(), "conditions")) return;
    const std::vector<std::string_view> declared = dependency_names(*spec);
    const Condition condition = parse_condition(body.conditions()->text, declared);
    if (condition.error) return;
    for (const ConditionName& name : condition.names) {
        if (std::find(declared.begin(), declared.end(), name.text) != declared.end()) continue;
        report(context.span_in(*body.conditions(), name.begin, name.end), name.text, *spec, context,
               "the trigger never fires, and the sensor's status stays healthy");
    }
}

void check_parameter(const events::TriggerParameterSource& source, Context& context) {
    const auto* spec = context.enclosing<events::SensorSpec>();
    const ir::Scalar* name = source.dependency_name();
    if (spec == nullptr || name == nullptr || name->text.empty()) return;
    if (find_dependency(*spec, name->text) != nullptr) return;
    if (is_rewritten(context.enclosing<events::Trigger>(), "dependencyName")) return;
    report(context.span_in(*name, 0, name->text.size()), name->text, *spec, context,
           is_given(source, "value") ? "the parameter always has its `value`"
                                     : "the parameter is never set");
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "conditions and parameters that name a dependency the sensor lacks",
                 .doc = R"md(
A trigger's `conditions` and the `dependencyName` of its parameters mean dependencies of the same
sensor. The controller does not compare them: a trigger with an unknown name in its conditions is
dead, while the sensor reports that all is well; a parameter with one is never set.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: on-push}
spec:
  dependencies: [{name: push, eventSourceName: github, eventName: push}]
  triggers:
  - template: {name: log, conditions: psuh, log: {}}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: on-push}
spec:
  dependencies: [{name: push, eventSourceName: github, eventName: push}]
  triggers:
  - template: {name: log, conditions: push, log: {}}
```
)md",
                 .checks = {on<check_conditions>(), on<check_parameter>()}};

} // namespace tiphys::rules::sensor_unknown_dependency
