// Containers that ask for a GPU and do not use it.
#include <algorithm>
#include <array>

#include "analyzer/code_arguments.h"
#include "analyzer/containers.h"
#include "analyzer/context.h"
#include "analyzer/known_times.h"
#include "schemas/k8s.gen.h"

namespace tiphys::rules::gpu_idle {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view> kIdle{
    "{} is taken, and `{}` does not use it"};

bool is_gpu(std::string_view resource) {
    return resource.ends_with("/gpu") || resource.find(".com/mig-") != resource.npos ||
           resource.ends_with("/tpu");
}

/// Programs that wait or move data.
bool is_trivial(std::string_view program) {
    constexpr std::array<std::string_view, 12> kTrivial{"sleep", "echo", "true",   "cp",
                                                        "mv",    "curl", "wget",   "cat",
                                                        "tar",   "aws",  "gsutil", "rclone"};
    const std::string_view name = program.substr(program.rfind('/') + 1);
    return std::find(kTrivial.begin(), kTrivial.end(), name) != kTrivial.end();
}

void check(const k8s::ResourceRequirements& resources, Context& context) {
    if (context.parents().empty() || !is_container(*context.parents().back())) return;
    const std::vector<const ir::Scalar*> words = ContainerView(*context.parents().back()).words();
    if (words.empty() || !is_trivial(words.front()->text)) return;
    for (const auto& amounts : {resources.limits(), resources.requests()}) {
        for (const ir::Entry& entry : amounts.entries()) {
            const ir::Scalar* amount = ir::scalar_as(entry.value);
            if (!is_gpu(entry.key) || amount == nullptr || amount->text == "0") continue;
            context
                .report(kIdle, ir::key_span(*amounts.map(), entry), entry.key, words.front()->text)
                .help("leave the device out, or move this work into the step that computes");
            return;
        }
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kInfo,
                 .since = "0.1",
                 .summary = "GPUs taken by containers that only wait or copy",
                 .doc = R"md(
A pod holds its GPU from its start to its end. A step that only sleeps, copies or downloads keeps the
device from those that compute.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: load-}
spec:
  entrypoint: main
  templates:
  - name: main
    container:
      image: alpine:3.20
      command: [sleep, '600']
      resources: {limits: {nvidia.com/gpu: 1}}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: load-}
spec:
  entrypoint: main
  templates:
  - name: main
    container:
      image: alpine:3.20
      command: [train, --epochs, '10']
      resources: {limits: {nvidia.com/gpu: 1}}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::gpu_idle
