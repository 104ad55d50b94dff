// An argument that the called template does not have.
#include <algorithm>

#include "analyzer/context.h"
#include "analyzer/damage.h"
#include "analyzer/facts.h"
#include "analyzer/suggest.h"

namespace tiphys::rules::unknown_argument {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view, std::string_view> kUnknown{
    "template `{}` has no input {} `{}`"};

template <class List>
std::vector<std::string_view> names_of(const List& list) {
    std::vector<std::string_view> names;
    for (const auto* element : list)
        names.push_back(ir::text_of(element->name()));
    return names;
}

/// Declared names that the call does not give: what a misspelt one could have meant.
std::vector<std::string_view> without(const std::vector<std::string_view>& declared,
                                      const std::vector<std::string_view>& given) {
    std::vector<std::string_view> left;
    for (std::string_view name : declared) {
        if (std::find(given.begin(), given.end(), name) == given.end()) left.push_back(name);
    }
    return left;
}

template <class List>
void check_list(const wf::Template& target, const List& given_list,
                const std::vector<std::string_view>& declared, std::string_view noun,
                Context& context) {
    const std::vector<std::string_view> given = names_of(given_list);
    for (const auto* argument : given_list) {
        const ir::Scalar* name = argument->name();
        if (name == nullptr || name->text.empty() || front::has_tag(name->text)) continue;
        if (std::find(declared.begin(), declared.end(), name->text) != declared.end()) continue;
        const Span span = context.span_in(*name, 0, name->text.size());
        if (is_in_damage(context, name->text, span)) continue;
        Finding finding =
            context.report(kUnknown, span, ir::text_of(target.name()), noun, name->text);
        if (target.name() != nullptr) finding.related(target.name()->span, "called template");
        finding.note("Argo drops the argument without a word");
        if (declared.empty()) {
            finding.help("declare it in the template's `inputs`, or leave it out");
            continue;
        }
        const std::vector<std::string_view> left = without(declared, given);
        suggest(finding, span, name->text, left.empty() ? declared : left, "its inputs are");
    }
}

void check_call(const front::Call& call, const front::Callee& callee, Context& context) {
    if (callee.resolution != front::Resolution::kFound || call.arguments == nullptr) return;
    const wf::Template* defaults = callee.place.spec->template_defaults();
    if (defaults != nullptr && defaults->inputs() != nullptr) return;
    const wf::Inputs* inputs = callee.target->inputs();
    std::vector<std::string_view> parameters;
    std::vector<std::string_view> artifacts;
    if (inputs != nullptr) {
        parameters = names_of(inputs->parameters());
        artifacts = names_of(inputs->artifacts());
    }
    check_list(*callee.target, call.arguments->parameters(), parameters, "parameter", context);
    check_list(*callee.target, call.arguments->artifacts(), artifacts, "artifact", context);
}

/// Arguments that a hook gets from what it belongs to are not meant for it alone.
void check_hooks(const std::vector<front::FlowHook>& hooks, Context& context) {
    for (const front::FlowHook& hook : hooks) {
        if (hook.source != nullptr && hook.source->arguments() != nullptr) {
            check_call(hook.call, hook.callee, context);
        }
    }
}

void check(const ir::Document& document, Context& context) {
    for (const front::Flow* flow : context.facts().flows(document)) {
        check_hooks(flow->hooks(), context);
        for (const auto& caller : flow->templates()) {
            for (const front::FlowNode& node : caller->nodes) {
                check_call(node.call, node.callee, context);
                check_hooks(node.hooks, context);
            }
        }
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "arguments that the called template does not have",
                 .doc = R"md(
A call may name any arguments; Argo takes those that the template declares as inputs and drops the
others silently. A misspelt name goes unnoticed where the input has a default, and the step runs
with the wrong value.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: deploy-}
spec:
  entrypoint: main
  templates:
  - name: main
    steps:
    - - {name: go, template: deploy, arguments: {parameters: [{name: replica, value: '5'}]}}
  - name: deploy
    inputs: {parameters: [{name: replicas, default: '1'}]}
    container: {image: 'alpine:3.20', command: [echo], args: ['{{inputs.parameters.replicas}}']}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: deploy-}
spec:
  entrypoint: main
  templates:
  - name: main
    steps:
    - - {name: go, template: deploy, arguments: {parameters: [{name: replicas, value: '5'}]}}
  - name: deploy
    inputs: {parameters: [{name: replicas, default: '1'}]}
    container: {image: 'alpine:3.20', command: [echo], args: ['{{inputs.parameters.replicas}}']}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::unknown_argument
