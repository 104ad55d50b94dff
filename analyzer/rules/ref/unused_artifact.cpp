// Input artifacts that a template takes and passes to nobody.
#include "analyzer/context.h"
#include "analyzer/damage.h"
#include "analyzer/facts.h"

namespace tiphys::rules::unused_artifact {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view> kUnused{
    "template `{}` passes its input artifact `{}` to nobody"};

bool mentions(std::string_view name, std::string_view wanted) {
    const std::string whole = "inputs.artifacts." + std::string(wanted);
    return name.find(whole) != name.npos || name.find("inputs.artifacts[") != name.npos ||
           name == "inputs";
}

void check_template(const front::Flow& flow, const front::FlowTemplate& at, Context& context) {
    const bool is_caller =
        at.kind == front::TemplateKind::kSteps || at.kind == front::TemplateKind::kDag;
    if (!is_caller || at.source->inputs() == nullptr) return;
    const front::Uses& uses = context.facts().uses(flow);
    const auto is_inside = [&](front::Site site) {
        for (const front::FlowTemplate* around = site.inside; around != nullptr;
             around = around->outer) {
            if (around == &at) return true;
        }
        return false;
    };
    for (const wf::Artifact* artifact : at.source->inputs()->artifacts()) {
        if (artifact->name() == nullptr || front::has_tag(artifact->name()->text)) continue;
        bool is_used = false;
        for (const front::TagUse& use : uses.tags) {
            is_used = is_used ||
                      (is_inside(use.text.site) && mentions(use.name(), artifact->name()->text));
        }
        for (const front::TextUse& use : uses.expressions) {
            is_used = is_used || (is_inside(use.site) &&
                                  use.scalar->text.find("artifacts") != std::string::npos);
        }
        if (is_used || is_in_damage(context, artifact->name()->text)) continue;
        context.report(kUnused, artifact->name()->span, at.name(), artifact->name()->text)
            .help("pass it on with `from: \"{{inputs.artifacts." +
                  std::string(artifact->name()->text) + "}}\"`, or take it out");
    }
}

void check(const ir::Document& document, Context& context) {
    for (const front::Flow* flow : context.facts().flows(document)) {
        for (const auto& each : flow->templates())
            check_template(*flow, *each, context);
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "input artifacts that are passed to nobody",
                 .doc = R"md(
A `steps` or `dag` template has no files: an artifact that it takes must be passed on to what it
calls. One that none of its steps and tasks gets has been carried there for nothing.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-}
spec:
  entrypoint: main
  arguments: {artifacts: [{name: code, raw: {data: x}}]}
  templates:
  - name: main
    inputs: {artifacts: [{name: code}]}
    steps:
    - - {name: build, template: build}
  - name: build
    inputs: {artifacts: [{name: code, path: /code, optional: true}]}
    container: {image: 'alpine:3.20', command: [make]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-}
spec:
  entrypoint: main
  arguments: {artifacts: [{name: code, raw: {data: x}}]}
  templates:
  - name: main
    inputs: {artifacts: [{name: code}]}
    steps:
    - - name: build
        template: build
        arguments: {artifacts: [{name: code, from: '{{inputs.artifacts.code}}'}]}
  - name: build
    inputs: {artifacts: [{name: code, path: /code, optional: true}]}
    container: {image: 'alpine:3.20', command: [make]}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::unused_artifact
