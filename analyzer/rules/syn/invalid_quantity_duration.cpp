// Amounts of resources and of time that Kubernetes or Argo cannot read.
#include <algorithm>
#include <optional>

#include "analyzer/context.h"
#include "analyzer/edits.h"
#include "compiler/expr/duration.h"
#include "compiler/expr/quantity.h"
#include "compiler/front/resolve.h"

namespace tiphys::rules::invalid_quantity_duration {
namespace {

using namespace analyze;
using schema::Unit;

constexpr Message<std::string_view> kNoQuantity{"`{}` is no quantity of Kubernetes"};
constexpr Message<std::string_view> kTag{
    "`{}` cannot be a quantity: it is read before tags are replaced"};
constexpr Message<std::string_view> kNoDuration{"`{}` is no duration"};
constexpr Message<std::string_view, std::string_view> kTooSmall{"`{}` of {} seconds ends at once"};
constexpr Message<std::string_view, std::string_view> kOutside{
    "`{}` of {} seconds is beyond its bounds"};

struct Suffix {
    std::string_view word;
    std::string_view unit;
};

/// Words for units that people write, and Kubernetes' own.
constexpr Suffix kQuantityWords[] = {
    {"core", ""},  {"cores", ""}, {"cpu", ""},  {"cpus", ""},  {"k", "k"},  {"kb", "k"},
    {"kib", "Ki"}, {"m", "M"},    {"mb", "M"},  {"mib", "Mi"}, {"g", "G"},  {"gb", "G"},
    {"gib", "Gi"}, {"gi", "Gi"},  {"mi", "Mi"}, {"ki", "Ki"},  {"tb", "T"}, {"tib", "Ti"},
    {"ti", "Ti"},  {"b", ""},     {"t", "T"}};

constexpr Suffix kTimeWords[] = {
    {"s", "s"},   {"sec", "s"},          {"secs", "s"},         {"second", "s"}, {"seconds", "s"},
    {"m", "m"},   {"min", "m"},          {"mins", "m"},         {"minute", "m"}, {"minutes", "m"},
    {"h", "h"},   {"hr", "h"},           {"hrs", "h"},          {"hour", "h"},   {"hours", "h"},
    {"ms", "ms"}, {"millisecond", "ms"}, {"milliseconds", "ms"}};

/// A number and the word behind it, in lower case.
struct Amount {
    std::string number;
    std::string word;
};

std::optional<Amount> split(std::string_view text) {
    Amount amount;
    std::size_t at = 0;
    while (at < text.size() && ((text[at] >= '0' && text[at] <= '9') || text[at] == '.'))
        ++at;
    amount.number = text.substr(0, at);
    while (at < text.size() && text[at] == ' ')
        ++at;
    for (; at < text.size(); ++at) {
        const char c = text[at];
        const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!is_letter) return std::nullopt;
        amount.word += static_cast<char>(c | 0x20);
    }
    if (amount.number.empty()) return std::nullopt;
    return amount;
}

std::string meant(std::string_view text, std::span<const Suffix> words) {
    const auto amount = split(text);
    if (!amount) return {};
    for (const Suffix& suffix : words) {
        if (suffix.word == amount->word) return amount->number + std::string(suffix.unit);
    }
    return {};
}

/// Days and weeks are no units of Go.
std::string in_hours(std::string_view text) {
    const auto amount = split(text);
    if (!amount || amount->number.size() > 4 || amount->number.find('.') != std::string::npos)
        return {};
    const bool is_day = amount->word == "d" || amount->word == "day" || amount->word == "days";
    const bool is_week = amount->word == "w" || amount->word == "week" || amount->word == "weeks";
    if (!is_day && !is_week) return {};
    return std::to_string(std::stoi(amount->number) * (is_day ? 24 : 168)) + "h";
}

void offer(const ir::Scalar& scalar, const std::string& text, Finding& finding) {
    finding.unsafe_fix("write `" + text + "`", {replace_value(scalar, double_quoted(text))});
}

void report_quantity(const ir::Scalar& scalar, Context& context) {
    if (front::has_tag(scalar.text)) {
        context.report(kTag, scalar.span, scalar.text)
            .help("set it in `podSpecPatch`, where tags are replaced first");
        return;
    }
    Finding finding = context.report(kNoQuantity, scalar.span, scalar.text);
    std::string near = meant(scalar.text, kQuantityWords);
    std::string joined(scalar.text);
    std::erase(joined, ' ');
    if (joined != scalar.text && expr::is_quantity(joined)) near = joined;
    if (near.empty() || !expr::is_quantity(near)) {
        finding.help("write a number with a suffix, like `500m`, `2` or `1.5Gi`");
        return;
    }
    finding.help("did you mean `" + near + "`?");
    offer(scalar, near, finding);
}

void report_duration(const ir::Scalar& scalar, Unit unit, Context& context) {
    Finding finding = context.report(kNoDuration, scalar.span, scalar.text);
    std::string near = meant(scalar.text, kTimeWords);
    if (near.empty()) near = in_hours(scalar.text);
    const auto amount = split(scalar.text);
    if (near.empty() && unit == Unit::kDuration && amount && amount->word.empty()) {
        near = amount->number + "s";
    }
    if (near.empty() || !expr::parse_go_duration_ns(near)) {
        finding.help("write numbers with the units `h`, `m` and `s`, like `90s` or `1h30m`");
        return;
    }
    finding.help("did you mean `" + near + "`? The units are `h`, `m` and `s`");
    offer(scalar, near, finding);
}

void check_quantity(const ir::Defect& defect, Context& context) {
    const auto* scalar = ir::scalar_as(defect.value);
    if (scalar == nullptr) return;
    const bool is_quantity =
        defect.field == nullptr || defect.field->shape.form == schema::Form::kQuantity;
    if (is_quantity) {
        report_quantity(*scalar, context);
    } else if (!scalar->text.empty()) {
        // Argo's CLI sends some durations that are not set as empty texts.
        report_duration(*scalar, defect.field->unit, context);
    }
}

void check_range(const ir::Defect& defect, Context& context) {
    const auto* scalar = ir::scalar_as(defect.value);
    if (scalar == nullptr || defect.field->unit == Unit::kNone) return;
    const schema::Field& field = *defect.field;
    const bool is_small = scalar->text == "0" || scalar->text.starts_with('-');
    if (field.minimum == 1 && is_small) {
        context.report(kTooSmall, scalar->span, field.name, scalar->text)
            .help("give it at least one second, or leave it out for no limit");
        return;
    }
    Finding finding = context.report(kOutside, scalar->span, field.name, scalar->text);
    if (field.minimum != schema::kNoMinimum && is_small) {
        finding.help("the least is " + std::to_string(field.minimum));
    } else if (field.maximum != schema::kNoMaximum) {
        finding.help("the most is " + std::to_string(field.maximum));
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "amounts of resources or time that nobody can read",
                 .doc = R"md(
Quantities of Kubernetes are a number and one of the suffixes `m`, `k`, `M`, `G`, `Ki`, `Mi`, `Gi` and
so on, without a blank. Durations are those of Go: numbers with the units `h`, `m`, `s`, `ms`. A wrong
quantity makes `argo lint` give up on all files; a wrong duration passes it, and fails the node when
the controller first needs it. Deadlines must be positive.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata:
  generateName: hello-
spec:
  entrypoint: main
  templates:
    - name: main
      retryStrategy:
        limit: 3
        backoff: {duration: 10 minutes}
      container: {image: 'alpine:3.20', command: [echo, hello]}
```

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata:
  generateName: hello-
spec:
  entrypoint: main
  activeDeadlineSeconds: -5
  templates:
    - name: main
      container:
        image: alpine:3.20
        command: [echo, hello]
        resources:
          limits: {memory: 2 GB}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata:
  generateName: hello-
spec:
  entrypoint: main
  activeDeadlineSeconds: 600
  templates:
    - name: main
      retryStrategy:
        limit: 3
        backoff: {duration: 10m}
      container:
        image: alpine:3.20
        command: [echo, hello]
        resources:
          requests: {cpu: 500m, memory: 1Gi}
          limits: {memory: 2Gi}
```
)md",
                 .checks = {on_defect(ir::DefectKind::kQuantity, check_quantity),
                            on_defect(ir::DefectKind::kRange, check_range)}};

} // namespace tiphys::rules::invalid_quantity_duration
