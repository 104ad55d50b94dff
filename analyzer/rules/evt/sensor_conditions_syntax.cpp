// Conditions of triggers that do not parse.
#include "analyzer/conditions.h"

namespace tiphys::rules::sensor_conditions_syntax {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kSyntax{"{}"};

void check(const events::TriggerTemplate& body, Context& context) {
    const auto* spec = context.enclosing<events::SensorSpec>();
    const ir::Scalar* text = body.conditions();
    if (spec == nullptr || text == nullptr || text->text.empty()) return;
    const Condition condition = parse_condition(text->text, dependency_names(*spec));
    if (!condition.error) return;
    const std::size_t begin = std::min(condition.error->begin, text->text.size());
    const std::size_t end = std::min(std::max(condition.error->end, begin + 1), text->text.size());
    Finding finding =
        context.report(kSyntax, begin < end ? context.span_in(*text, begin, end) : text->span,
                       condition.error->message);
    finding.note("the trigger never fires, and the sensor's status stays healthy");
    // What helps with other expressions, such as quotes, does not help here.
    const std::string& help = condition.error->help;
    const bool fits = !help.empty() && help.find("quotes") == help.npos;
    finding.help(fits ? help
                      : "write names of dependencies, joined by `&&` and `||`, with parentheses");
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "conditions of triggers that do not parse",
                 .doc = R"md(
`conditions` holds names of dependencies, `&&`, `||` and parentheses, and nothing else: no `!`, no
comparison, no words such as `and`. The controller does not read it; the sensor's pod does, logs
the error, and leaves the trigger dead while its status stays healthy.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: on-push}
spec:
  dependencies:
  - {name: push, eventSourceName: github, eventName: push}
  - {name: tag, eventSourceName: github, eventName: tag}
  triggers:
  - template: {name: log, conditions: 'push && !tag', log: {}}
  - template: {name: log-2, conditions: 'push ||', log: {}}
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
  - template: {name: log, conditions: '(push && tag) || push', log: {}}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::sensor_conditions_syntax
