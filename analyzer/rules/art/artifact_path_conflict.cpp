// Two volumes or artifacts at one place of a container.
// Argo: validateLeaf; Kubernetes: validateVolumeMounts.
#include <unordered_map>

#include "analyzer/context.h"
#include "compiler/front/flow.h"
#include "schemas/k8s.gen.h"

namespace tiphys::rules::artifact_path_conflict {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view, std::string_view> kTaken{
    "{} is placed at `{}`, where {} is already"};

/// `/data/` is the folder `/data`.
std::string_view without_slash(std::string_view path) {
    while (path.size() > 1 && path.ends_with('/'))
        path.remove_suffix(1);
    return path;
}

/// The places of one container that are taken.
class Places {
public:
    explicit Places(Context& context) : context_(context) {}

    void add(const ir::Scalar* path, std::string_view noun, const ir::Scalar* name) {
        if (path == nullptr || path->text.empty()) return;
        const std::string what = std::string(noun) + " `" + std::string(ir::text_of(name)) + "`";
        const auto [first, is_new] =
            taken_.try_emplace(without_slash(path->text), Place{path->span, what});
        if (is_new) return;
        context_
            .report(kTaken, context_.span_in(*path, 0, path->text.size()), what, path->text,
                    first->second.what)
            .related(first->second.span, "taken here")
            .help("give one of them another path");
    }

private:
    struct Place {
        Span span;
        std::string what;
    };
    Context& context_;
    std::unordered_map<std::string_view, Place> taken_;
};

void add_mounts(const ir::ListOf<k8s::VolumeMount>& mounts, Places& places) {
    for (const k8s::VolumeMount* mount : mounts)
        places.add(mount->mount_path(), "volume", mount->name());
}

void add_artifacts(const wf::Template& own, Places& places) {
    if (own.inputs() == nullptr) return;
    for (const wf::Artifact* artifact : own.inputs()->artifacts())
        places.add(artifact->path(), "artifact", artifact->name());
}

void check_mounts(const ir::ListOf<k8s::VolumeMount>& mounts, Context& context) {
    Places places(context);
    add_mounts(mounts, places);
}

void check(const wf::Template& own, Context& context) {
    // In a script an artifact may lie inside of a volume, at its root too.
    Places main(context);
    if (own.container() != nullptr) add_mounts(own.container()->volume_mounts(), main);
    if (front::is_pod(front::kind_of(own))) add_artifacts(own, main);
    if (own.script() != nullptr) check_mounts(own.script()->volume_mounts(), context);
    if (const wf::ContainerSetTemplate* set = own.container_set()) {
        check_mounts(set->volume_mounts(), context);
        for (const wf::ContainerNode* container : set->containers())
            check_mounts(container->volume_mounts(), context);
    }
    for (const wf::UserContainer* container : own.init_containers())
        check_mounts(container->volume_mounts(), context);
    for (const wf::UserContainer* container : own.sidecars())
        check_mounts(container->volume_mounts(), context);
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "two volumes or artifacts at the same path of a container",
                 .doc = R"md(
A path of a container is taken by one volume or one input artifact. Argo rejects a second one in a
`container`; in scripts, sets, init containers and sidecars Kubernetes refuses the pod.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-}
spec:
  entrypoint: main
  templates:
  - name: main
    inputs:
      artifacts:
      - {name: sources, path: /src, git: {repo: 'https://github.com/acme/app.git'}}
      - {name: data, path: /src, raw: {data: x}}
    container: {image: 'golang:1.23', command: [go, build]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-}
spec:
  entrypoint: main
  templates:
  - name: main
    inputs:
      artifacts:
      - {name: sources, path: /src, git: {repo: 'https://github.com/acme/app.git'}}
      - {name: data, path: /data, raw: {data: x}}
    container: {image: 'golang:1.23', command: [go, build]}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::artifact_path_conflict
