// Images whose name is nearly that of a well-known one.
#include <algorithm>
#include <array>

#include "analyzer/containers.h"
#include "analyzer/images.h"
#include "compiler/base/nearest.h"

namespace tiphys::rules::typosquat_image {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view> kNearly{"`{}` is nearly `{}`, but not it"};

constexpr std::array<std::string_view, 30> kKnown{
    "alpine",          "busybox",         "ubuntu",     "debian",      "fedora",
    "centos",          "python",          "golang",     "node",        "openjdk",
    "maven",           "gradle",          "ruby",       "postgres",    "mysql",
    "mariadb",         "mongo",           "redis",      "rabbitmq",    "nginx",
    "httpd",           "docker",          "influxdb",   "memcached",   "elasticsearch",
    "bitnami/kubectl", "curlimages/curl", "alpine/git", "alpine/helm", "amazon/aws-cli"};

/// Real images with such names.
constexpr std::array<std::string_view, 6> kOthers{"bash", "nose", "mono", "rust", "perl", "php"};

void check(const ContainerView& container, Context& context) {
    const ir::Scalar* image = container.image();
    if (image == nullptr) return;
    const auto name = known_image(image->text);
    if (!name || (!name->registry.empty() && name->registry != "docker.io")) return;
    const std::string_view written = short_repository(*name);
    // In short names everything is near to everything.
    if (written.size() < 5 || std::find(kOthers.begin(), kOthers.end(), written) != kOthers.end()) {
        return;
    }
    if (std::find(kKnown.begin(), kKnown.end(), written) != kKnown.end()) return;
    for (const std::string_view known : kKnown) {
        if (known.size() < 5 || edit_distance(written, known) != 1) continue;
        const std::size_t at = image->text.find(written);
        const Span span = context.span_in(*image, at, at + written.size());
        context.report(kNearly, span, written, known)
            .note("names like this one are registered to be pulled by mistake")
            .help("write `" + std::string(known) + "`, or the full name with its registry")
            .unsafe_fix("write `" + std::string(known) + "`", {{span, std::string(known)}});
        return;
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "images whose name is nearly that of a well-known one",
                 .doc = R"md(
Docker Hub lets anybody take a name that is free, and the names one slip away from `alpine` or
`python` are taken. Compared are images of Docker Hub with about thirty names that everybody uses.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  templates:
  - name: main
    container: {image: 'apline:3.20', command: [make]}
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

} // namespace tiphys::rules::typosquat_image
