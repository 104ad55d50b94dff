// A call of a template that does not exist.
#include "analyzer/context.h"
#include "analyzer/damage.h"
#include "analyzer/facts.h"
#include "analyzer/suggest.h"

namespace tiphys::rules::undefined_template {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kUndefined{"template `{}` is not defined"};
constexpr Message<std::string_view, std::string_view, std::string_view> kNotInObject{
    "{} `{}` has no template `{}`"};

/// The names that a local name could have meant.
std::vector<std::string_view> names_of(const front::Flow& flow) {
    std::vector<std::string_view> names = flow.template_names();
    if (flow.base().spec == nullptr) return names;
    for (const wf::Template* shared : flow.base().spec->templates())
        names.push_back(ir::text_of(shared->name()));
    return names;
}

/// `common.run`: what other objects hold is called in another way.
void explain_dotted(std::string_view name, const Context& context, Finding& finding) {
    const std::size_t at = name.find_first_of("./");
    if (at == name.npos) return;
    const std::string_view object = name.substr(0, at);
    if (context.project().find("WorkflowTemplate", "", object) == nullptr) return;
    finding.help("a template of a WorkflowTemplate is called with `templateRef: {name: " +
                 std::string(object) + ", template: " + std::string(name.substr(at + 1)) + "}`");
}

void report_local(const front::Flow& flow, const ir::Scalar& name, Context& context) {
    const Span span = context.span_in(name, 0, name.text.size());
    if (is_in_damage(context, name.text, span)) return;
    Finding finding = context.report(kUndefined, span, name.text);
    const std::vector<std::string_view> names = names_of(flow);
    if (names.empty()) finding.help("define it in `templates`");
    suggest(finding, span, name.text, names, "templates here are");
    explain_dotted(name.text, context, finding);
}

void report_remote(const wf::TemplateRef& reference, const front::Callee& callee,
                   Context& context) {
    const ir::Scalar* name = reference.template_();
    if (name == nullptr) return;
    const Span span = context.span_in(*name, 0, name->text.size());
    const ir::Document& document = *callee.place.document;
    Finding finding = context.report(kNotInObject, span, document.kind, document.name, name->text);
    finding.related(document.name_span, "this object has other templates");
    std::vector<std::string_view> names;
    for (const wf::Template* shared : callee.place.spec->templates())
        names.push_back(ir::text_of(shared->name()));
    suggest(finding, span, name->text, names, "its templates are");
}

void check_call(const front::Flow& flow, const front::Call& call, const front::Callee& callee,
                Context& context) {
    if (callee.resolution != front::Resolution::kUnknownTemplate) return;
    if (call.reference != nullptr) {
        report_remote(*call.reference, callee, context);
    } else if (call.name != nullptr) {
        report_local(flow, *call.name, context);
    }
}

void check_flow(const front::Flow& flow, Context& context) {
    // Of a document that breaks off, what is missing says nothing.
    if (!context.document()->is_complete) return;
    const ir::Scalar* entrypoint = flow.spec().entrypoint();
    if (entrypoint != nullptr &&
        flow.entrypoint().resolution == front::Resolution::kUnknownTemplate) {
        report_local(flow, *entrypoint, context);
    }
    for (const front::FlowHook& hook : flow.hooks())
        check_call(flow, hook.call, hook.callee, context);
    for (const auto& caller : flow.templates()) {
        for (const front::FlowNode& node : caller->nodes) {
            check_call(flow, node.call, node.callee, context);
            for (const front::FlowHook& hook : node.hooks)
                check_call(flow, hook.call, hook.callee, context);
        }
    }
}

void check(const ir::Document& document, Context& context) {
    for (const front::Flow* flow : context.facts().flows(document))
        check_flow(*flow, context);
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "calls of templates that do not exist",
                 .doc = R"md(
`entrypoint`, `onExit`, hooks, steps and tasks name the template to run: one of the same
workflow, or, with `templateRef`, one of a WorkflowTemplate. Argo rejects a workflow with a name
that leads nowhere, also in a template that nothing calls. Hooks are the exception: there it finds
out when the hook should run, and the workflow fails.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-}
spec:
  entrypoint: main
  templates:
  - name: main
    steps:
    - - {name: compile, template: complie}
  - name: compile
    container: {image: 'golang:1.23', command: [go, build]}
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
    - - {name: compile, template: compile}
  - name: compile
    container: {image: 'golang:1.23', command: [go, build]}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::undefined_template
