// Workflows that may go on for ever.
#include "analyzer/edits.h"
#include "analyzer/facts.h"

namespace tiphys::rules::no_deadline {
namespace {
using namespace analyze;

constexpr Message<> kNone{
    "no `activeDeadlineSeconds`: a step that hangs keeps the workflow running"};

bool has_deadline(const wf::Template& source) {
    return source.field("activeDeadlineSeconds") != nullptr || source.field("timeout") != nullptr;
}

bool is_bounded(const wf::WorkflowSpec& spec) {
    if (spec.field("activeDeadlineSeconds") != nullptr) return true;
    return spec.template_defaults() != nullptr && has_deadline(*spec.template_defaults());
}

/// All of the workflow's own leaves have a deadline of their own.
bool are_leaves_bounded(const front::Flow& flow) {
    bool has_leaf = false;
    for (const auto& each : flow.templates()) {
        if (each->kind == front::TemplateKind::kSuspend) return false;
        if (!front::is_leaf(each->kind)) continue;
        has_leaf = true;
        if (!has_deadline(*each->source)) return false;
    }
    return has_leaf;
}

void check(const ir::Document& document, Context& context) {
    for (const front::Flow* flow : context.facts().flows(document)) {
        const wf::WorkflowSpec& spec = flow->spec();
        if (flow->is_library() || flow->has_base() || spec.entrypoint() == nullptr) continue;
        if (is_bounded(spec) || are_leaves_bounded(*flow)) continue;
        Finding finding = context.report(kNone, spec.key_span_of("entrypoint"));
        finding.help("add `activeDeadlineSeconds` to the spec, or to every template that runs a "
                     "pod");
        const ir::Entry* entry = spec.entry("entrypoint");
        finding.unsafe_fix("add `activeDeadlineSeconds: 86400`",
                           {insert_after(context, spec, *entry, "activeDeadlineSeconds: 86400")});
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kInfo,
                 .since = "0.1",
                 .summary = "workflows without a deadline",
                 .doc = R"md(
A download that hangs, a pod that finds no node or an image that cannot be pulled keeps a workflow
running until somebody looks. `activeDeadlineSeconds` ends it, be it after a day.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [make]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  activeDeadlineSeconds: 3600
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [make]}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::no_deadline
