// Optional inputs that a script takes for granted.
#include "analyzer/facts.h"
#include "compiler/front/resolve.h"

namespace tiphys::rules::optional_artifact_hazard {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kUnguarded{"the script uses `{}`, which may be missing"};

/// A test of a file stands somewhere before it: `[ -f …`, `test -e`, `|| true`.
bool is_guarded(std::string_view source) {
    for (const std::string_view test : {"-f ", "-e ", "-d ", "-s ", "-r ", "exists", "||", "isfile",
                                        "isdir", "2>/dev/null", "try:", "access("}) {
        if (source.find(test) != source.npos) return true;
    }
    return false;
}

void check(const wf::Template& source, Context& context) {
    if (source.script() == nullptr || source.inputs() == nullptr) return;
    const ir::Scalar* script = source.script()->source();
    if (script == nullptr || is_guarded(script->text)) return;
    for (const wf::Artifact* artifact : source.inputs()->artifacts()) {
        const ir::Scalar* path = artifact->path();
        if (path == nullptr || path->text.size() < 2 || !front::is_true(artifact->optional()))
            continue;
        const std::size_t at = script->text.find(path->text);
        if (at == script->text.npos) continue;
        context.report(kUnguarded, context.span_in(*script, at, at + path->text.size()), path->text)
            .related(artifact->key_span_of("optional"), "it is optional")
            .help("test for it (`[ -e " + std::string(path->text) +
                  " ]`), or leave `optional` out");
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kInfo,
                 .since = "0.1",
                 .summary = "optional input artifacts that a script takes for granted",
                 .doc = R"md(
An input artifact that is `optional: true` may be missing when the step runs. A script that reads its
path without a test fails then, or works on an empty file.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  templates:
  - name: main
    inputs: {artifacts: [{name: report, path: /tmp/report.csv, optional: true}]}
    script:
      image: alpine:3.20
      command: [sh, -e]
      source: |
        wc -l /tmp/report.csv
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  templates:
  - name: main
    inputs: {artifacts: [{name: report, path: /tmp/report.csv, optional: true}]}
    script:
      image: alpine:3.20
      command: [sh, -e]
      source: |
        if [ -f /tmp/report.csv ]; then wc -l /tmp/report.csv; fi
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::optional_artifact_hazard
