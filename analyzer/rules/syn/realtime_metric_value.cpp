// Values of realtime gauges that are known only at the end.
// Argo: ValidateMetricValues in workflow/metrics.
#include "analyzer/context.h"
#include "compiler/front/resolve.h"

namespace tiphys::rules::realtime_metric_value {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kTooEarly{
    "`{}` is known when the node has ended, and a realtime gauge is read before"};

void check(const wf::Gauge& gauge, Context& context) {
    const ir::Scalar* realtime = gauge.realtime();
    const ir::Scalar* value = gauge.value();
    if (value == nullptr || !front::is_true(realtime)) return;
    constexpr std::string_view kEarly = "resourcesDuration.";
    const std::size_t begin = value->text.find(kEarly);
    if (begin == value->text.npos) return;
    std::size_t end = begin + kEarly.size();
    while (end < value->text.size() && value->text[end] >= 'a' && value->text[end] <= 'z')
        ++end;
    context
        .report(kTooEarly, context.span_in(*value, begin, end),
                value->text.substr(begin, end - begin))
        .related(gauge.key_span_of("realtime"), "read while the node runs")
        .help("take `realtime` away, or measure `{{duration}}`");
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "realtime gauges of values that are known at the end",
                 .doc = R"md(
A gauge with `realtime: true` is read while the node runs. What the node used (`resourcesDuration`)
is added up when it has ended, so Argo rejects it there.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-}
spec:
  entrypoint: main
  templates:
  - name: main
    metrics:
      prometheus:
      - name: cpu
        help: processor time used
        gauge: {realtime: true, value: '{{resourcesDuration.cpu}}'}
    container: {image: 'golang:1.23', command: [go, build]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-}
spec:
  entrypoint: main
  templates:
  - name: main
    metrics:
      prometheus:
      - name: cpu
        help: processor time used
        gauge: {value: '{{resourcesDuration.cpu}}'}
    container: {image: 'golang:1.23', command: [go, build]}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::realtime_metric_value
