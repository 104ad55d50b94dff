// Defaults in a LimitRange for pods, which Kubernetes has for containers only.
// Kubernetes: pkg/apis/core/validation/validation.go ValidateLimitRange.
#include "analyzer/context.h"

namespace tiphys::rules::limit_range_of_pods {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kOfPods{"a limit of the type `Pod` cannot have `{}`"};

void check_limit(const ir::Map& limit, Context& context) {
    const ir::Scalar* type = ir::scalar_as(limit.find("type"));
    if (type == nullptr || type->text != "Pod") return;
    for (const ir::Entry& entry : limit.entries) {
        if (entry.key != "default" && entry.key != "defaultRequest") continue;
        context.report(kOfPods, ir::key_span(limit, entry), entry.key)
            .related(type->span, "the type")
            .note("Kubernetes refuses the LimitRange, so that no pod gets its defaults")
            .help("put the defaults into a limit of their own, with `type: Container`");
    }
}

void check(const ir::Document& document, Context& context) {
    const ir::Map* root = ir::map_as(document.root);
    if (document.kind != "LimitRange" || root == nullptr) return;
    const ir::Map* spec = ir::map_as(root->find("spec"));
    const ir::List* limits = spec == nullptr ? nullptr : ir::list_as(spec->find("limits"));
    if (limits == nullptr) return;
    for (const ir::Value* item : limits->items) {
        if (const ir::Map* limit = ir::map_as(item)) check_limit(*limit, context);
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "default limits for pods, which only containers have",
                 .doc = R"md(
`default` and `defaultRequest` of a LimitRange belong to limits of the type `Container`. With the type
`Pod`, which has `min` and `max` alone, Kubernetes refuses the object; the pods of the namespace then
have neither requests nor limits.

```yaml bad
apiVersion: v1
kind: LimitRange
metadata: {name: defaults}
spec:
  limits:
  - type: Pod
    max: {memory: 8Gi}
    defaultRequest: {memory: 256Mi}
```

```yaml good
apiVersion: v1
kind: LimitRange
metadata: {name: defaults}
spec:
  limits:
  - type: Pod
    max: {memory: 8Gi}
  - type: Container
    defaultRequest: {memory: 256Mi}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::limit_range_of_pods
