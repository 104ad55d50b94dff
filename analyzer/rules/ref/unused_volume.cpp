// Volumes of a workflow that nothing mounts.
#include <algorithm>
#include <unordered_set>

#include "analyzer/context.h"
#include "analyzer/damage.h"
#include "analyzer/facts.h"
#include "schemas/k8s.gen.h"

namespace tiphys::rules::unused_volume {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kUnused{"volume `{}` is never mounted"};

using Names = std::unordered_set<std::string_view>;

/// The names under `volumeMounts` and `volumeDevices`, wherever they stand.
void collect(const ir::Value& value, Names& names) {
    if (const auto* mount = ir::object_as<k8s::VolumeMount>(&value)) {
        names.insert(ir::text_of(mount->name()));
    } else if (const auto* device = ir::object_as<k8s::VolumeDevice>(&value)) {
        names.insert(ir::text_of(device->name()));
    } else if (const auto* object = ir::any_object_as(&value)) {
        for (const ir::Entry& entry : object->present_fields())
            collect(*entry.value, names);
    } else if (const auto* list = ir::list_as(&value)) {
        for (const ir::Value* item : list->items)
            collect(*item, names);
    }
}

/// Whether a volume may be mounted where this does not look.
bool is_open(const front::Flow& flow, const Names& mounted) {
    if (flow.is_library() || flow.is_embedded() || flow.has_base()) return true;
    if (flow.spec().pod_spec_patch() != nullptr) return true;
    if (std::any_of(mounted.begin(), mounted.end(), front::has_tag)) return true;
    return std::any_of(flow.templates().begin(), flow.templates().end(), [&](const auto& each) {
        if (each->source->pod_spec_patch() != nullptr) return true;
        return std::any_of(each->nodes.begin(), each->nodes.end(), [](const front::FlowNode& node) {
            return node.call.reference != nullptr || node.callee.target == nullptr;
        });
    });
}

void report(const ir::Scalar* name, const Names& mounted, Context& context) {
    if (name == nullptr || name->text.empty() || front::has_tag(name->text)) return;
    if (mounted.count(name->text) > 0) return;
    if (is_in_damage(context, name->text)) return;
    context.report(kUnused, name->span, name->text)
        .help("mount it with `volumeMounts`, or take it out");
}

void check_flow(const front::Flow& flow, Context& context) {
    Names mounted;
    collect(flow.spec(), mounted);
    if (is_open(flow, mounted)) return;
    for (const k8s::Volume* volume : flow.spec().volumes())
        report(volume->name(), mounted, context);
    for (const k8s::PersistentVolumeClaim* claim : flow.spec().volume_claim_templates()) {
        if (claim->metadata() != nullptr) report(claim->metadata()->name(), mounted, context);
    }
}

void check(const ir::Document& document, Context& context) {
    for (const front::Flow* flow : context.facts().flows(document))
        check_flow(*flow, context);
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "volumes that nothing mounts",
                 .doc = R"md(
A volume of the workflow is of use where a container mounts it. One that none mounts costs at the
least a disk, for a claim, and is often a misspelt name at the other end.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-}
spec:
  entrypoint: main
  volumes: [{name: cache, emptyDir: {}}]
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [make]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-}
spec:
  entrypoint: main
  volumes: [{name: cache, emptyDir: {}}]
  templates:
  - name: main
    container:
      image: alpine:3.20
      command: [make]
      volumeMounts: [{name: cache, mountPath: /cache}]
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::unused_volume
