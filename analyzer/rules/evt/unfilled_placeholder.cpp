// Placeholders in a trigger's object that no parameter replaces.
#include <algorithm>
#include <array>

#include "analyzer/dest_path.h"
#include "analyzer/events.h"
#include "analyzer/walk.h"

namespace tiphys::rules::unfilled_placeholder {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kUnfilled{"no parameter replaces `{}`"};

constexpr std::array<std::string_view, 7> kPlaceholders{
    "PLACEHOLDER",           "REPLACE_ME", "REPLACEME",   "TO_BE_REPLACED",
    "THIS_WILL_BE_REPLACED", "CHANGE_ME",  "SET_BY_EVENT"};

bool is_placeholder(std::string_view text) {
    std::string upper;
    for (const char c : text) {
        const bool is_lower = c >= 'a' && c <= 'z';
        upper += is_lower ? static_cast<char>(c - 'a' + 'A') : (c == '-' || c == ' ' ? '_' : c);
    }
    // `<placeholder>`
    const std::size_t begin = upper.find_first_not_of("<_");
    const std::size_t end = upper.find_last_not_of(">_");
    if (begin == upper.npos || end < begin) return false;
    const std::string word = upper.substr(begin, end + 1 - begin);
    return std::find(kPlaceholders.begin(), kPlaceholders.end(), word) != kPlaceholders.end();
}

/// The texts of an object that parameters write over.
class Filled {
public:
    Filled(const events::Trigger& trigger, const ir::Value& root) {
        for (const ParameterUse& use : parameters_of(trigger)) {
            const DestPath path = split_dest(ir::text_of(use.parameter->dest()));
            if (path.is_query || use.target == ParameterTarget::kTemplate) may_be_any_ = true;
            if (use.target != ParameterTarget::kObject || path.is_query) continue;
            const DestPlace place = follow_dest(root, path);
            if (place.value != nullptr) values_.push_back(place.value);
        }
    }

    [[nodiscard]] bool may_be_any() const { return may_be_any_; }
    [[nodiscard]] bool holds(const ir::Value& value) const {
        return std::find(values_.begin(), values_.end(), &value) != values_.end();
    }

private:
    std::vector<const ir::Value*> values_;
    bool may_be_any_ = false;
};

void check(const events::Trigger& trigger, Context& context) {
    if (trigger.template_() == nullptr) return;
    const ir::Value* object = embedded_object(*trigger.template_());
    if (object == nullptr) return;
    const Filled filled(trigger, *object);
    if (filled.may_be_any()) return;
    for_each_text(*object, [&](const ir::Scalar& scalar) {
        if (filled.holds(scalar) || !is_placeholder(scalar.text)) return;
        context.report(kUnfilled, scalar.span, scalar.text)
            .help("add a parameter whose `dest` is the path of this text, or write the value");
    });
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "placeholders in a trigger's object that no parameter replaces",
                 .doc = R"md(
A text such as `PLACEHOLDER` in the object of a trigger waits for a parameter to write over it. Where
none has its path as `dest`, the object is created with the placeholder.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: on-push}
spec:
  template: {serviceAccountName: build}
  dependencies: [{name: push, eventSourceName: github, eventName: push}]
  triggers:
  - template:
      name: build
      k8s:
        operation: create
        source:
          resource:
            apiVersion: argoproj.io/v1alpha1
            kind: Workflow
            metadata: {generateName: build-}
            spec:
              arguments: {parameters: [{name: repo, value: me/here}, {name: ref, value: PLACEHOLDER}]}
              workflowTemplateRef: {name: build}
        parameters:
        - {src: {dependencyName: push, dataKey: body.ref}, dest: spec.arguments.parameters.0.value}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: on-push}
spec:
  template: {serviceAccountName: build}
  dependencies: [{name: push, eventSourceName: github, eventName: push}]
  triggers:
  - template:
      name: build
      k8s:
        operation: create
        source:
          resource:
            apiVersion: argoproj.io/v1alpha1
            kind: Workflow
            metadata: {generateName: build-}
            spec:
              arguments: {parameters: [{name: repo, value: me/here}, {name: ref, value: PLACEHOLDER}]}
              workflowTemplateRef: {name: build}
        parameters:
        - {src: {dependencyName: push, dataKey: body.ref}, dest: spec.arguments.parameters.1.value}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::unfilled_placeholder
