// Images by a tag alone.
#include "analyzer/containers.h"
#include "analyzer/images.h"

namespace tiphys::rules::unpinned_digest {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kUnpinned{"`{}` can be replaced in its registry"};

void check(const ContainerView& container, Context& context) {
    const ir::Scalar* image = container.image();
    if (image == nullptr) return;
    const auto name = known_image(image->text);
    // Without a version there are findings already.
    if (!name || name->tag.empty() || name->tag == "latest" || !name->digest.empty()) return;
    context.report(kUnpinned, image->span, image->text)
        .help("add the digest behind the tag: `" + std::string(image->text) + "@sha256:…`");
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kInfo,
                 .since = "0.1",
                 .summary = "images by a tag without a digest",
                 .doc = R"md(
A tag can be moved to another image, by its owner or by whoever got the owner's password. A digest
names the content itself.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [make]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  templates:
  - name: main
    container: {image: 'alpine:3.20@sha256:d9e853e87e55526f6b2917df91a2115c36dd7c696a35be12163d44e6e2a4b6bc', command: [make]}
```
)md",
                 .checks = on_containers<check>()};

} // namespace tiphys::rules::unpinned_digest
