// Artifacts that are deleted with one run and belong to all of them.
#include "analyzer/artifacts.h"
#include "analyzer/context.h"
#include "compiler/front/resolve.h"

namespace tiphys::rules::artifact_gc_on_shared_key {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kShared{
    "artifact `{}` is deleted with each workflow, and its key is the same for all of them"};

template <class Policy>
bool deletes(const Policy* policy) {
    if (policy == nullptr) return false;
    const std::string_view strategy = ir::text_of(policy->strategy());
    return strategy == "OnWorkflowCompletion" || strategy == "OnWorkflowDeletion";
}

void check(const wf::Outputs& outputs, Context& context) {
    const auto* spec = context.enclosing<wf::WorkflowSpec>();
    if (spec == nullptr) return;
    for (const wf::Artifact* artifact : outputs.artifacts()) {
        const bool is_deleted = artifact->artifact_gc() == nullptr
                                    ? deletes(spec->artifact_gc())
                                    : deletes(artifact->artifact_gc());
        const ir::Scalar* key = written_key(*artifact);
        if (!is_deleted || key == nullptr || front::has_tag(key->text)) continue;
        const ir::Object& owner = artifact->artifact_gc() != nullptr
                                      ? static_cast<const ir::Object&>(*artifact)
                                      : static_cast<const ir::Object&>(*spec);
        context.report(kShared, key->span, ir::text_of(artifact->name()))
            .related(owner.key_span_of("artifactGC"), "deleted because of this")
            .help("put `{{workflow.name}}` or `{{workflow.uid}}` into the key");
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "deletion of artifacts that all runs share",
                 .doc = R"md(
`artifactGC` deletes what a workflow has stored. Under a key without any tag, every run stores the
same object: the deletion for one run takes it from all others, those that still run included.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-}
spec:
  entrypoint: main
  artifactGC: {strategy: OnWorkflowDeletion}
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
  artifactGC: {strategy: OnWorkflowDeletion}
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [make]}
    outputs: {artifacts: [{name: report, path: /report, s3: {key: '{{workflow.uid}}/report.tgz'}}]}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::artifact_gc_on_shared_key
