// A volumeMount of a volume that nobody declares.
#include <algorithm>

#include "analyzer/context.h"
#include "analyzer/damage.h"
#include "analyzer/facts.h"
#include "analyzer/suggest.h"
#include "schemas/k8s.gen.h"

namespace tiphys::rules::volume_not_declared {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kUndeclared{"volume `{}` is not declared"};

void add_names(const ir::ListOf<k8s::Volume>& volumes, std::vector<std::string_view>& names) {
    for (const k8s::Volume* volume : volumes)
        names.push_back(ir::text_of(volume->name()));
}

void add_claims(const wf::WorkflowSpec& spec, std::vector<std::string_view>& names) {
    for (const k8s::PersistentVolumeClaim* claim : spec.volume_claim_templates()) {
        const auto* metadata = claim->metadata();
        if (metadata != nullptr) names.push_back(ir::text_of(metadata->name()));
    }
}

/// Everything that a template of this workflow may mount besides its own volumes.
std::vector<std::string_view> shared_names(const front::Flow& flow) {
    std::vector<std::string_view> names;
    for (const wf::WorkflowSpec* spec : {&flow.spec(), flow.base().spec}) {
        if (spec == nullptr) continue;
        add_names(spec->volumes(), names);
        add_claims(*spec, names);
        if (spec->template_defaults() != nullptr) {
            add_names(spec->template_defaults()->volumes(), names);
        }
    }
    return names;
}

class TemplateCheck {
public:
    TemplateCheck(const wf::Template& at, std::vector<std::string_view> names, Context& context)
        : at_(at), names_(std::move(names)), context_(context) {
        add_names(at.volumes(), names_);
    }

    void run() {
        if (at_.container() != nullptr) check_mounts(at_.container()->volume_mounts());
        if (at_.script() != nullptr) check_mounts(at_.script()->volume_mounts());
        if (const wf::ContainerSetTemplate* set = at_.container_set()) {
            check_mounts(set->volume_mounts());
            for (const wf::ContainerNode* container : set->containers())
                check_mounts(container->volume_mounts());
        }
        for (const wf::UserContainer* container : at_.init_containers())
            check_mounts(container->volume_mounts());
        for (const wf::UserContainer* container : at_.sidecars())
            check_mounts(container->volume_mounts());
    }

private:
    void check_mounts(const ir::ListOf<k8s::VolumeMount>& mounts) {
        for (const k8s::VolumeMount* mount : mounts) {
            const ir::Scalar* name = mount->name();
            if (name == nullptr || name->text.empty() || front::has_tag(name->text)) continue;
            if (std::find(names_.begin(), names_.end(), name->text) != names_.end()) continue;
            const Span span = context_.span_in(*name, 0, name->text.size());
            if (is_in_damage(context_, name->text, span)) continue;
            Finding finding = context_.report(kUndeclared, span, name->text);
            if (names_.empty()) {
                finding.help("declare it under the `volumes` of the template or of the workflow");
            } else {
                suggest(finding, span, name->text, names_, "volumes here are");
            }
        }
    }

    const wf::Template& at_;
    std::vector<std::string_view> names_;
    Context& context_;
};

void check(const ir::Document& document, Context& context) {
    for (const front::Flow* flow : context.facts().flows(document)) {
        // A library's templates may rely on the volumes of the workflows that call them.
        const bool has_unknown_base = flow->has_base() && flow->base().spec == nullptr;
        if (flow->is_library() || has_unknown_base) continue;
        const std::vector<std::string_view> names = shared_names(*flow);
        const bool has_dynamic_name = std::any_of(names.begin(), names.end(), front::has_tag);
        if (has_dynamic_name) continue;
        for (const auto& each : flow->templates()) {
            if (front::is_pod(each->kind)) TemplateCheck(*each->source, names, context).run();
        }
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "mounts of volumes that nobody declares",
                 .doc = R"md(
A `volumeMounts` entry names a volume: one of the template's `volumes`, of the workflow's
`volumes`, or of its `volumeClaimTemplates`. Argo does not look at this before it makes the pod;
then the step ends with `volume 'x' not found in workflow spec`.

Templates of WorkflowTemplates are not checked, since a workflow that calls them may bring the
volume.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-}
spec:
  entrypoint: main
  templates:
  - name: main
    container:
      image: golang:1.23
      command: [go, build]
      volumeMounts: [{name: cache, mountPath: /root/.cache}]
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
      image: golang:1.23
      command: [go, build]
      volumeMounts: [{name: cache, mountPath: /root/.cache}]
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::volume_not_declared
