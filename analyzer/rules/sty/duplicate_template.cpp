// Templates that differ in nothing but their names.
#include "analyzer/context.h"
#include "compiler/front/equal.h"

namespace tiphys::rules::duplicate_template {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view> kSame{
    "template `{}` is `{}` under another name"};

/// Whether two templates have the same fields with equal values, names excepted.
bool is_same(const wf::Template& a, const wf::Template& b) {
    const auto fields_of = [](const wf::Template& own) {
        std::vector<const ir::Entry*> fields;
        for (const ir::Entry& entry : own.present_fields()) {
            if (entry.key != "name") fields.push_back(&entry);
        }
        return fields;
    };
    const std::vector<const ir::Entry*> left = fields_of(a);
    const std::vector<const ir::Entry*> right = fields_of(b);
    if (left.size() != right.size() || left.empty()) return false;
    for (std::size_t i = 0; i < left.size(); ++i) {
        if (left[i]->key != right[i]->key) return false;
        // One anchored value that both use was written once.
        if (left[i]->value == right[i]->value) return false;
        if (front::first_difference(*left[i]->value, *right[i]->value).has_value()) return false;
    }
    return true;
}

void check(const wf::WorkflowSpec& spec, Context& context) {
    std::vector<const wf::Template*> seen;
    for (const wf::Template* own : spec.templates()) {
        if (own->name() == nullptr || own->suspend() != nullptr) continue;
        for (const wf::Template* former : seen) {
            if (!is_same(*former, *own)) continue;
            context.report(kSame, own->name()->span, own->name()->text, former->name()->text)
                .related(former->name()->span, "the same template")
                .help("call `" + std::string(former->name()->text) +
                      "` instead, and take this one out");
            break;
        }
        seen.push_back(own);
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kInfo,
                 .since = "0.1",
                 .summary = "templates that differ in nothing but their names",
                 .doc = R"md(
Two templates with the same content must be changed together for ever. One of them, called twice,
does the same.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-}
spec:
  entrypoint: main
  templates:
  - name: main
    steps:
    - - {name: a, template: build-a}
      - {name: b, template: build-b}
  - name: build-a
    container: {image: 'alpine:3.20', command: [make]}
  - name: build-b
    container: {image: 'alpine:3.20', command: [make]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-}
spec:
  entrypoint: main
  templates:
  - name: main
    steps:
    - - {name: a, template: build}
      - {name: b, template: build}
  - name: build
    container: {image: 'alpine:3.20', command: [make]}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::duplicate_template
