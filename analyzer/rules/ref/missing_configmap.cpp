// Keys of ConfigMaps that the project does not have.
#include <algorithm>

#include "analyzer/context.h"
#include "analyzer/suggest.h"
#include "compiler/front/resolve.h"
#include "schemas/k8s.gen.h"

namespace tiphys::rules::missing_configmap {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view> kNoKey{"ConfigMap `{}` has no key `{}`"};
constexpr Message<std::string_view> kNotHere{"ConfigMap `{}` is not in this project"};

std::vector<std::string_view> keys_of(const ir::Document& document) {
    std::vector<std::string_view> keys;
    const auto add = [&](const ir::Value* value) {
        const ir::Map* map = ir::map_as(value);
        if (map == nullptr) return;
        for (const ir::Entry& entry : map->entries)
            keys.push_back(entry.key);
    };
    for (const std::string_view field : {"data", "binaryData"}) {
        if (const ir::Object* object = document.object()) {
            add(object->field(field));
        } else if (const ir::Map* map = ir::map_as(document.root)) {
            add(map->find(field));
        }
    }
    return keys;
}

void check_reference(const ir::Scalar* name, const ir::Scalar* key, Context& context) {
    if (name == nullptr || name->text.empty() || front::has_tag(name->text)) return;
    const std::string_view space =
        context.document() == nullptr ? std::string_view{} : context.document()->namespace_name;
    const ir::Document* found =
        context.project().find("ConfigMap", space, name->text, name->span.file);
    if (found == nullptr) {
        Finding finding =
            context.report(kNotHere, context.span_in(*name, 0, name->text.size()), name->text);
        if (!context.project().defines_any("ConfigMap")) finding.severity(Severity::kInfo);
        finding.help("it must exist in the cluster; lint it together with this file to have its "
                     "keys checked");
        return;
    }
    if (key == nullptr || key->text.empty() || front::has_tag(key->text)) return;
    const std::vector<std::string_view> keys = keys_of(*found);
    if (std::find(keys.begin(), keys.end(), key->text) != keys.end()) return;
    const Span span = context.span_in(*key, 0, key->text.size());
    Finding finding = context.report(kNoKey, span, name->text, key->text);
    finding.related(found->name_span, "defined here");
    suggest(finding, span, key->text, keys, "its keys are");
}

void check(const k8s::ConfigMapKeySelector& own, Context& context) {
    if (!front::is_true(own.optional())) check_reference(own.name(), own.key(), context);
}

void check_repository(const wf::ArtifactRepositoryRef& own, Context& context) {
    check_reference(own.config_map(), own.key(), context);
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "keys of ConfigMaps that the project does not have",
                 .doc = R"md(
A value from a ConfigMap needs the object and the key. Where the project defines the object without
the key, the step cannot start. An object that the project lacks is a warning where it defines other
ConfigMaps, and a hint (`--strict`) elsewhere. `optional: true` is silent.

```yaml bad
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {region: eu}
---
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-}
spec:
  entrypoint: main
  templates:
  - name: main
    inputs:
      parameters: [{name: r, valueFrom: {configMapKeyRef: {name: settings, key: regoin}}}]
    container: {image: 'alpine:3.20', command: [echo, '{{inputs.parameters.r}}']}
```

```yaml good
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {region: eu}
---
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-}
spec:
  entrypoint: main
  templates:
  - name: main
    inputs:
      parameters: [{name: r, valueFrom: {configMapKeyRef: {name: settings, key: region}}}]
    container: {image: 'alpine:3.20', command: [echo, '{{inputs.parameters.r}}']}
```
)md",
                 .checks = {on<check>(), on<check_repository>()}};

} // namespace tiphys::rules::missing_configmap
