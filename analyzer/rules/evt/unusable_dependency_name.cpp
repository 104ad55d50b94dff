// Names of dependencies that conditions cannot name, or that mean two things.
#include <algorithm>
#include <map>

#include "analyzer/events.h"

namespace tiphys::rules::unusable_dependency_name {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kTwice{"dependency `{}` is declared twice"};
constexpr Message<std::string_view, std::string_view> kCollide{
    "dependencies `{}` and `{}` are the same name in conditions"};
constexpr Message<std::string_view> kForm{"conditions cannot name the dependency `{}`"};

std::string as_in_conditions(std::string_view name) {
    std::string text(name);
    std::replace(text.begin(), text.end(), '-', '_');
    return text;
}

bool is_word(std::string_view name) {
    const bool begins_well = !name.empty() && (name[0] < '0' || name[0] > '9');
    return begins_well && std::all_of(name.begin(), name.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '_';
           });
}

bool has_conditions(const events::SensorSpec& spec) {
    for (const events::Trigger* trigger : spec.triggers()) {
        const events::TriggerTemplate* body = trigger->template_();
        if (body != nullptr && !ir::text_of(body->conditions()).empty()) return true;
    }
    return false;
}

void check(const events::SensorSpec& spec, Context& context) {
    const bool is_named = has_conditions(spec);
    std::map<std::string, const ir::Scalar*> seen;
    for (const events::EventDependency* dependency : spec.dependencies()) {
        const ir::Scalar* name = dependency->name();
        if (name == nullptr || name->text.empty()) continue;
        const std::string word = as_in_conditions(name->text);
        const auto [first, is_new] = seen.try_emplace(word, name);
        const Span span = context.span_in(*name, 0, name->text.size());
        if (!is_new && first->second->text == name->text) {
            context.report(kTwice, span, name->text)
                .related(first->second->span, "first declared here")
                .help("give one of them another name; triggers see the last one only");
        } else if (!is_new && is_named) {
            context.report(kCollide, span, first->second->text, name->text)
                .related(first->second->span, "the other one")
                .help("give one of them another name: Argo reads `-` as `_` in conditions");
        } else if (!is_word(word) && is_named) {
            context.report(kForm, span, name->text)
                .help("use letters, digits, `-` and `_`, with no digit in front");
        }
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "dependency names that are taken, or that conditions cannot hold",
                 .doc = R"md(
Triggers tell dependencies apart by name. The controller accepts two of the same name, and then
only the last one counts. In `conditions` Argo reads `-` as `_`, so `a-b` and `a_b` are one name
there, and a name with a dot, a blank or a digit in front cannot be written at all.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: on-push}
spec:
  dependencies:
  - {name: push, eventSourceName: github, eventName: push}
  - {name: push, eventSourceName: github, eventName: tag}
  triggers:
  - template: {name: log, log: {}}
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
  - template: {name: log, log: {}}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::unusable_dependency_name
