// Images by the tag `latest`.
#include "analyzer/containers.h"
#include "analyzer/images.h"

namespace tiphys::rules::latest_tag {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kLatest{"`{}` is another image tomorrow"};

void check(const ContainerView& container, Context& context) {
    const ir::Scalar* image = container.image();
    if (image == nullptr) return;
    const auto name = known_image(image->text);
    if (!name || name->tag != "latest" || !name->digest.empty()) return;
    const std::size_t at = image->text.rfind(":latest");
    context.report(kLatest, context.span_in(*image, at + 1, image->text.size()), image->text)
        .note("a run today and its retry tomorrow may run different programs")
        .help("name a version, or a digest");
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "images by the tag `latest`",
                 .doc = R"md(
`latest` is whatever was pushed last. A workflow that worked yesterday fails today without a change
in Git, two pods of one run can differ, and nobody can say later what ran. Images without any tag
mean the same: see `no-tag`.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  templates:
  - name: main
    container: {image: 'alpine:latest', command: [make]}
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

} // namespace tiphys::rules::latest_tag
