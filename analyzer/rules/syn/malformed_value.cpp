// Texts that do not have the form that their field needs: times of day, ports, absolute paths …
// Names, images, durations and embedded YAML have rules of their own.
#include "analyzer/context.h"
#include "analyzer/edits.h"
#include "compiler/expr/regex.h"

namespace tiphys::rules::malformed_value {
namespace {

using namespace analyze;
using schema::Format;

constexpr Message<std::string_view, std::string_view> kMalformed{"`{}` is not {}"};
constexpr Message<std::string_view, std::int64_t> kTooLong{
    "the text of `{}` is longer than {} characters"};

/// What the field wants, and an example or advice; empty for formats of other rules.
struct Words {
    std::string_view wanted;
    std::string_view help;
};

Words words_of(Format format) {
    switch (format) {
    case Format::kAbsolutePath:
        return {"an absolute path", "begin it with `/`"};
    case Format::kTimeOfDay:
        return {"a time of day", "write hours, minutes and seconds, like `09:30:00`"};
    case Format::kPort:
        return {"a port", "write a number from 1 to 65535"};
    case Format::kInteger:
        return {"a whole number", ""};
    case Format::kFileOperations:
        return {"a list of file operations",
                "write `CREATE`, `WRITE`, `REMOVE`, `RENAME` or `CHMOD`, several joined by `|`"};
    case Format::kRegex:
        return {"a regular expression", ""};
    case Format::kNone:
    case Format::kArgoName:
    case Format::kTemplateName:
    case Format::kDnsLabel:
    case Format::kDnsSubdomain:
    case Format::kLabelKey:
    case Format::kLabelValue:
    case Format::kLabels:
    case Format::kAnnotations:
    case Format::kEnvName:
    case Format::kNameList:
    case Format::kMetricName:
    case Format::kMetricLabel:
    case Format::kImage:
    case Format::kCron:
    case Format::kTimezone:
    case Format::kUrl:
    case Format::kGitUrl:
    case Format::kHostPort:
    case Format::kPath:
    case Format::kMode:
    case Format::kPrintf:
    case Format::kJson:
    case Format::kYaml:
    case Format::kStrategicPatch:
    case Format::kLabelSelector:
        return {};
    }
    return {};
}

void check(const ir::Defect& defect, Context& context) {
    const schema::Field& field = *defect.field;
    if (field.format == Format::kNone && defect.text.size() > field.most_bytes) {
        context.report(kTooLong, defect.span, field.name,
                       static_cast<std::int64_t>(field.most_bytes));
        return;
    }
    const Words words = words_of(field.format);
    if (words.wanted.empty()) return;
    Finding finding = context.report(kMalformed, defect.span, defect.text, words.wanted);
    if (!words.help.empty()) finding.help(std::string(words.help));
    if (field.format != Format::kRegex) return;
    std::string reason;
    if (!expr::Regex::compile(defect.text, &reason)) finding.help(reason);
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "texts without the form that their field needs",
                 .doc = R"md(
The field is a text, but not any text will do: a window of time needs times of day, a webhook a port,
a watched folder an absolute path. Argo refuses the object, or the event never comes.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata:
  name: office-hours
spec:
  dependencies:
    - name: push
      eventSourceName: github
      eventName: app
      filters:
        time: {start: 9 am, stop: "17:00:00"}
  triggers:
    - template:
        name: log
        log: {}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata:
  name: office-hours
spec:
  dependencies:
    - name: push
      eventSourceName: github
      eventName: app
      filters:
        time: {start: "09:00:00", stop: "17:00:00"}
  triggers:
    - template:
        name: log
        log: {}
```
)md",
                 .checks = {on_defect(ir::DefectKind::kFormat, check)}};

} // namespace tiphys::rules::malformed_value
