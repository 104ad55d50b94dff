// Several templates that publish an output under one global name.
#include <map>

#include "analyzer/context.h"
#include "analyzer/facts.h"

namespace tiphys::rules::shadowed_global_output {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kTwice{
    "`{}` is published by several outputs; the one that ends last wins"};
constexpr Message<std::string_view> kLoop{
    "`{}` is published by every node of a loop; the one that ends last wins"};

/// Where global names of one kind are published.
class Names {
public:
    explicit Names(Context& context) : context_(context) {}

    void add(const ir::Scalar* name) {
        if (name == nullptr || name->text.empty() || front::has_tag(name->text)) return;
        const auto [first, is_new] = seen_.try_emplace(name->text, name);
        if (is_new || first->second == name) return;
        context_.report(kTwice, name->span, name->text)
            .related(first->second->span, "published here too")
            .help("give each its own `globalName`");
    }

private:
    Context& context_;
    std::map<std::string_view, const ir::Scalar*> seen_;
};

void report_loop(const ir::Scalar* name, const front::FlowNode& node, Context& context) {
    if (name == nullptr || name->text.empty() || front::has_tag(name->text)) return;
    context.report(kLoop, name->span, name->text)
        .related(node.name->span, "called in a loop here")
        .help("read the loop's outputs as a list: `outputs.parameters` of the step or task");
}

void check_node(const front::FlowNode& node, Context& context) {
    const wf::Template* callee = node.callee.target;
    if (!node.is_loop() || node.name == nullptr || callee == nullptr) return;
    if (callee->outputs() == nullptr || callee->span.file != node.object->span.file) return;
    for (const wf::Parameter* parameter : callee->outputs()->parameters())
        report_loop(parameter->global_name(), node, context);
    for (const wf::Artifact* artifact : callee->outputs()->artifacts())
        report_loop(artifact->global_name(), node, context);
}

void check_flow(const front::Flow& flow, Context& context) {
    Names parameters(context);
    Names artifacts(context);
    for (const auto& each : flow.templates()) {
        for (const front::FlowNode& node : each->nodes)
            check_node(node, context);
        const wf::Outputs* outputs = each->source->outputs();
        // Templates of a library need not be used together.
        if (outputs == nullptr || flow.is_library()) continue;
        for (const wf::Parameter* parameter : outputs->parameters())
            parameters.add(parameter->global_name());
        for (const wf::Artifact* artifact : outputs->artifacts())
            artifacts.add(artifact->global_name());
    }
}

void check(const ir::Document& document, Context& context) {
    for (const front::Flow* flow : context.facts().flows(document))
        check_flow(*flow, context);
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "global outputs that overwrite each other",
                 .doc = R"md(
`globalName` makes an output known to the whole workflow. There is one value for each name: where
two templates publish the same one, or a template with one runs in a loop, the value depends on
which node ends last.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-}
spec:
  entrypoint: main
  templates:
  - name: main
    steps:
    - - {name: each, template: build, withItems: [a, b]}
  - name: build
    container: {image: 'alpine:3.20', command: [make]}
    outputs: {parameters: [{name: tag, globalName: tag, valueFrom: {path: /tag}}]}
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
    - - {name: once, template: build}
  - name: build
    container: {image: 'alpine:3.20', command: [make]}
    outputs: {parameters: [{name: tag, globalName: tag, valueFrom: {path: /tag}}]}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::shadowed_global_output
