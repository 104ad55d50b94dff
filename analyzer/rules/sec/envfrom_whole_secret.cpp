// Containers that get all keys of a Secret.
#include "analyzer/containers.h"

namespace tiphys::rules::envfrom_whole_secret {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kWhole{"the container gets every key of Secret `{}`"};

void check(const k8s::EnvFromSource& source, Context& context) {
    const k8s::SecretEnvSource* secret = source.secret_ref();
    if (secret == nullptr || secret->name() == nullptr) return;
    context.report(kWhole, secret->name()->span, secret->name()->text)
        .note("keys that are added to the Secret later reach it too, and every program that it "
              "starts")
        .help("name the keys that it needs: `env` with `valueFrom: {secretKeyRef: …}`");
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kInfo,
                 .since = "0.1",
                 .summary = "containers that get all keys of a Secret",
                 .doc = R"md(
`envFrom` with a Secret puts all of its keys into the environment, needed or not, and those added
later as well.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [make], envFrom: [{secretRef: {name: registry}}]}
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
      envFrom: [{configMapRef: {name: settings}}]
      env: [{name: TOKEN, valueFrom: {secretKeyRef: {name: registry, key: token}}}]
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::envfrom_whole_secret
