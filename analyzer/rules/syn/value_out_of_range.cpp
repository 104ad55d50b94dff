// Numbers and collections beyond what a field takes.
#include "analyzer/context.h"
#include "analyzer/describe.h"

namespace tiphys::rules::value_out_of_range {
namespace {

using namespace analyze;

constexpr Message<std::string_view, std::string_view, std::string_view> kNumber{
    "`{}` is {}, but must be {}"};
constexpr Message<std::string_view, std::string_view, std::int64_t> kSize{
    "`{}` must have {}, but has {}"};

template <class Number>
std::string bounds(Number least, bool has_least, Number most, bool has_most) {
    if (has_least && has_most) {
        return "from " + std::to_string(least) + " to " + std::to_string(most);
    }
    return has_least ? "at least " + std::to_string(least) : "at most " + std::to_string(most);
}

std::string elements(std::uint32_t number) {
    return number == 1 ? " element" : " elements";
}

std::string size_words(const schema::Field& field) {
    const bool has_most = field.most_items != UINT32_MAX;
    if (field.least_items == field.most_items) {
        return "exactly " + std::to_string(field.least_items) + elements(field.least_items);
    }
    return bounds(field.least_items, field.least_items > 0, field.most_items, has_most) +
           elements(has_most ? field.most_items : field.least_items);
}

std::int64_t size_of(const ir::Value& value) {
    if (const auto* list = ir::list_as(&value))
        return static_cast<std::int64_t>(list->items.size());
    const auto* map = ir::map_as(&value);
    return map == nullptr ? 0 : static_cast<std::int64_t>(map->entries.size());
}

void check(const ir::Defect& defect, Context& context) {
    const schema::Field& field = *defect.field;
    const auto* scalar = ir::scalar_as(defect.value);
    if (scalar == nullptr) {
        context.report(kSize, defect.span, field.name, size_words(field), size_of(*defect.value));
        return;
    }
    // Amounts of time are the business of `invalid-quantity-duration`.
    if (field.unit != schema::Unit::kNone) return;
    context.report(kNumber, defect.span, field.name, scalar->text,
                   bounds(field.minimum, field.minimum != schema::kNoMinimum, field.maximum,
                          field.maximum != schema::kNoMaximum));
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "numbers and lists beyond what their field takes",
                 .doc = R"md(
Argo's API limits the value, and refuses the object: a limit of parallel pods below one stops the
workflow for good, a DAG can hold at most 200 tasks, a file mode is at most 0777.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata:
  generateName: hello-
spec:
  entrypoint: main
  parallelism: 0
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
  parallelism: 1
  templates:
    - name: main
      container: {image: 'alpine:3.20', command: [echo, hello]}
```
)md",
                 .checks = {on_defect(ir::DefectKind::kRange, check)}};

} // namespace tiphys::rules::value_out_of_range
