// Semaphores without a limit.
#include <charconv>

#include "analyzer/context.h"
#include "analyzer/suggest.h"
#include "compiler/front/resolve.h"
#include "schemas/k8s.gen.h"

namespace tiphys::rules::semaphore_key_missing {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view> kNoKey{
    "ConfigMap `{}` has no key `{}`: the semaphore has no limit"};
constexpr Message<std::string_view> kNoNumber{"`{}` is no number of holders"};

/// Argo: workflow/sync/config.go: the value must be an integer; below 1 nobody gets the lock.
bool is_positive(std::string_view text) {
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size() && number > 0;
}

std::vector<std::string_view> keys_of(const ir::Map* data) {
    std::vector<std::string_view> keys;
    if (data == nullptr) return keys;
    for (const ir::Entry& entry : data->entries)
        keys.push_back(entry.key);
    return keys;
}

void check(const wf::SemaphoreRef& semaphore, Context& context) {
    const k8s::ConfigMapKeySelector* ref = semaphore.config_map_key_ref();
    if (ref == nullptr || ref->name() == nullptr || ref->key() == nullptr) return;
    if (context.document() == nullptr) return;
    const std::string_view name = ref->name()->text;
    const std::string_view key = ref->key()->text;
    if (front::has_tag(name) || front::has_tag(key)) return;
    const ir::Scalar* own = ir::scalar_as(semaphore.field("namespace"));
    const std::string_view namespace_name =
        own == nullptr ? context.document()->namespace_name : own->text;
    const ir::Document* map =
        context.project().find("ConfigMap", namespace_name, name, context.document()->file);
    if (map == nullptr || map->object() == nullptr) return;
    const ir::Map* data = ir::map_as(map->object()->field("data"));
    const ir::Value* value = data == nullptr ? nullptr : data->find(key);
    if (value == nullptr) {
        const Span span = ref->key()->span;
        Finding finding = context.report(kNoKey, span, name, key);
        finding.related(map->name_span, "`" + std::string(name) + "` is defined here");
        suggest(finding, span, key, keys_of(data), "its keys are");
        return;
    }
    const ir::Scalar* number = ir::scalar_as(value);
    if (number != nullptr && is_positive(number->text)) return;
    context.report(kNoNumber, value->span, number == nullptr ? "" : number->text)
        .related(ref->key()->span, "a semaphore takes its limit from it")
        .help("write a whole number from 1 on, in quotes");
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "semaphores whose limit is missing or no number",
                 .doc = R"md(
A semaphore reads its limit from a key of a ConfigMap. Where the project has the ConfigMap but not
the key, or its value is no whole number above zero, the workflow never gets the lock.

```yaml bad
apiVersion: v1
kind: ConfigMap
metadata: {name: limits}
data: {builds: "2"}
---
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  templates:
  - name: main
    synchronization: {semaphores: [{configMapKeyRef: {name: limits, key: build}}]}
    container: {image: 'alpine:3.20', command: [make]}
```

```yaml good
apiVersion: v1
kind: ConfigMap
metadata: {name: good-limits}
data: {builds: "2"}
---
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  templates:
  - name: main
    synchronization: {semaphores: [{configMapKeyRef: {name: good-limits, key: builds}}]}
    container: {image: 'alpine:3.20', command: [make]}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::semaphore_key_missing
