// Outputs of a step or task that may have been skipped.
// Argo: resolveReferences ends the node where a reference has no value and no default.
#include <algorithm>

#include "analyzer/context.h"
#include "analyzer/facts.h"

namespace tiphys::rules::output_may_be_missing {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view, std::string_view> kSkipped{
    "{} `{}` runs also when `{}` was skipped, and its output then has no value"};

/// Whether a task starts only after another one has succeeded, or fails itself otherwise.
bool demands_success(const front::DagGraph& graph, const front::FlowNode& task,
                     const front::FlowNode& producer) {
    for (const front::Dependency& dependency : graph.dependencies_of(task)) {
        if (dependency.node != &producer) continue;
        if (dependency.result == "Succeeded" || dependency.result == "AnySucceeded") return true;
    }
    return false;
}

const wf::Parameter* find_output(const front::FlowNode& producer, std::string_view name) {
    const wf::Template* target = producer.callee.target;
    if (target == nullptr || target->outputs() == nullptr) return nullptr;
    for (const wf::Parameter* parameter : target->outputs()->parameters()) {
        if (ir::text_of(parameter->name()) == name) return parameter;
    }
    return nullptr;
}

/// Whether the called template's own default takes over: where the argument is the tag alone.
bool has_default_input(const front::TagUse& use, const front::FlowNode& user) {
    const bool is_whole =
        use.tag.range.begin == 0 && use.tag.range.end == use.text.scalar->text.size();
    const auto* argument = ir::object_as<wf::Parameter>(use.text.parent);
    if (!is_whole || argument == nullptr) return false;
    const wf::Template* target = user.callee.target;
    if (target == nullptr || target->inputs() == nullptr) return target == nullptr;
    for (const wf::Parameter* input : target->inputs()->parameters()) {
        if (ir::text_of(input->name()) != ir::text_of(argument->name())) continue;
        return input->entry("default") != nullptr || input->entry("value") != nullptr ||
               input->entry("valueFrom") != nullptr;
    }
    return false;
}

/// The step or task whose output parameter a simple tag reads, and that parameter.
struct Read {
    const front::FlowNode* producer = nullptr;
    const wf::Parameter* parameter = nullptr;
};

Read read_of(const front::TagUse& use) {
    const std::string_view name = use.name();
    if (!name.starts_with("steps.") && !name.starts_with("tasks.")) return {};
    const std::size_t dot = name.find('.', 6);
    if (dot == name.npos) return {};
    const front::FlowNode* producer = use.text.site.inside->find_node(name.substr(6, dot - 6));
    constexpr std::string_view kParameters = ".outputs.parameters.";
    const std::string_view field = name.substr(dot);
    if (producer == nullptr || !field.starts_with(kParameters)) return {};
    if (field.size() == kParameters.size()) return {};
    return {producer, find_output(*producer, field.substr(kParameters.size()))};
}

bool has_default(const wf::Parameter& output) {
    const wf::ValueFrom* from = output.value_from();
    return output.entry("default") != nullptr ||
           (from != nullptr && from->entry("default") != nullptr);
}

void check_use(const front::TagUse& use, Context& context) {
    const front::Site& site = use.text.site;
    if (use.tag.is_expression || site.node == nullptr || site.part != front::Part::kNode) return;
    const Read read = read_of(use);
    // A loop's outputs are a list, which may be empty.
    if (read.parameter == nullptr || read.producer->is_loop() || has_default(*read.parameter)) {
        return;
    }
    const front::FlowNode& user = *site.node;
    const front::FlowNode& producer = *read.producer;
    // A condition of the user's own may well be about the same thing.
    const bool has_own_condition = user.when != nullptr && !user.when->text.empty();
    if (producer.when == nullptr || producer.when->text.empty() || has_own_condition) return;
    if (user.is_task && demands_success(context.facts().dag(*site.inside), user, producer)) return;
    if (has_default_input(use, user)) return;
    const Span span = context.span_in(*use.text.scalar, use.tag.range.begin, use.tag.range.end);
    context
        .report(kSkipped, span, user.is_task ? "task" : "step", user.name_text(),
                producer.name_text())
        .related(producer.object->key_span_of("when"), "it may be skipped")
        .related(read.parameter->name()->span, "the output has no default")
        .help("give the output's `valueFrom` or the input a `default`, or let `" +
              std::string(user.name_text()) + "` have the same condition");
}

void check(const ir::Document& document, Context& context) {
    for (const front::Flow* flow : context.facts().flows(document)) {
        for (const front::TagUse& use : context.facts().uses(*flow).tags)
            check_use(use, context);
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "outputs of steps and tasks that may have been skipped",
                 .doc = R"md(
A step or task with a false `when` is skipped and leaves no outputs, yet those after it run. One of
them that reads an output without a `default` ends with an error, unless the input that takes the
value has a default, the reader has a condition itself, or its `depends` asks for success.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-}
spec:
  entrypoint: main
  arguments: {parameters: [{name: deep, value: 'no'}]}
  templates:
  - name: main
    steps:
    - - {name: scan, template: scan, when: "{{workflow.parameters.deep}} == yes"}
    - - name: report
        template: work
        arguments: {parameters: [{name: grade, value: '{{steps.scan.outputs.parameters.level}}'}]}
  - name: scan
    container: {image: 'alpine:3.20', command: [scan]}
    outputs: {parameters: [{name: level, valueFrom: {path: /level}}]}
  - name: work
    inputs: {parameters: [{name: grade}]}
    container: {image: 'alpine:3.20', command: [echo, '{{inputs.parameters.grade}}']}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-}
spec:
  entrypoint: main
  arguments: {parameters: [{name: deep, value: 'no'}]}
  templates:
  - name: main
    steps:
    - - {name: scan, template: scan, when: "{{workflow.parameters.deep}} == yes"}
    - - name: report
        template: work
        arguments: {parameters: [{name: grade, value: '{{steps.scan.outputs.parameters.level}}'}]}
  - name: scan
    container: {image: 'alpine:3.20', command: [scan]}
    outputs: {parameters: [{name: level, valueFrom: {path: /level, default: none}}]}
  - name: work
    inputs: {parameters: [{name: grade}]}
    container: {image: 'alpine:3.20', command: [echo, '{{inputs.parameters.grade}}']}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::output_may_be_missing
