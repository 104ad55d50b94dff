// Time zones that the controller does not know.
// Argo: workflow/validate/validate.go CronWorkflow; Go's time.LoadLocation.
#include <algorithm>

#include "analyzer/edits.h"
#include "analyzer/walk.h"
#include "compiler/base/nearest.h"
#include "compiler/front/resolve.h"
#include "compiler/front/timezones.h"

namespace tiphys::rules::cron_timezone {
namespace {

using namespace analyze;

constexpr Message<std::string_view> kUnknown{"there is no time zone `{}`"};

/// A zone whose last part is the one that was written: `Berlin` for `Europe/Berlin`.
std::string_view by_city(std::string_view written) {
    const std::string_view city = written.substr(written.rfind('/') + 1);
    if (city.empty()) return {};
    std::string_view found;
    for (const std::string_view name : front::timezone_names()) {
        if (name.find('/') == name.npos || name.starts_with("Etc/")) continue;
        if (edit_distance(name.substr(name.rfind('/') + 1), city) != 0) continue;
        if (!found.empty()) return {};
        found = name;
    }
    return found;
}

bool is_same_letters(std::string_view a, std::string_view b) {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
               return std::tolower(static_cast<unsigned char>(x)) ==
                      std::tolower(static_cast<unsigned char>(y));
           });
}

void check_zone(const ir::Scalar& scalar, Context& context) {
    if (front::has_tag(scalar.text) || front::is_timezone(scalar.text)) return;
    Finding finding = context.report(kUnknown, scalar.span, scalar.text);
    std::string_view near = by_city(scalar.text);
    if (near.empty()) near = nearest_name(scalar.text, front::timezone_names());
    if (near.empty()) {
        finding.help("write a name of the IANA database, like `Europe/Berlin` or `UTC`");
        return;
    }
    finding.help("did you mean `" + std::string(near) + "`?");
    std::vector<TextEdit> edits{replace_value(scalar, std::string(near))};
    if (is_same_letters(scalar.text, near)) {
        finding.safe_fix("write `" + std::string(near) + "`", std::move(edits));
    } else {
        finding.unsafe_fix("write `" + std::string(near) + "`", std::move(edits));
    }
}

void check(const ir::Document& document, Context& context) {
    if (document.type == nullptr || document.root == nullptr) return;
    for_each_field(*document.root, [&](const PresentField& present) {
        if (present.field->format != schema::Format::kTimezone) return;
        for_each_scalar(*present.entry->value,
                        [&](const ir::Scalar& scalar) { check_zone(scalar, context); });
    });
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "time zones that do not exist",
                 .doc = R"md(
Argo refuses a CronWorkflow with a time zone that is no name of the IANA database. Abbreviations such
as `CEST` and offsets such as `UTC+2` are none; letter case counts.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: CronWorkflow
metadata:
  name: nightly
spec:
  schedules: ["0 3 * * *"]
  timezone: Europe/Berln
  concurrencyPolicy: Forbid
  workflowSpec:
    entrypoint: main
    templates:
      - name: main
        container: {image: 'alpine:3.20', command: [echo, hello]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: CronWorkflow
metadata:
  name: nightly
spec:
  schedules: ["0 3 * * *"]
  timezone: Europe/Berlin
  concurrencyPolicy: Forbid
  workflowSpec:
    entrypoint: main
    templates:
      - name: main
        container: {image: 'alpine:3.20', command: [echo, hello]}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::cron_timezone
