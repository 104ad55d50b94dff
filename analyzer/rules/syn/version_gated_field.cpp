// Fields that came with a later version of Argo than the targeted one.
#include "analyzer/context.h"
#include "analyzer/versions.h"

namespace tiphys::rules::version_gated_field {
namespace {

using namespace analyze;

constexpr Message<std::string_view, std::string_view, std::string_view> kTooNew{
    "field `{}` came with Argo {}, but the target is {}"};

void check_value(const ir::Value& value, Context& context);

void check_object(const ir::Object& object, Context& context) {
    const int target = context.settings().argo_version;
    for (const ir::Entry& entry : object.present_fields()) {
        const auto index = static_cast<std::size_t>(schema::find_field(*object.type, entry.key));
        const schema::Field& field = object.type->fields[index];
        // The tables hold versions of Argo Events as well, which is another product.
        const bool counts = object.type->package == schema::Package::kWorkflow;
        if (counts && !field.since.empty() && version_of(field.since) > target) {
            Finding finding = context.report(kTooNew, ir::key_span(object, entry), field.name,
                                             field.since, version_text(target));
            finding.help("remove it, or raise `--argo-version` once the cluster runs " +
                         std::string(field.since));
        }
        check_value(*entry.value, context);
    }
}

void check_value(const ir::Value& value, Context& context) {
    if (const auto* list = ir::list_as(&value)) {
        for (const ir::Value* item : list->items)
            check_value(*item, context);
    } else if (const auto* map = ir::map_as(&value)) {
        for (const ir::Entry& entry : map->entries)
            check_value(*entry.value, context);
    } else if (const auto* object = ir::any_object_as(&value)) {
        check_object(*object, context);
    }
}

void check(const ir::Document& document, Context& context) {
    constexpr int kNewestInTables = 401;
    if (document.root == nullptr || context.settings().argo_version >= kNewestInTables) return;
    check_value(*document.root, context);
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "fields that the targeted version of Argo does not have yet",
                 .doc = R"md(
The field came with a later version of Argo than the one that `--argo-version` names, so that the
cluster refuses or ignores it. With the newest version as target, which is the default, there is
nothing to find.

```yaml bad argo-version=3.5
apiVersion: argoproj.io/v1alpha1
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

```yaml good argo-version=3.5
apiVersion: argoproj.io/v1alpha1
kind: CronWorkflow
metadata:
  name: nightly
spec:
  schedule: "0 3 * * *"
  concurrencyPolicy: Forbid
  workflowSpec:
    entrypoint: main
    templates:
      - name: main
        container: {image: 'alpine:3.20', command: [echo, hello]}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::version_gated_field
