// Artifacts for which no place to store them is in sight.
#include "analyzer/artifacts.h"
#include "analyzer/context.h"

namespace tiphys::rules::artifact_no_location {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kNowhere{
    "artifact `{}` goes to the cluster's default repository, which this project does not set up"};

bool has_repository(const ir::Project& project) {
    return project.find("ConfigMap", {}, "artifact-repositories") != nullptr ||
           project.find("ConfigMap", {}, "workflow-controller-configmap") != nullptr;
}

void check(const wf::Template& own, Context& context) {
    const auto* spec = context.enclosing<wf::WorkflowSpec>();
    if (own.outputs() == nullptr || spec == nullptr || own.archive_location() != nullptr) return;
    if (spec->artifact_repository_ref() != nullptr || own.steps() || own.dag() != nullptr) return;
    if (has_repository(context.project())) return;
    for (const wf::Artifact* artifact : own.outputs()->artifacts()) {
        const ir::Object* location = location_of(*artifact);
        if (location != nullptr || artifact->name() == nullptr) continue;
        context.report(kNowhere, artifact->name()->span, artifact->name()->text)
            .help("give it a location, or the workflow an `artifactRepositoryRef`; without a "
                  "default repository the step fails when it stores the file");
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kInfo,
                 .since = "0.1",
                 .summary = "artifacts for which no place to store them is in sight",
                 .doc = R"md(
An output artifact without a location is stored in the cluster's default repository. Where the
controller has none, the step fails after its work is done.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-}
spec:
  entrypoint: main
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [make]}
    outputs: {artifacts: [{name: report, path: /report}]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-}
spec:
  entrypoint: main
  artifactRepositoryRef: {configMap: artifact-repositories, key: default}
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [make]}
    outputs: {artifacts: [{name: report, path: /report}]}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::artifact_no_location
