// A loop of unknown length, all of whose pods start at once.
#include <algorithm>

#include "analyzer/context.h"
#include "analyzer/edits.h"
#include "analyzer/facts.h"
#include "analyzer/known_values.h"
#include "compiler/expr/tags.h"

namespace tiphys::rules::fanout_unbounded {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kUnbounded{
    "`{}` starts once for each element of a list of unknown length, all at the same time"};
constexpr Message<std::string_view> kUncounted{
    "`{}` starts an unknown number of times, all at the same time"};

/// Whether a template holds a lock, so that few of its kind run at the same time.
bool has_lock(const wf::Template* at) {
    return at != nullptr && at->synchronization() != nullptr;
}

/// What keeps the number of pods of the workflow down, whatever its loops do.
bool is_capped(const front::Flow& flow) {
    for (const wf::WorkflowSpec* spec : {&flow.spec(), flow.base().spec}) {
        if (spec == nullptr) continue;
        const wf::Template* defaults = spec->template_defaults();
        if (spec->parallelism() != nullptr) return true;
        if (defaults != nullptr && (defaults->parallelism() != nullptr || has_lock(defaults))) {
            return true;
        }
    }
    return false;
}

void offer_parallelism(const front::FlowTemplate& caller, Finding finding, Context& context) {
    const ir::Entry* name = caller.source->entry("name");
    // How many are wanted is for the author to say.
    if (name == nullptr) return;
    finding.unsafe_fix("add `parallelism: 10` to template `" + std::string(caller.name()) + "`",
                       {insert_after(context, *caller.source, *name, "parallelism: 10")});
}

/// Whether a list is computed from constants only.
bool is_constant_expression(std::string_view text) {
    const expr::TagList list = expr::scan_tags(text);
    return std::all_of(list.tags.begin(), list.tags.end(), [&](const expr::Tag& tag) {
        const std::string_view content =
            text.substr(tag.content.begin, tag.content.end - tag.content.begin);
        const auto mentions = [&](std::string_view root) {
            return content.find(root) != content.npos;
        };
        return tag.is_expression && !mentions("inputs") && !mentions("steps") &&
               !mentions("tasks") && !mentions("workflow") && !mentions("item");
    });
}

/// The text that decides how long the loop is, where a tag stands in it.
const ir::Scalar* length_of(const front::FlowNode& node) {
    if (node.with_param != nullptr) {
        const std::string_view text = node.with_param->text;
        return !front::has_tag(text) || is_constant_expression(text) ? nullptr : node.with_param;
    }
    if (node.with_sequence == nullptr) return nullptr;
    const wf::Sequence& sequence = *node.with_sequence;
    for (const ir::Scalar* bound : {sequence.count(), sequence.end(), sequence.start()}) {
        const bool is_open = bound != nullptr && front::has_tag(bound->text);
        if (is_open && !is_constant_expression(bound->text)) return bound;
    }
    return nullptr;
}

void check_node(const front::FlowTemplate& caller, const front::FlowNode& node,
                const KnownValues& values, Context& context) {
    const ir::Scalar* length = length_of(node);
    if (length == nullptr || values.loop_count(caller, node).has_value()) return;
    if (caller.source->parallelism() != nullptr || has_lock(node.callee.target)) return;
    Finding finding =
        context.report(length == node.with_param ? kUnbounded : kUncounted,
                       context.span_in(*length, 0, length->text.size()), node.name_text());
    finding.label("known when the workflow runs");
    finding.help("set `parallelism` on template `" + std::string(caller.name()) +
                 "` or on the workflow, so that a long loop does not fill the cluster");
    offer_parallelism(caller, finding, context);
}

void check_flow(const front::Flow& flow, Context& context) {
    if (is_capped(flow)) return;
    for (const auto& caller : flow.templates()) {
        for (const front::FlowNode& node : caller->nodes)
            check_node(*caller, node, context.facts().values(flow), context);
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
                 .summary = "loops of unknown length without a limit",
                 .doc = R"md(
`withParam` makes a step or task for each element of a list that an earlier step or a parameter
brings, and `withSequence` for each number up to one that they bring. When the loop turns out long,
Argo makes all pods at once: the scheduler, the quota and whatever the pods talk to feel it.
`parallelism` on the template or on the workflow, or a semaphore or mutex on the called template,
keeps the number of those that run together.

Lists that are written out, in `withItems` or in a parameter's value, are not meant.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: scan-}
spec:
  entrypoint: main
  templates:
  - name: main
    steps:
    - - {name: list, template: list}
    - - name: scan
        template: scan
        withParam: '{{steps.list.outputs.result}}'
        arguments: {parameters: [{name: file, value: '{{item}}'}]}
  - name: list
    script: {image: 'alpine:3.20', command: [sh], source: 'cat /data/files.json'}
  - name: scan
    inputs: {parameters: [{name: file}]}
    container: {image: 'alpine:3.20', command: [scan], args: ['{{inputs.parameters.file}}']}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: scan-}
spec:
  entrypoint: main
  templates:
  - name: main
    parallelism: 10
    steps:
    - - {name: list, template: list}
    - - name: scan
        template: scan
        withParam: '{{steps.list.outputs.result}}'
        arguments: {parameters: [{name: file, value: '{{item}}'}]}
  - name: list
    script: {image: 'alpine:3.20', command: [sh], source: 'cat /data/files.json'}
  - name: scan
    inputs: {parameters: [{name: file}]}
    container: {image: 'alpine:3.20', command: [scan], args: ['{{inputs.parameters.file}}']}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::fanout_unbounded
