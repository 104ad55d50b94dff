// Images without a tag.
#include "analyzer/containers.h"
#include "analyzer/images.h"

namespace tiphys::rules::no_tag {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kNoTag{
    "`{}` has no tag and so means `latest`, another image tomorrow"};

void check(const ContainerView& container, Context& context) {
    const ir::Scalar* image = container.image();
    if (image == nullptr) return;
    const auto name = known_image(image->text);
    if (!name || !name->tag.empty() || !name->digest.empty()) return;
    context.report(kNoTag, image->span, image->text).help("name a version, or a digest");
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kInfo,
                 .since = "0.1",
                 .summary = "images without a tag",
                 .doc = R"md(
An image without a tag is the one tagged `latest`: whatever was pushed last. What runs changes
without a change in Git.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  templates:
  - name: main
    container: {image: alpine, command: [make]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [make]}
```
)md",
                 .checks = on_containers<check>()};

} // namespace tiphys::rules::no_tag
