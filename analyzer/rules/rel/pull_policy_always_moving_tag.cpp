// Retries that may run another image.
#include "analyzer/containers.h"
#include "analyzer/images.h"

namespace tiphys::rules::pull_policy_always_moving_tag {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kMoving{"a retry may pull another `{}` than the first attempt"};

bool is_retried(const wf::Template& source, const wf::WorkflowSpec* spec) {
    if (source.retry_strategy() != nullptr) return true;
    return spec != nullptr && spec->retry_strategy() != nullptr;
}

void check(const ContainerView& container, Context& context) {
    const ir::Scalar* policy = container.image_pull_policy();
    const auto* source = context.enclosing<wf::Template>();
    if (ir::text_of(policy) != "Always" || source == nullptr || container.image() == nullptr)
        return;
    const auto name = known_image(container.image()->text);
    if (!name || !name->digest.empty() ||
        !is_retried(*source, context.enclosing<wf::WorkflowSpec>()))
        return;
    const std::string_view tag = name->tag;
    const bool is_moving = tag.empty() || tag == "latest" || tag == "main" || tag == "master" ||
                           tag == "stable" || tag == "dev" || tag == "edge" || tag == "nightly";
    if (!is_moving) return;
    context.report(kMoving, policy->span, container.image()->text)
        .related(container.image()->span, "the tag moves")
        .help("name a version, or leave `imagePullPolicy` at `IfNotPresent`");
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "retries that may run another image",
                 .doc = R"md(
`imagePullPolicy: Always` asks the registry at every start. With a tag that moves (`latest`, `main`,
none at all) and a `retryStrategy`, the attempts of one run can be different programs.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  templates:
  - name: main
    retryStrategy: {limit: 3, backoff: {duration: 10s}}
    container: {image: 'registry.example.com/etl:main', imagePullPolicy: Always, command: [etl]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  templates:
  - name: main
    retryStrategy: {limit: 3, backoff: {duration: 10s}}
    container: {image: 'registry.example.com/etl:1.4', imagePullPolicy: Always, command: [etl]}
```
)md",
                 .checks = on_containers<check>()};

} // namespace tiphys::rules::pull_policy_always_moving_tag
