// Labels of metrics with a value of its own for each run.
#include <algorithm>
#include <array>

#include "analyzer/context.h"
#include "compiler/expr/tags.h"

namespace tiphys::rules::unbounded_metric_label {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kUnbounded{"`{}` is another one in each run"};

constexpr std::array<std::string_view, 6> kOfRun{
    "workflow.name",    "workflow.uid", "pod.name", "node.name", "workflow.creationTimestamp",
    "workflow.duration"};

void check(const wf::MetricLabel& label, Context& context) {
    const ir::Scalar* value = label.value();
    if (value == nullptr) return;
    for (const expr::Tag& tag : expr::scan_tags(value->text).tags) {
        const std::string_view name =
            value->text.substr(tag.name.begin, tag.name.end - tag.name.begin);
        if (std::find(kOfRun.begin(), kOfRun.end(), name) == kOfRun.end()) continue;
        context.report(kUnbounded, context.span_in(*value, tag.range.begin, tag.range.end), name)
            .note("each value makes a series of its own, which the controller and Prometheus keep")
            .help("label with what few runs differ in: the template, the branch, the status");
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "labels of metrics that differ in each run",
                 .doc = R"md(
Prometheus keeps a time series for each combination of labels, and so does Argo's controller. A label
with the workflow's name or id makes one for each run: memory grows without end, and no two points lie
on the same line.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: load-}
spec:
  entrypoint: main
  metrics:
    prometheus:
    - name: load_seconds
      help: Duration of a load
      labels: [{key: run, value: '{{workflow.name}}'}]
      gauge: {value: '{{workflow.duration}}'}
  templates:
  - name: main
    container: {image: 'etl:1.4', command: [load]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: load-}
spec:
  entrypoint: main
  metrics:
    prometheus:
    - name: load_seconds
      help: Duration of a load
      labels: [{key: status, value: '{{workflow.status}}'}]
      gauge: {value: '{{workflow.duration}}'}
  templates:
  - name: main
    container: {image: 'etl:1.4', command: [load]}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::unbounded_metric_label
