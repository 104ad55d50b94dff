// Stored logs of steps that handle secrets.
#include "analyzer/containers.h"
#include "compiler/front/resolve.h"

namespace tiphys::rules::archive_logs_with_secrets {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kStored{"the log of `{}`, which gets secrets, is stored"};

bool gets_secrets(const ContainerView& container) {
    if (has_whole_secret(container)) return true;
    for (const k8s::EnvVar* variable : container.env()) {
        if (is_from_secret(*variable)) return true;
    }
    return false;
}

void check(const wf::Template& source, Context& context) {
    const wf::ArtifactLocation* location = source.archive_location();
    const ir::Scalar* own = location == nullptr ? nullptr : location->archive_logs();
    const auto* spec = context.enclosing<wf::WorkflowSpec>();
    const ir::Scalar* common = spec == nullptr ? nullptr : spec->archive_logs();
    const bool is_stored = own != nullptr ? front::is_true(own) : front::is_true(common);
    if (!is_stored) return;
    for (const ContainerView& container : containers_of(source, false)) {
        if (!gets_secrets(container)) continue;
        const Span span = own != nullptr ? location->key_span_of("archiveLogs")
                                         : container.object().key_span_of("env");
        context.report(kStored, span, ir::text_of(source.name()))
            .note("what a program prints by mistake is then in the bucket for as long as it keeps "
                  "things")
            .help("write `archiveLocation: {archiveLogs: false}` for this template");
        return;
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kInfo,
                 .since = "0.1",
                 .summary = "stored logs of steps that handle secrets",
                 .doc = R"md(
`archiveLogs` saves what a container prints as an artifact. Programs print secrets when they are
called with `set -x`, fail with their whole command line, or are told to be verbose.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  archiveLogs: true
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [push], env: [{name: TOKEN, valueFrom: {secretKeyRef: {name: registry, key: token}}}]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  archiveLogs: true
  templates:
  - name: main
    archiveLocation: {archiveLogs: false}
    container: {image: 'alpine:3.20', command: [push], env: [{name: TOKEN, valueFrom: {secretKeyRef: {name: registry, key: token}}}]}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::archive_logs_with_secrets
