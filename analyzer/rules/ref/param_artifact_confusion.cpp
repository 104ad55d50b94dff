// A parameter where an artifact belongs, or the other way round.
#include "analyzer/context.h"
#include "analyzer/facts.h"
#include "compiler/front/scope.h"

namespace tiphys::rules::param_artifact_confusion {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kTextAsArtifact{"`from` takes an artifact, and `{}` is a text"};
constexpr Message<std::string_view> kArtifactAsText{"`{}` is an artifact, which has no text"};

bool is_from(const front::TextUse& text) {
    return text.field != nullptr && text.field->name == "from" &&
           (text.parent->type->id == wf::Artifact::kType ||
            text.parent->type->id == wf::ArtifactPaths::kType);
}

void explain_artifact(const front::TagUse& use, Finding finding) {
    const std::string name(use.name());
    if (name.starts_with("inputs.")) {
        finding.help("the place of its file is `{{" + name + ".path}}`");
    } else {
        finding.help("pass it under `arguments.artifacts`, or let the step leave a parameter");
    }
}

void check_use(const front::TagUse& use, Context& context) {
    if (use.tag.is_expression || use.tag.is_nested) return;
    const front::Scope scope(context.facts().flows(), use.text.site);
    const front::Lookup lookup = scope.find(use.name());
    if (lookup.standing != front::Standing::kKnown) return;
    const bool is_artifact = lookup.type == front::VariableType::kArtifact;
    if (is_artifact == is_from(use.text)) return;
    const Span span = context.span_in(*use.text.scalar, use.tag.range.begin, use.tag.range.end);
    Finding finding = is_artifact ? context.report(kArtifactAsText, span, use.name())
                                  : context.report(kTextAsArtifact, span, use.name());
    if (lookup.declaration != nullptr) {
        finding.related(lookup.declaration->span, "declared here");
    }
    if (is_artifact) {
        explain_artifact(use, finding);
    } else {
        finding.help("pass a text under `arguments.parameters`, or make a file of it with `raw: "
                     "{data: '{{" +
                     std::string(use.name()) + "}}'}`");
    }
}

void check(const ir::Document& document, Context& context) {
    for (const front::Flow* flow : context.facts().flows(document)) {
        for (const front::TagUse& use : context.facts().uses(*flow).tags) {
            const std::string_view name = use.name();
            const bool may_be_artifact = name.find("artifacts.") != name.npos;
            if (may_be_artifact || is_from(use.text)) check_use(use, context);
        }
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "parameters used as artifacts, and artifacts as text",
                 .doc = R"md(
Parameters are texts, which replace tags; artifacts are files, which only `from` can pass on.
`from: '{{steps.a.outputs.parameters.p}}'` finds no artifact, and a text with
`{{inputs.artifacts.f}}` keeps its braces: the place of the file is `{{inputs.artifacts.f.path}}`.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: pass-}
spec:
  entrypoint: main
  templates:
  - name: main
    steps:
    - - {name: make, template: make}
    - - name: use
        template: use
        arguments: {artifacts: [{name: f, from: '{{steps.make.outputs.parameters.p}}'}]}
  - name: make
    container: {image: 'alpine:3.20', command: [make]}
    outputs: {parameters: [{name: p, valueFrom: {path: /tmp/p}}]}
  - name: use
    inputs: {artifacts: [{name: f, path: /tmp/f}]}
    container: {image: 'alpine:3.20', command: [cat, /tmp/f]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: pass-}
spec:
  entrypoint: main
  templates:
  - name: main
    steps:
    - - {name: make, template: make}
    - - name: use
        template: use
        arguments: {artifacts: [{name: f, from: '{{steps.make.outputs.artifacts.f}}'}]}
  - name: make
    container: {image: 'alpine:3.20', command: [make]}
    outputs: {artifacts: [{name: f, path: /tmp/f}]}
  - name: use
    inputs: {artifacts: [{name: f, path: /tmp/f}]}
    container: {image: 'alpine:3.20', command: [cat, /tmp/f]}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::param_artifact_confusion
