// Patches of pods that change what a container asks for.
#include "analyzer/context.h"
#include "analyzer/embedded.h"
#include "analyzer/facts.h"
#include "compiler/expr/quantity.h"
#include "schemas/k8s.gen.h"

namespace tiphys::rules::patch_overrides_resources {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view, std::string_view> kOverrides{
    "{} `{}` is not what the pod gets: `podSpecPatch` makes it `{}`"};

/// The `main` container in a patch, or kNone.
doc::NodeId main_container(const doc::Tree& tree) {
    if (tree.root == doc::NodeId::kNone) return doc::NodeId::kNone;
    if (tree.node(tree.root).kind != doc::NodeKind::kMapping) return doc::NodeId::kNone;
    const doc::NodeId containers = child_of(tree, tree.root, "containers");
    if (containers == doc::NodeId::kNone ||
        tree.node(containers).kind != doc::NodeKind::kSequence) {
        return doc::NodeId::kNone;
    }
    for (doc::NodeId at = tree.node(containers).first_child; at != doc::NodeId::kNone;
         at = tree.node(at).next_sibling) {
        if (tree.node(at).kind != doc::NodeKind::kMapping) continue;
        const doc::NodeId name = child_of(tree, at, "name");
        if (name != doc::NodeId::kNone && tree.node(name).text == "main") return at;
    }
    return doc::NodeId::kNone;
}

/// A mapping below a mapping, or kNone.
doc::NodeId mapping_of(const doc::Tree& tree, doc::NodeId mapping, std::string_view key) {
    if (mapping == doc::NodeId::kNone) return mapping;
    const doc::NodeId found = child_of(tree, mapping, key);
    const bool is_mapping =
        found != doc::NodeId::kNone && tree.node(found).kind == doc::NodeKind::kMapping;
    return is_mapping ? found : doc::NodeId::kNone;
}

void check_amounts(std::string_view what, const ir::MapOf<ir::Scalar>& written,
                   const EmbeddedYaml& patch, const doc::Tree& tree, doc::NodeId patched,
                   Context& context) {
    if (patched == doc::NodeId::kNone) return;
    for (const ir::Entry& entry : written.entries()) {
        const ir::Scalar* amount = ir::scalar_as(entry.value);
        const doc::NodeId other = child_of(tree, patched, entry.key);
        if (amount == nullptr || other == doc::NodeId::kNone) continue;
        if (patch.has_tag(tree.span_of(other))) continue;
        const auto a = expr::parse_quantity(amount->text);
        const auto b = expr::parse_quantity(tree.node(other).text);
        if (!a.has_value() || !b.has_value() || expr::compare(*a, *b) == 0) continue;
        context
            .report(kOverrides, amount->span,
                    "the " + std::string(what) + " of " + std::string(entry.key), amount->text,
                    tree.node(other).text)
            .related(patch.place(tree.span_of(other)), "the patch, which is applied last")
            .help("say it in one of the two places");
    }
}

void check_template(const front::FlowTemplate& at, const EmbeddedYaml& patch, Context& context) {
    if (patch.documents().size() != 1) return;
    const doc::Tree& tree = patch.documents().front();
    const doc::NodeId resources = mapping_of(tree, main_container(tree), "resources");
    for (const std::string_view field : {"container", "script"}) {
        const ir::Object* container = ir::any_object_as(at.source->field(field));
        const auto* written =
            container == nullptr
                ? nullptr
                : ir::object_as<k8s::ResourceRequirements>(container->field("resources"));
        if (written == nullptr) continue;
        check_amounts("request", written->requests(), patch, tree,
                      mapping_of(tree, resources, "requests"), context);
        check_amounts("limit", written->limits(), patch, tree,
                      mapping_of(tree, resources, "limits"), context);
    }
}

void check(const ir::Document& document, Context& context) {
    for (const front::Flow* flow : context.facts().flows(document)) {
        const ir::Scalar* patch = flow->spec().pod_spec_patch();
        if (patch == nullptr) continue;
        const EmbeddedYaml parsed(*patch, context);
        for (const auto& each : flow->templates()) {
            // The template's own patch is applied after the workflow's.
            if (each->source->pod_spec_patch() == nullptr) check_template(*each, parsed, context);
        }
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "patches of all pods that change what a container asks for",
                 .doc = R"md(
`podSpecPatch` of the workflow is applied to every pod, after the settings of its containers. Where a
container says how much it needs, the patch silently replaces it: 512Mi that were asked for become
the 256Mi of the patch.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: load-}
spec:
  entrypoint: main
  podSpecPatch: |
    containers:
    - name: main
      resources:
        requests: {memory: 256Mi}
  templates:
  - name: main
    container:
      image: alpine:3.20
      command: [work]
      resources:
        requests: {cpu: 200m, memory: 512Mi}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: load-}
spec:
  entrypoint: main
  podSpecPatch: |
    containers:
    - name: main
      resources:
        requests: {memory: 512Mi}
  templates:
  - name: main
    container:
      image: alpine:3.20
      command: [work]
      resources:
        requests: {cpu: 200m, memory: 512Mi}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::patch_overrides_resources
