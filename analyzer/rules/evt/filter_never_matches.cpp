// Filters that discard every event.
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <map>

#include "analyzer/events.h"
#include "analyzer/suggest.h"

namespace tiphys::rules::filter_never_matches {
namespace {
using namespace analyze;

constexpr Message<> kEmptyContext{"this filter names nothing, and the controller refuses it"};
constexpr Message<std::string_view> kSameTime{"a window from {} to the same time is empty"};
constexpr Message<std::string_view, std::string_view, std::string_view> kContext{
    "the {} of these events is `{}`, never `{}`"};
constexpr Message<std::string_view> kContradiction{"no number of `{}` passes all filters"};

/// Argo: validateEventCtxFilter in pkg/reconciler/sensor/validate.go.
void check_empty_context(const events::EventContext& filter, Context& context) {
    if (context.enclosing<events::EventDependencyFilter>() == nullptr) return;
    for (const std::string_view field : {"type", "subject", "source", "datacontenttype"}) {
        if (is_given(filter, field)) return;
    }
    if (!filter.unknown.empty()) return;
    context.report(kEmptyContext, context.headline())
        .help("give `type`, `subject`, `source` or `datacontenttype`, or leave it out");
}

/// The seconds of `hh:mm:ss`; equal times may be written differently.
std::string_view time_text(const ir::Scalar* scalar) {
    return ir::text_of(scalar);
}
void check_time(const events::TimeFilter& filter, Context& context) {
    const std::string_view start = time_text(filter.start());
    if (start.empty() || start != time_text(filter.stop())) return;
    context.report(kSameTime, filter.stop()->span, start)
        .related(filter.start()->span, "the begin")
        .help("write another end, or leave the filter out for the whole day");
}

void compare(const ir::Scalar* written, std::string_view words, std::string_view real,
             Context& context) {
    if (written == nullptr || written->text.empty() || real.empty() || written->text == real)
        return;
    const Span span = context.span_in(*written, 0, written->text.size());
    Finding finding = context.report(kContext, span, words, real, written->text);
    const std::string text(real);
    finding.severity(Severity::kWarning).help("write `" + text + "`, or leave it out");
    finding.unsafe_fix("write `" + text + "`", {{span, text}});
}

/// What the CloudEvent says is what the dependency says already.
/// Argo: dispatch in pkg/eventsources/eventing.go; the types in pkg/apis/events/v1alpha1/const.go.
void check_context(const events::EventDependency& dependency, Context& context) {
    if (dependency.filters() == nullptr || dependency.filters()->context() == nullptr) return;
    const events::EventContext& filter = *dependency.filters()->context();
    const std::string_view source = ir::text_of(dependency.event_source_name());
    const std::string_view event = ir::text_of(dependency.event_name());
    if (source.find_first_of("*?[") != source.npos || event.find_first_of("*?[") != event.npos) {
        return;
    }
    compare(filter.source(), "source", source, context);
    compare(filter.subject(), "subject", event, context);
    compare(filter.datacontenttype(), "content type", "application/json", context);
    const std::optional<SourceEvent> found = find_event(context, dependency);
    if (!found) return;
    std::string_view type = found->source_type;
    if (type == "pubSub") type = "pubsub";
    if (type == "storageGrid") type = "storagegrid";
    compare(ir::scalar_as(filter.field("type")), "type", type, context);
}

/// The numbers that filters leave of a path.
struct Interval {
    double low = -std::numeric_limits<double>::infinity();
    double high = std::numeric_limits<double>::infinity();
    bool is_low_open = false;
    bool is_high_open = false;
    const ir::Scalar* last = nullptr;

    [[nodiscard]] bool is_empty() const {
        return low > high || (low == high && (is_low_open || is_high_open));
    }
    void raise(double to, bool is_open) {
        if (to < low || (to == low && !is_open)) return;
        low = to;
        is_low_open = is_open;
    }
    void lower(double to, bool is_open) {
        if (to > high || (to == high && !is_open)) return;
        high = to;
        is_high_open = is_open;
    }
};

void check_numbers(const events::EventDependencyFilter& filters, Context& context) {
    if (ir::text_of(filters.data_logical_operator()) == "or") return;
    std::map<std::string_view, Interval> by_path;
    for (const events::DataFilter* filter : filters.data()) {
        const ir::Scalar* only = nullptr;
        for (const ir::Scalar* value : filter->value())
            only = value;
        // Several values are alternatives.
        if (filter->value().size() != 1 || only == nullptr || filter->path() == nullptr) continue;
        if (text_at(filter, {"type"}) != "number" || is_given(*filter, "template")) continue;
        const std::string copy(only->text);
        char* end = nullptr;
        const double number = std::strtod(copy.c_str(), &end);
        if (end != copy.c_str() + copy.size() || std::isnan(number)) continue;
        const std::string_view comparator = ir::text_of(filter->comparator());
        Interval& interval = by_path[filter->path()->text];
        const bool was_empty = interval.is_empty();
        const bool is_equal = comparator.empty() || comparator == "=";
        if (comparator == ">" || comparator == ">=") interval.raise(number, comparator == ">");
        if (comparator == "<" || comparator == "<=") interval.lower(number, comparator == "<");
        if (is_equal) {
            interval.raise(number, false);
            interval.lower(number, false);
        }
        if (interval.is_empty() && !was_empty) {
            Finding finding = context.report(kContradiction, only->span, filter->path()->text);
            if (interval.last != nullptr)
                finding.related(interval.last->span, "this one excludes it");
            finding.help("all filters of `data` must hold; write `dataLogicalOperator: or`, or "
                         "change a value");
        }
        interval.last = only;
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "filters that discard every event",
                 .doc = R"md(
An empty `context` and a window of no length make the controller refuse the sensor. A context filter
is compared with what is known already: the source is the name of the EventSource, the subject that of
the event, the type its kind; another one is a warning. Numbers that all filters must admit may exclude each other.

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
      context: {source: gitlab}
      data:
      - {path: body.size, type: number, comparator: '>', value: ['10']}
      - {path: body.size, type: number, comparator: '<', value: ['5']}
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
      context: {source: github}
      data:
      - {path: body.size, type: number, comparator: '>', value: ['5']}
      - {path: body.size, type: number, comparator: '<', value: ['10']}
  triggers:
  - template: {name: log, log: {}}
```
)md",
                 .checks = {on<check_empty_context>(), on<check_time>(), on<check_context>(),
                            on<check_numbers>()}};

} // namespace tiphys::rules::filter_never_matches
