// A manifest taken from an artifact that the template does not have.
// Argo: validateLeaf in workflow/validate/validate.go.
#include <algorithm>

#include "analyzer/context.h"
#include "analyzer/suggest.h"

namespace tiphys::rules::undefined_manifest_artifact {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kUnknown{"this template has no input artifact `{}`"};

void check(const wf::Template& own, Context& context) {
    const wf::ResourceTemplate* resource = own.resource();
    if (resource == nullptr || resource->manifest_from() == nullptr) return;
    const wf::Artifact* artifact = resource->manifest_from()->artifact();
    if (artifact == nullptr || artifact->name() == nullptr) return;
    std::vector<std::string_view> names;
    if (own.inputs() != nullptr) {
        for (const wf::Artifact* input : own.inputs()->artifacts())
            names.push_back(ir::text_of(input->name()));
    }
    const ir::Scalar& name = *artifact->name();
    if (std::find(names.begin(), names.end(), name.text) != names.end()) return;
    const Span span = context.span_in(name, 0, name.text.size());
    Finding finding = context.report(kUnknown, span, name.text);
    if (names.empty()) {
        finding.help("declare it under `inputs.artifacts` of the template");
    } else {
        suggest(finding, span, name.text, names, "its input artifacts are");
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "manifests taken from an artifact that is not there",
                 .doc = R"md(
`manifestFrom.artifact` names an input artifact of the same template, whose file is the manifest.
Argo rejects a name that is none.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-}
spec:
  entrypoint: main
  templates:
  - name: main
    inputs: {artifacts: [{name: job, path: /job.yaml, raw: {data: '{apiVersion: v1, kind: List}'}}]}
    resource: {action: create, manifestFrom: {artifact: {name: manifest}}}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-}
spec:
  entrypoint: main
  templates:
  - name: main
    inputs: {artifacts: [{name: job, path: /job.yaml, raw: {data: '{apiVersion: v1, kind: List}'}}]}
    resource: {action: create, manifestFrom: {artifact: {name: job}}}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::undefined_manifest_artifact
