// Data filters that let everything through, or more than they say.
#include "analyzer/edits.h"
#include "analyzer/events.h"

namespace tiphys::rules::filter_always_matches {
namespace {
using namespace analyze;

constexpr Message<> kNegated{"one of several values is always different"};
constexpr Message<std::string_view> kUnanchored{"`{}` also matches texts that only contain it"};

bool is_anchored(std::string_view pattern) {
    return pattern.starts_with('^') || pattern.ends_with('$') || pattern.starts_with("\\A");
}

bool has_signs(std::string_view pattern) {
    return pattern.find_first_of("*+?()|[]{}\\^$") != pattern.npos;
}

/// Argo: filterData in pkg/sensors/dependencies/filter.go.
void check(const events::DataFilter& filter, Context& context) {
    const bool is_not = ir::text_of(filter.comparator()) == "!=";
    const std::string_view type = text_at(&filter, {"type"});
    if (is_not && filter.value().size() > 1 && type != "bool") {
        context.report(kNegated, filter.key_span_of("value"))
            .note("values are alternatives, for `!=` as well: a text is always different from one "
                  "of them")
            .help(type == "string" ? "write one pattern, such as `^(a|b)$`"
                                   : "write a filter for each value");
        return;
    }
    if (type != "string") return;
    for (const ir::Scalar* value : filter.value()) {
        const std::string_view pattern = value->text;
        if (pattern.empty() || is_anchored(pattern) || has_signs(pattern)) continue;
        // A branch is where it matters most: `refs/heads/main` is `refs/heads/maintenance`, too.
        const bool is_ref = pattern.starts_with("refs/");
        const std::string exact = "^" + std::string(pattern) + "$";
        context.report(kUnanchored, value->span, pattern)
            .severity(is_ref ? Severity::kWarning : Severity::kInfo)
            .help("write `" + exact + "`; values of type `string` are regular expressions")
            .unsafe_fix("write `" + exact + "`", {replace_value(*value, plain_or_quoted(exact))});
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "data filters that let more through than they say",
                 .doc = R"md(
The values of a filter are alternatives, also with `!=`: each text differs from one of two values.
Values of type `string` are regular expressions that match anywhere: `refs/heads/main` lets
`refs/heads/maintenance` through. Without a branch it is information only.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: on-push}
spec:
  dependencies:
  - name: push
    eventSourceName: github
    eventName: push
    filters:
      data:
      - {path: body.ref, type: string, value: [refs/heads/main]}
      - {path: body.action, type: string, comparator: '!=', value: [closed, edited]}
  triggers:
  - template: {name: log, log: {}}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: on-push}
spec:
  dependencies:
  - name: push
    eventSourceName: github
    eventName: push
    filters:
      data:
      - {path: body.ref, type: string, value: [^refs/heads/main$]}
      - {path: body.action, type: string, comparator: '!=', value: [^(closed|edited)$]}
  triggers:
  - template: {name: log, log: {}}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::filter_always_matches
