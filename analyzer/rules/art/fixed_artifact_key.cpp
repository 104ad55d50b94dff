// Artifacts that each run stores under the same key.
#include "analyzer/artifacts.h"
#include "analyzer/context.h"
#include "compiler/front/resolve.h"

namespace tiphys::rules::fixed_artifact_key {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kSame{"each run stores artifact `{}` under the same key"};

void check(const wf::Outputs& outputs, Context& context) {
    if (context.enclosing<wf::Template>() == nullptr) return;
    for (const wf::Artifact* artifact : outputs.artifacts()) {
        const ir::Scalar* key = written_key(*artifact);
        if (key == nullptr || front::has_tag(key->text)) continue;
        context.report(kSame, key->span, ir::text_of(artifact->name()))
            .help("put `{{workflow.name}}` into the key, unless the last run's file is all that "
                  "is wanted");
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kInfo,
                 .since = "0.1",
                 .summary = "artifacts that each run stores under the same key",
                 .doc = R"md(
A key without a tag names one object for all runs: a run overwrites what the one before it stored,
and runs at the same time mix their files.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-}
spec:
  entrypoint: main
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [make]}
    outputs: {artifacts: [{name: report, path: /report, s3: {key: report.tgz}}]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-}
spec:
  entrypoint: main
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [make]}
    outputs: {artifacts: [{name: report, path: /report, s3: {key: '{{workflow.name}}/report.tgz'}}]}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::fixed_artifact_key
