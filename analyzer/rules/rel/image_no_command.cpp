// Containers whose command the controller has to look up in a registry.
// Argo: workflow/controller/workflowpod.go, workflow/controller/entrypoint.
#include "analyzer/containers.h"
#include "analyzer/images.h"
#include "compiler/front/resolve.h"

namespace tiphys::rules::image_no_command {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kNoCommand{
    "no `command`: the controller must ask `{}` what this image runs"};

/// Init containers are started without the executor.
bool is_init_container(const ContainerView& container, const wf::Template& outer) {
    for (const wf::UserContainer* init : outer.init_containers()) {
        if (init == &container.object()) return true;
    }
    return false;
}

/// A patch may bring the command.
bool is_patched(const wf::Template& outer, const wf::WorkflowSpec* spec) {
    const std::string_view patch = ir::text_of(outer.pod_spec_patch());
    const std::string_view common = spec == nullptr ? "" : ir::text_of(spec->pod_spec_patch());
    return patch.find("command") != patch.npos || common.find("command") != common.npos;
}

/// The command may come from the defaults of the workflow.
bool has_default_command(const wf::WorkflowSpec* spec) {
    if (spec == nullptr || spec->template_defaults() == nullptr) return false;
    for (const ContainerView& each : containers_of(*spec->template_defaults(), false)) {
        if (each.command().size() > 0) return true;
    }
    return false;
}

void check(const ContainerView& container, Context& context) {
    const ir::Scalar* image = container.image();
    const auto* outer = context.enclosing<wf::Template>();
    if (image == nullptr || outer == nullptr || container.command().size() > 0) return;
    const auto* spec = context.enclosing<wf::WorkflowSpec>();
    if (is_init_container(container, *outer) || is_patched(*outer, spec)) return;
    if (has_default_command(spec)) return;
    const auto name = known_image(image->text);
    if (!name) return;
    const std::string_view registry = name->registry.empty() ? "docker.io" : name->registry;
    Finding finding = context.report(kNoCommand, image->span, registry);
    if (is_public_registry(name->registry)) finding.severity(Severity::kInfo);
    finding
        .note("the node fails where the controller cannot reach the registry or may not read "
              "from it")
        .help("write the image's entrypoint as `command`, or list the image in the controller's "
              "configuration under `images`");
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "containers without a command, of images in private registries",
                 .doc = R"md(
Argo puts its own executor before the program of a container, so it must know the program. Without
`command` the controller asks the registry for the entrypoint of the image, with the credentials of
`imagePullSecrets`. A registry that needs other credentials, or that only the nodes can reach, makes
the node fail before its pod exists.

Images of public registries are information (`--strict`): the look-up works there while the registry
does, and costs a request.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: report-}
spec:
  entrypoint: main
  templates:
  - name: main
    container: {image: 'registry.example.com/tools/report:1.4', args: [--monthly]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: report-}
spec:
  entrypoint: main
  templates:
  - name: main
    container:
      image: registry.example.com/tools/report:1.4
      command: [/usr/bin/report]
      args: [--monthly]
```
)md",
                 .checks = on_containers<check>()};

} // namespace tiphys::rules::image_no_command
