// Data filters whose values or comparison do not fit their type.
#include <charconv>
#include <cstdlib>

#include "analyzer/events.h"
#include "compiler/expr/regex.h"

namespace tiphys::rules::filter_type_mismatch {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kNumber{"`{}` is no number"};
constexpr Message<std::string_view> kBool{"`{}` is neither true nor false"};
constexpr Message<std::string_view> kPattern{"`{}` is no regular expression"};
constexpr Message<> kEmpty{"an empty value makes the controller refuse the sensor"};
constexpr Message<std::string_view> kOrder{"texts cannot be compared by `{}`: this never matches"};
constexpr Message<std::string_view> kIgnored{"`{}` is ignored for booleans"};

/// Go's strconv.ParseFloat; hexadecimal and words such as `inf` included.
bool is_number(std::string_view text) {
    const std::string copy(text);
    if (copy.empty() || copy.find_first_of(" \t\n") != copy.npos) return false;
    char* end = nullptr;
    std::strtod(copy.c_str(), &end);
    return end == copy.c_str() + copy.size();
}

/// Go's strconv.ParseBool.
bool is_bool(std::string_view text) {
    for (const std::string_view word :
         {"1", "t", "T", "true", "TRUE", "True", "0", "f", "F", "false", "FALSE", "False"}) {
        if (text == word) return true;
    }
    return false;
}

void check_value(const ir::Scalar& value, std::string_view type, Context& context) {
    if (value.text.empty()) {
        context.report(kEmpty, value.span).help("leave it out, or write `^$` for an empty text");
    } else if (type == "number" && !is_number(value.text)) {
        context.report(kNumber, value.span, value.text)
            .help("the filter fails for every event; write a number, or use the type `string`");
    } else if (type == "bool" && !is_bool(value.text)) {
        context.report(kBool, value.span, value.text)
            .help("the filter fails for every event; write `\"true\"` or `\"false\"`");
    } else if (type == "string") {
        std::string reason;
        if (expr::Regex::compile(value.text, &reason)) return;
        context.report(kPattern, value.span, value.text)
            .note(reason)
            .help("values of type `string` are regular expressions; write `\\\\` in front of signs "
                  "that stand for themselves");
    }
}

/// Argo: filterData in pkg/sensors/dependencies/filter.go.
void check(const events::DataFilter& filter, Context& context) {
    const std::string_view type = text_at(&filter, {"type"});
    for (const ir::Scalar* value : filter.value())
        check_value(*value, type, context);
    const ir::Scalar* comparator = filter.comparator();
    if (comparator == nullptr || comparator->text.empty() || comparator->text == "=") return;
    if (type == "string" && comparator->text != "!=") {
        context.report(kOrder, comparator->span, comparator->text)
            .help("use `=` or `!=`, or the type `number`");
    } else if (type == "bool") {
        context.report(kIgnored, comparator->span, comparator->text)
            .severity(Severity::kWarning)
            .help("leave it out, and write the value that the event must have");
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "data filters whose values do not fit their type",
                 .doc = R"md(
A filter of type `number` or `bool` fails for every event when one of its values is none; one of type
`string` compares with regular expressions, by `=` and `!=` only. The controller looks at none of
this.

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
      - {path: body.size, type: number, comparator: '>', value: [ten]}
      - {path: body.ref, type: string, comparator: '>=', value: [main]}
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
      - {path: body.size, type: number, comparator: '>', value: ['10']}
      - {path: body.ref, type: string, value: [^refs/heads/main$]}
  triggers:
  - template: {name: log, log: {}}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::filter_type_mismatch
