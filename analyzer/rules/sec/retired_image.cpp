// Images that nobody maintains any more.
#include <array>

#include "analyzer/containers.h"
#include "analyzer/images.h"

namespace tiphys::rules::retired_image {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view> kRetired{"`{}` gets no updates any more: {}"};

struct Retired {
    std::string_view registry;
    std::string_view repository; ///< beginning of it
    std::string_view reason;
    std::string_view help;
};

constexpr std::array<Retired, 9> kRetiredImages{
    Retired{"k8s.gcr.io", "", "the registry was frozen in 2023", "write `registry.k8s.io`"},
    Retired{"", "docker/whalesay", "its author removed it",
            "use `busybox` or `alpine` with `echo`"},
    Retired{"gcr.io", "kaniko-project/", "the project was archived in 2025",
            "use a maintained fork, or BuildKit in rootless mode"},
    Retired{"", "openjdk", "the project ended it", "use `eclipse-temurin` or `amazoncorretto`"},
    Retired{"", "centos", "the distribution ended in 2024", "use `almalinux` or `rockylinux`"},
    Retired{"", "stedolan/jq", "the project moved", "use `ghcr.io/jqlang/jq`"},
    Retired{"gcr.io", "cloud-builders/", "Google replaced it",
            "use `gcr.io/google.com/cloudsdktool/google-cloud-cli`"},
    Retired{"", "mesosphere/aws-cli", "it is years old", "use `amazon/aws-cli`"},
    Retired{"", "lachlanevenson/k8s-", "it is years old", "use `bitnami/kubectl` or `alpine/k8s`"}};

bool is_it(const Retired& retired, const expr::ImageReference& image) {
    const std::string_view registry = image.registry == "docker.io" ? "" : image.registry;
    if (registry != retired.registry) return false;
    const std::string_view name = short_repository(image);
    const bool is_prefix = retired.repository.empty() || retired.repository.ends_with("/") ||
                           retired.repository.ends_with("-");
    return is_prefix ? name.starts_with(retired.repository) : name == retired.repository;
}

void check(const ContainerView& container, Context& context) {
    const ir::Scalar* image = container.image();
    if (image == nullptr) return;
    const auto name = known_image(image->text);
    if (!name) return;
    for (const Retired& retired : kRetiredImages) {
        if (!is_it(retired, *name)) continue;
        context.report(kRetired, image->span, image->text, retired.reason)
            .help(std::string(retired.help));
        return;
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kInfo,
                 .since = "0.1",
                 .summary = "images that nobody maintains any more",
                 .doc = R"md(
Images whose project has ended get no repairs of security holes, and may vanish from their registry.
Known are a few that are still common in examples and old manifests.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  templates:
  - name: main
    container: {image: 'k8s.gcr.io/pause:3.2', command: [/pause]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  templates:
  - name: main
    container: {image: 'registry.k8s.io/pause:3.10', command: [/pause]}
```
)md",
                 .checks = on_containers<check>()};

} // namespace tiphys::rules::retired_image
