// Schedules that cannot be read.
#include "analyzer/context.h"
#include "analyzer/schedules.h"
#include "analyzer/walk.h"
#include "compiler/front/resolve.h"
#include "compiler/front/timezones.h"

namespace tiphys::rules::cron_syntax {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kUnreadable{"{}"};
constexpr Message<std::string_view> kZone{"there is no time zone `{}`"};

/// Argo Events reads five fields and nothing else.
expr::CronForm form_of(const PresentField& present) {
    const bool is_workflow = present.owner->type->package == schema::Package::kWorkflow;
    return is_workflow ? expr::CronForm::kStandard : expr::CronForm::kFieldsOnly;
}

void check_schedule(const ir::Scalar& scalar, expr::CronForm form, Context& context) {
    const bool is_absent = scalar.text.empty() && form == expr::CronForm::kFieldsOnly;
    if (front::has_tag(scalar.text) || is_absent) return;
    const expr::CronParse parsed = expr::parse_cron(scalar.text, form);
    if (!parsed.ok()) {
        const expr::ParseError& error = *parsed.error;
        Finding finding =
            context.report(kUnreadable, context.span_in(scalar, error.range.begin, error.range.end),
                           error.message);
        if (!error.help.empty()) finding.help(error.help);
        return;
    }
    const std::optional<std::string>& zone = parsed.schedule.zone_name;
    if (!zone || front::is_timezone(*zone)) return;
    const std::size_t begin = scalar.text.find('=') + 1;
    context.report(kZone, context.span_in(scalar, begin, begin + zone->size()), *zone)
        .help("write a name of the IANA database, like `Europe/Berlin` or `UTC`");
}

void check(const ir::Document& document, Context& context) {
    if (document.type == nullptr || document.root == nullptr) return;
    for_each_field(*document.root, [&](const PresentField& present) {
        if (present.field->format != schema::Format::kCron) return;
        for_each_scalar(*present.entry->value, [&](const ir::Scalar& scalar) {
            // reset-schedule-unusable speaks about these.
            const bool is_reset = present.owner->type->name == "ConditionsResetByTime";
            if (is_reset && scalar.text.starts_with('@')) return;
            check_schedule(scalar, form_of(present), context);
        });
    });
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "schedules that cannot be read",
                 .doc = R"md(
A schedule has five fields: minute, hour, day of month, month and day of week (0 is Sunday, 7 is
nothing). CronWorkflows also take `@hourly`, `@daily`, `@weekly`, `@monthly`, `@yearly` and `@every
1h30m`, and `CRON_TZ=Europe/Berlin ` in front; Argo Events takes the five fields only. There are no
seconds, no `L`, `W` or `#`, and no ranges that wrap around (`fri-mon`).

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: CronWorkflow
metadata: {name: nightly}
spec:
  schedules: ['0 24 * * *']
  timezone: UTC
  concurrencyPolicy: Forbid
  workflowSpec:
    entrypoint: main
    templates:
    - name: main
      container: {image: 'alpine:3.20', command: [echo]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: CronWorkflow
metadata: {name: nightly}
spec:
  schedules: ['0 0 * * *']
  timezone: UTC
  concurrencyPolicy: Forbid
  workflowSpec:
    entrypoint: main
    templates:
    - name: main
      container: {image: 'alpine:3.20', command: [echo]}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::cron_syntax
