// Objects of Argo's API group whose kind or version Argo does not have.
#include <algorithm>

#include "analyzer/describe.h"
#include "analyzer/edits.h"
#include "analyzer/walk.h"
#include "compiler/base/nearest.h"
#include "compiler/front/load.h"

namespace tiphys::rules::unknown_kind_or_version {
namespace {

using namespace analyze;

constexpr Message<std::string_view> kUnknownKind{"Argo has no kind `{}`"};
constexpr Message<std::string_view> kUnknownVersion{"Argo has no version `{}`"};
constexpr Message<std::string_view> kNoVersion{"the {} has no `apiVersion`"};
constexpr Message<> kNoKind{"the object has no `kind`"};

constexpr std::string_view kGroup = "argoproj.io";
constexpr std::string_view kVersion = "argoproj.io/v1alpha1";

/// The kinds that people write; the others are made by the controllers.
std::vector<std::string_view> kinds_to_write() {
    std::vector<std::string_view> names;
    for (const schema::TypeId id : schema::kinds()) {
        const schema::Type& type = schema::type(id);
        if (type.api_version == kVersion) names.push_back(type.name);
    }
    return names;
}

bool is_kind(std::string_view name) {
    const auto names = kinds_to_write();
    return std::find(names.begin(), names.end(), name) != names.end();
}

std::string_view group_of(std::string_view api_version) {
    const std::size_t slash = api_version.find('/');
    return slash == api_version.npos ? std::string_view{} : api_version.substr(0, slash);
}

void report_kind(const ir::Scalar& kind, Context& context) {
    const auto names = kinds_to_write();
    const std::string near(nearest_name(kind.text, names));
    Finding finding = context.report(kUnknownKind, kind.span, kind.text);
    if (near.empty()) {
        // A product of the same group that is newer than this program may have it.
        finding.severity(Severity::kWarning)
            .help("neither Argo Workflows nor Argo Events knows it, so it is not checked");
        return;
    }
    finding.help("did you mean `" + near + "`?");
    std::vector<TextEdit> edits{replace_value(kind, near)};
    if (edit_distance(kind.text, near) <= 2) {
        finding.safe_fix("write `" + near + "`", std::move(edits));
    } else {
        finding.unsafe_fix("write `" + near + "`", std::move(edits));
    }
}

void report_version(const ir::Scalar& version, Context& context) {
    context.report(kUnknownVersion, version.span, version.text)
        .help("write `" + std::string(kVersion) + "`")
        .safe_fix("write `" + std::string(kVersion) + "`",
                  {replace_value(version, std::string(kVersion))});
}

/// A field of an object, or of a mapping of no known kind.
const ir::Value* field_of(const ir::Value& object, std::string_view name) {
    if (const ir::Object* typed = ir::any_object_as(&object)) return typed->field(name);
    const ir::Map* map = ir::map_as(&object);
    return map == nullptr ? nullptr : map->find(name);
}

void check_identity(const ir::Value& object, Context& context) {
    const ir::Scalar* version = ir::scalar_as(field_of(object, "apiVersion"));
    const ir::Scalar* kind = ir::scalar_as(field_of(object, "kind"));
    if (version == nullptr) {
        // A mapping with a kind alone is anything: a selector, a list of resources, a patch.
        if (kind == nullptr || !is_kind(kind->text) || field_of(object, "spec") == nullptr) return;
        const std::string line = "apiVersion: " + std::string(kVersion);
        context.report(kNoVersion, kind->span, kind->text)
            .help("add `" + line + "`")
            .safe_fix("add `apiVersion`",
                      {insert_before(context, object, entries_in_order(object).front(), line)});
        return;
    }
    const bool is_argo = group_of(version->text) == kGroup;
    if (kind == nullptr) {
        if (is_argo) context.report(kNoKind, version->span).help("add `kind`");
        return;
    }
    if (front::is_other_argo_kind(kind->text)) return;
    if (is_argo && !is_kind(kind->text)) report_kind(*kind, context);
    const bool is_wrong_version = is_argo && version->text != kVersion;
    const bool is_wrong_group = !is_argo && front::is_near_argo_version(version->text);
    if (is_wrong_version || (is_wrong_group && is_kind(kind->text))) {
        report_version(*version, context);
    }
}

/// Objects that triggers create.
void check_inner(const ir::Document& document, Context& context) {
    for_each_field(*document.root, [&](const PresentField& present) {
        if (present.field->shape.form != schema::Form::kManifest) return;
        const auto* object = ir::map_as(present.entry->value);
        if (object != nullptr && !object->entries.empty()) check_identity(*object, context);
    });
}

void check(const ir::Document& document, Context& context) {
    // Of a document that breaks off, the kind may be wrong for that alone.
    if (document.root == nullptr || (document.type == nullptr && !document.is_complete)) return;
    if (document.type != nullptr) check_inner(document, context);
    // Documents of a kind that is near to the written one have a type, too.
    const auto* map = ir::map_as(document.root);
    const bool is_object =
        document.object() != nullptr || (map != nullptr && !map->entries.empty());
    const bool is_argo = document.type == nullptr || document.type->api_version == kVersion;
    if (is_object && is_argo) check_identity(*document.root, context);
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "objects of a kind or version that Argo does not have",
                 .doc = R"md(
Nothing watches objects of this kind, and the API server refuses them. `argo lint` passes over the
document without a word. Kinds of the group's other products (Argo CD, Argo Rollouts) are left alone.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflw
metadata:
  generateName: hello-
spec:
  entrypoint: main
  templates:
    - name: main
      container: {image: 'alpine:3.20', command: [echo, hello]}
```

```yaml bad
apiVersion: argoproj.io/v1
kind: CronWorkflow
metadata:
  name: nightly
spec:
  schedules: ["0 3 * * *"]
  concurrencyPolicy: Forbid
  workflowSpec:
    entrypoint: main
    templates:
      - name: main
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
      container: {image: 'alpine:3.20', command: [echo, hello]}
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: of-argo-cd
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::unknown_kind_or_version
