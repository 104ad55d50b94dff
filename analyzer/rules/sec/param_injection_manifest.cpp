// Texts from outside that are pasted into manifests of resource templates.
#include "analyzer/context.h"
#include "analyzer/facts.h"
#include "analyzer/taint_finding.h"

namespace tiphys::rules::param_injection_manifest {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view> kPasted{"`{}` becomes {}"};

void check(const ir::Document& document, Context& context) {
    for (const TaintedText& taint : context.facts().taints(document)) {
        const bool is_meant = taint.sink == Sink::kManifest;
        if (!is_meant || !is_told_here(taint, context)) continue;
        if (taint.source == TaintSource::kCaller) continue;
        Finding finding =
            context.report(kPasted, place_of(taint, context), taint.name, outcome_words(taint));
        explain(taint, finding);
        finding.help("a line break in it adds fields to the object: write `{{=toJson(…)}}` without "
                     "quotes around it, which stays one value");
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "parameters that are pasted into manifests",
                 .doc = R"md(
Argo replaces tags in the text of `resource.manifest` before it is read as YAML. A text with a line
break in it adds fields: a container, a privileged setting, a service account. The object is made
with the rights of the workflow. `{{=toJson(…)}}` stays one value whatever it holds.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: load-}
spec:
  entrypoint: main
  arguments: {parameters: [{name: name}]}
  templates:
  - name: main
    resource:
      action: create
      manifest: |
        apiVersion: v1
        kind: ConfigMap
        metadata: {generateName: load-}
        data:
          name: {{workflow.parameters.name}}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: load-}
spec:
  entrypoint: main
  arguments: {parameters: [{name: name}]}
  templates:
  - name: main
    resource:
      action: create
      manifest: |
        apiVersion: v1
        kind: ConfigMap
        metadata: {generateName: load-}
        data:
          name: {{=toJson(workflow.parameters.name)}}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::param_injection_manifest
