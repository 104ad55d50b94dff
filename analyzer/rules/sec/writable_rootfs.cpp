// Containers that can change their own programs.
#include "analyzer/context.h"
#include "schemas/k8s.gen.h"

namespace tiphys::rules::writable_rootfs {
namespace {
using namespace analyze;

constexpr Message<> kWritable{"the container can change the files of its image"};

void check(const k8s::SecurityContext& security, Context& context) {
    const ir::Scalar* value = security.read_only_root_filesystem();
    if (ir::text_of(value) == "true") return;
    context.report(kWritable, value == nullptr ? context.headline() : value->span)
        .help("add `readOnlyRootFilesystem: true`, and an `emptyDir` for what it writes");
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kInfo,
                 .since = "0.1",
                 .summary = "containers that can change the files of their image",
                 .doc = R"md(
A container that cannot write to its own image cannot be made to run another program. Where a
container has a `securityContext` at all, it should say `readOnlyRootFilesystem: true`; folders that
it writes to (`/tmp`, outputs) become volumes.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  templates:
  - name: main
    container:
      image: alpine:3.20
      command: [make]
      securityContext: {runAsUser: 1000}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  templates:
  - name: main
    container:
      image: alpine:3.20
      command: [make]
      securityContext: {runAsUser: 1000, readOnlyRootFilesystem: true}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::writable_rootfs
