// Kaniko without anything to build.
#include "analyzer/containers.h"
#include "analyzer/images.h"

namespace tiphys::rules::kaniko_no_context {
namespace {
using namespace analyze;

constexpr Message<> kNoContext{"kaniko is not told what to build: there is no `--context`"};

void check(const ContainerView& container, Context& context) {
    const ir::Scalar* image = container.image();
    if (image == nullptr || container.args().size() == 0) return;
    const auto name = known_image(image->text);
    if (!name || !name->repository.ends_with("kaniko-project/executor")) return;
    for (const ir::Scalar* word : container.words()) {
        const std::string_view text = word->text;
        const bool may_hold = text.find("{{") != text.npos && !text.starts_with("--");
        if (text.starts_with("--context") || text == "-c" || text.starts_with("-c=") || may_hold) {
            return;
        }
    }
    context.report(kNoContext, container.object().key_span_of("args"))
        .note("its default is `/workspace/`, which is empty unless something is mounted there")
        .help("add `--context=dir:///path` for an input artifact, or `--context=git://…`");
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "kaniko without `--context`",
                 .doc = R"md(
Kaniko builds what `--context` names. Without it, it looks into `/workspace/`, where nothing is
unless a volume or an input artifact was put there: the build ends with a missing Dockerfile.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  templates:
  - name: main
    container: {image: 'gcr.io/kaniko-project/executor:v1.23.2', command: [/kaniko/executor], args: ['--destination=registry.example.com/app:1']}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  templates:
  - name: main
    container: {image: 'gcr.io/kaniko-project/executor:v1.23.2', command: [/kaniko/executor], args: ['--context=dir:///src', '--destination=registry.example.com/app:1']}
```
)md",
                 .checks = on_containers<check>()};

} // namespace tiphys::rules::kaniko_no_context
