// YAML inside of texts: manifests, patches, configurations.
// Argo: workflow/validate/validate.go checks manifests alone, and only that they are YAML.
#include <algorithm>

#include "analyzer/embedded.h"
#include "analyzer/walk.h"
#include "analyzer/yaml_reasons.h"

namespace tiphys::rules::invalid_embedded_yaml {
namespace {

using namespace analyze;
using schema::Format;

constexpr Message<std::string_view, std::string_view> kNotYaml{"`{}` is not YAML: {}"};
constexpr Message<std::string_view> kNotMapping{"`{}` must hold a mapping"};
constexpr Message<std::string_view> kTwice{"key `{}` is written twice in the same mapping"};
constexpr Message<std::string_view> kNoField{"the manifest has no `{}`"};
constexpr Message<> kEmpty{"the manifest is empty"};

/// False where the text is not YAML: what it holds says nothing then.
bool is_readable(const EmbeddedYaml& yaml, const doc::Tree& tree, std::string_view field,
                 Context& context) {
    for (const doc::Defect& defect : tree.defects) {
        const Span span = yaml.place(defect.span);
        switch (defect.kind) {
        case doc::DefectKind::kSyntax:
        case doc::DefectKind::kNotUtf8:
        case doc::DefectKind::kControlCharacter:
        case doc::DefectKind::kTooDeep:
        case doc::DefectKind::kAliasExpansion:
        case doc::DefectKind::kUnknownAlias: {
            const YamlReason reason = yaml_reason(defect.detail);
            Finding finding = context.report(kNotYaml, span, field, reason.what);
            if (!reason.help.empty()) finding.help(std::string(reason.help));
            // Further ones often follow from the first.
            return false;
        }
        case doc::DefectKind::kDuplicateKey:
            context.report(kTwice, span, defect.detail)
                .related(yaml.place(defect.other), "first here")
                .severity(Severity::kWarning);
            break;
        // Tags are words by now.
        case doc::DefectKind::kUnquotedBraces:
        case doc::DefectKind::kTemplatedSource:
            break;
        }
    }
    return tree.is_complete && tree.root != doc::NodeId::kNone;
}

/// The object that stands in a mapping of the tree, or a place to begin with.
Span headline(const EmbeddedYaml& yaml, const doc::Tree& tree) {
    const doc::NodeId first = tree.node(tree.root).first_child;
    return yaml.place(first == doc::NodeId::kNone ? tree.span_of(tree.root) : tree.span_of(first));
}

/// A key that is a tag may become any key, or several.
bool has_tag_as_key(const EmbeddedYaml& yaml, const doc::Tree& tree) {
    doc::NodeId key = tree.node(tree.root).first_child;
    while (key != doc::NodeId::kNone) {
        if (yaml.has_tag(tree.span_of(key))) return true;
        key = tree.node(tree.node(key).next_sibling).next_sibling;
    }
    return false;
}

/// True for a mapping; reports others unless a tag may make them one.
bool is_mapping(const EmbeddedYaml& yaml, const doc::Tree& tree, std::string_view field,
                Context& context) {
    if (tree.node(tree.root).kind == doc::NodeKind::kMapping) return true;
    if (!yaml.has_tag(tree.span_of(tree.root))) {
        context.report(kNotMapping, yaml.place(tree.span_of(tree.root)), field);
    }
    return false;
}

void check_identity(const EmbeddedYaml& yaml, const doc::Tree& tree, Context& context) {
    if (!is_mapping(yaml, tree, "manifest", context) || has_tag_as_key(yaml, tree)) return;
    for (const std::string_view key : {"apiVersion", "kind"}) {
        if (child_of(tree, tree.root, key) != doc::NodeId::kNone) continue;
        context.report(kNoField, headline(yaml, tree), key)
            .help("add `" + std::string(key) + "`: without it `kubectl` cannot tell what it is");
    }
}

/// Without flags, which may name the object, all actions take it from the manifest; but a JSON
/// patch is no object. Argo: workflow/executor/resource.go getKubectlArguments.
bool needs_identity(const wf::ResourceTemplate& resource) {
    const bool is_patch = ir::text_of(resource.action()) == "patch";
    return resource.flags().size() == 0 &&
           !(is_patch && ir::text_of(resource.merge_strategy()) == "json");
}

void check_manifest(const wf::ResourceTemplate& resource, Context& context) {
    const ir::Scalar* manifest = resource.manifest();
    if (manifest == nullptr) return;
    const EmbeddedYaml yaml(*manifest, context);
    const bool is_wanted = needs_identity(resource);
    if (yaml.documents().empty() && is_wanted) context.report(kEmpty, manifest->span);
    for (const doc::Tree& tree : yaml.documents()) {
        const bool is_read = is_readable(yaml, tree, "manifest", context);
        if (is_read && is_wanted) check_identity(yaml, tree, context);
    }
}

bool is_yaml(Format format) {
    return format == Format::kYaml || format == Format::kJson || format == Format::kStrategicPatch;
}

void check_field(const PresentField& present, Context& context) {
    if (!is_yaml(present.field->format)) return;
    const std::string_view name = present.field->name;
    for_each_scalar(*present.entry->value, [&](const ir::Scalar& scalar) {
        const EmbeddedYaml yaml(scalar, context);
        for (const doc::Tree& tree : yaml.documents()) {
            if (!is_readable(yaml, tree, name, context)) continue;
            // Lists of blocks and attachments are JSON too.
            if (present.field->format == Format::kJson) continue;
            static_cast<void>(is_mapping(yaml, tree, name, context));
        }
    });
}

void check_document(const ir::Document& document, Context& context) {
    if (document.type == nullptr || document.root == nullptr) return;
    for_each_field(*document.root,
                   [&](const PresentField& present) { check_field(present, context); });
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "manifests and patches in texts that are not YAML",
                 .doc = R"md(
A manifest, a pod patch or a configuration is YAML or JSON inside of a text. A mistake in it shows
only when the node runs. It is checked here after its tags are replaced by words, and reported at its
own line. A manifest also needs `apiVersion` and `kind` where no flag names the object.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata:
  generateName: hello-
spec:
  entrypoint: main
  templates:
    - name: main
      resource:
        action: create
        manifest: |
          apiVersion: v1
          kind: ConfigMap
          metadata:
            name: hello
           labels: {app: hello}
```

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata:
  generateName: hello-
spec:
  entrypoint: main
  templates:
    - name: main
      podSpecPatch: terminationGracePeriodSeconds
      container: {image: 'alpine:3.20', command: [echo, hello]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata:
  generateName: hello-
spec:
  entrypoint: main
  templates:
    - name: main
      podSpecPatch: 'terminationGracePeriodSeconds: 5'
      resource:
        action: create
        manifest: |
          apiVersion: v1
          kind: ConfigMap
          metadata:
            name: {{workflow.name}}
            labels: {app: hello}
```
)md",
                 .checks = {on<check_manifest>(), on_document(check_document)}};

} // namespace tiphys::rules::invalid_embedded_yaml
