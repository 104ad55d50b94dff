// A call that does not give a template what it needs.
#include "analyzer/artifacts.h"
#include "analyzer/context.h"
#include "analyzer/damage.h"
#include "analyzer/facts.h"

namespace tiphys::rules::missing_argument {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view> kParameter{"{} needs the parameter `{}`"};
constexpr Message<std::string_view, std::string_view> kArtifact{"{} needs the artifact `{}`"};
constexpr Message<std::string_view> kNoValue{"argument `{}` has no value"};

bool is_present(const ir::Object& object, std::string_view field) {
    const ir::Value* value = object.field(field);
    return value != nullptr && !ir::is_null(*value);
}

/// Argo: ProcessArgs; of the sources of `valueFrom`, inputs read config maps only.
bool has_value(const wf::Parameter& parameter) {
    if (is_present(parameter, "value") || is_present(parameter, "default")) return true;
    const wf::ValueFrom* from = parameter.value_from();
    return from != nullptr && is_present(*from, "configMapKeyRef");
}

/// Whether a list of parameters or artifacts has that name, or one that is known at run time only.
template <class List>
bool names(const List& list, std::string_view wanted) {
    for (const auto* element : list) {
        const std::string_view name = ir::text_of(element->name());
        if (name == wanted || front::has_tag(name)) return true;
    }
    return false;
}

/// One place where a template is called.
struct CallPlace {
    const wf::Arguments* arguments = nullptr;
    Span span;
    /// Where the arguments come from, in words for the reader.
    std::string_view origin;
};

void check_inputs(const wf::Template& target, const CallPlace& call, Context& context) {
    const wf::Inputs* inputs = target.inputs();
    if (inputs == nullptr) return;
    const std::string name = target.name() == nullptr
                                 ? "the inline template"
                                 : "template `" + std::string(target.name()->text) + "`";
    for (const wf::Parameter* parameter : inputs->parameters()) {
        if (parameter->name() == nullptr || has_value(*parameter)) continue;
        const std::string_view wanted = parameter->name()->text;
        if (call.arguments != nullptr && names(call.arguments->parameters(), wanted)) continue;
        context.report(kParameter, call.span, name, wanted)
            .related(parameter->name()->span, "declared here, without a default")
            .help("give it in " + std::string(call.origin) + ", or declare a `default`");
    }
    for (const wf::Artifact* artifact : inputs->artifacts()) {
        if (artifact->name() == nullptr || front::is_true(artifact->optional())) continue;
        const std::string_view wanted = artifact->name()->text;
        if (has_location_or_key(*artifact) || is_damaged(context, artifact->span)) continue;
        // `misplaced-field` speaks about this.
        if (artifact->from() != nullptr) continue;
        if (call.arguments != nullptr && names(call.arguments->artifacts(), wanted)) continue;
        context.report(kArtifact, call.span, name, wanted)
            .related(artifact->name()->span, "declared here, neither optional nor with a location")
            .help("give it in " + std::string(call.origin) + ", or declare it `optional: true`");
    }
}

/// Argo: validateArgumentsValues; steps and tasks are held to it always.
void check_values(const wf::Arguments* arguments, Context& context) {
    if (arguments == nullptr) return;
    for (const wf::Parameter* parameter : arguments->parameters()) {
        if (parameter->name() == nullptr) continue;
        if (is_present(*parameter, "value") || !parameter->unknown.empty()) continue;
        // Argo compares the value with the list before it reads any source.
        const bool has_enum = parameter->enum_().size() > 0;
        if (is_present(*parameter, "valueFrom") && !has_enum) continue;
        Finding finding =
            context.report(kNoValue, parameter->name()->span, parameter->name()->text);
        if (has_enum) {
            finding.help("an argument with `enum` needs a `value` of that list");
            continue;
        }
        finding.help("add `value` or `valueFrom`; where the called template has a default, leave "
                     "the argument out");
    }
}

/// The words that a finding about a call points at: the name of the called template.
Span span_of(const front::Call& call, const front::FlowNode* node) {
    if (call.inline_template != nullptr && node != nullptr && node->name != nullptr) {
        return node->name->span;
    }
    if (call.reference != nullptr && call.reference->template_() != nullptr) {
        return call.reference->template_()->span;
    }
    if (call.name != nullptr) return call.name->span;
    return node == nullptr ? Span{} : node->object->span;
}

/// Whether inputs may be declared where this does not look.
bool may_inherit_inputs(const front::Callee& callee) {
    const wf::Template* defaults = callee.place.spec->template_defaults();
    return defaults != nullptr && defaults->inputs() != nullptr;
}

void check_call(const front::Callee& callee, const CallPlace& place, Context& context) {
    if (callee.resolution != front::Resolution::kFound || may_inherit_inputs(callee)) return;
    check_inputs(*callee.target, place, context);
}

bool has_arguments(const wf::Arguments* arguments) {
    return arguments != nullptr &&
           (arguments->parameters().size() > 0 || arguments->artifacts().size() > 0);
}

/// What calls a library, or changes an embedded workflow, may add arguments; a base has its own.
bool knows_arguments(const front::Flow& flow) {
    return !flow.is_library() && !flow.is_embedded() && !flow.has_base();
}

/// Exit hooks without arguments get those of the workflow. Argo: GetExitHook.
void check_hook(const front::FlowHook& hook, const front::Flow& flow, Context& context) {
    const bool inherits = hook.event == "exit" && !has_arguments(hook.call.arguments);
    if (inherits && !knows_arguments(flow)) return;
    check_call(hook.callee,
               {inherits ? flow.spec().arguments() : hook.call.arguments,
                span_of(hook.call, nullptr),
                hook.is_on_exit ? "`spec.arguments`" : "the hook's `arguments`"},
               context);
}

void check_nodes(const front::FlowTemplate& caller, const front::Flow& flow, Context& context) {
    for (const front::FlowNode& node : caller.nodes) {
        check_call(node.callee,
                   {node.call.arguments, span_of(node.call, &node),
                    node.is_task ? "the task's `arguments`" : "the step's `arguments`"},
                   context);
        check_values(node.call.arguments, context);
        for (const front::FlowHook& hook : node.hooks) {
            check_hook(hook, flow, context);
        }
    }
}

bool is_cron(const front::Flow& flow) {
    return flow.place().owner->type->id == wf::CronWorkflow::kType;
}

/// A workflow may leave values to its submission, but not those that its first template needs:
/// Argo's lint wants to see them.
void check_start_values(const front::Flow& flow, Context& context) {
    const wf::Arguments* arguments = flow.spec().arguments();
    const wf::Template& first = *flow.entrypoint().target;
    if (arguments == nullptr || first.inputs() == nullptr) return;
    if (may_inherit_inputs(flow.entrypoint())) return;
    for (const wf::Parameter* parameter : arguments->parameters()) {
        if (parameter->name() == nullptr || is_present(*parameter, "value")) continue;
        if (is_present(*parameter, "valueFrom")) continue;
        for (const wf::Parameter* input : first.inputs()->parameters()) {
            if (ir::text_of(input->name()) != parameter->name()->text) continue;
            if (has_value(*input)) continue;
            context.report(kNoValue, parameter->name()->span, parameter->name()->text)
                .related(input->name()->span, "the template at `entrypoint` needs it")
                .help("add a `value`, which a submission can replace, or give the input a "
                      "`default`");
        }
    }
}

/// The template that a workflow starts with gets `spec.arguments`, and so do its exit handlers.
void check_start(const front::Flow& flow, Context& context) {
    if (!knows_arguments(flow)) return;
    const wf::Arguments* arguments = flow.spec().arguments();
    if (flow.entrypoint().resolution == front::Resolution::kFound &&
        flow.spec().entrypoint() != nullptr) {
        check_call(flow.entrypoint(),
                   {arguments, flow.spec().entrypoint()->span, "`spec.arguments`"}, context);
        if (!is_cron(flow)) check_start_values(flow, context);
    }
    for (const front::FlowHook& hook : flow.hooks()) {
        check_hook(hook, flow, context);
    }
    // Argo: CronWorkflow validates without the leniency that lint has for values given on submit.
    if (is_cron(flow)) check_values(arguments, context);
}

void check(const ir::Document& document, Context& context) {
    for (const front::Flow* flow : context.facts().flows(document)) {
        check_start(*flow, context);
        for (const auto& caller : flow->templates())
            check_nodes(*caller, *flow, context);
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "calls without an argument that the template needs",
                 .doc = R"md(
An input parameter without `value`, `default` or `valueFrom`, and an input artifact that is
neither `optional` nor has a location, must be given by every call: Argo rejects a workflow that
leaves one out. This holds for templates of WorkflowTemplates as well, and for the template at
`entrypoint`, which gets `spec.arguments`.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: greet-}
spec:
  entrypoint: main
  templates:
  - name: main
    steps:
    - - {name: hello, template: greet}
  - name: greet
    inputs: {parameters: [{name: who}]}
    container: {image: 'alpine:3.20', command: [echo], args: ['{{inputs.parameters.who}}']}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: greet-}
spec:
  entrypoint: main
  templates:
  - name: main
    steps:
    - - {name: hello, template: greet, arguments: {parameters: [{name: who, value: you}]}}
  - name: greet
    inputs: {parameters: [{name: who}]}
    container: {image: 'alpine:3.20', command: [echo], args: ['{{inputs.parameters.who}}']}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::missing_argument
