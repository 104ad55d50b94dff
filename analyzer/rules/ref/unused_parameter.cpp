// A parameter that nothing reads.
#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "analyzer/context.h"
#include "analyzer/damage.h"
#include "analyzer/facts.h"

namespace tiphys::rules::unused_parameter {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view> kInput{
    "template `{}` never uses its input parameter `{}`"};
constexpr Message<std::string_view> kGlobal{"parameter `{}` is never used"};

/// What the texts of one template, or of a whole workflow, read under a prefix.
struct Reads {
    std::unordered_set<std::string_view> names;
    /// Texts of expressions, in which names can be written in many ways.
    std::vector<std::string_view> expressions;
    /// All of them are read at once, or a name is put together at run time.
    bool all = false;

    [[nodiscard]] bool has(std::string_view name) const {
        if (all || names.count(name) > 0) return true;
        for (std::string_view text : expressions) {
            if (text.find(name) != text.npos) return true;
        }
        return false;
    }
};

void add_tag(const front::TagUse& use, std::string_view prefix, Reads& reads) {
    if (use.tag.is_expression) {
        reads.expressions.push_back(use.name());
        return;
    }
    if (use.tag.is_nested) {
        const std::string_view text = use.text.scalar->text;
        const std::string_view whole =
            text.substr(use.tag.content.begin, use.tag.content.end - use.tag.content.begin);
        if (whole.find(prefix) != whole.npos) reads.all = true;
    }
    const std::string_view name = use.name();
    if (name == prefix || name == std::string(prefix) + ".json") reads.all = true;
    if (!name.starts_with(prefix) || name.size() <= prefix.size()) return;
    const std::string_view rest = name.substr(prefix.size() + 1);
    reads.names.insert(rest);
    // A field of the value was wanted: undefined-variable speaks about it.
    reads.names.insert(rest.substr(0, rest.find('.')));
}

/// Kinds whose inputs are read by others than the template's own texts: an executor plugin gets
/// them all, a suspended node shows them to people.
bool is_read_outside(front::TemplateKind kind) {
    return kind == front::TemplateKind::kPlugin || kind == front::TemplateKind::kSuspend ||
           kind == front::TemplateKind::kNone;
}

class FlowCheck {
public:
    FlowCheck(const front::Flow& flow, Context& context) : flow_(flow), context_(context) {}

    void run() {
        const front::Uses& uses = context_.facts().uses(flow_);
        for (const front::TagUse& use : uses.tags)
            add(use);
        for (const front::TextUse& text : uses.expressions)
            add(text);
        for (const front::TextUse& text : uses.unclosed)
            add(text);
        for (const auto& each : flow_.templates()) {
            if (!is_read_outside(each->kind)) check_inputs(*each);
        }
        check_arguments();
    }

private:
    /// A template inside of a node can read the inputs of the ones around it.
    template <class Add>
    void for_each_reader(const front::Site& site, Add add_to) {
        for (const front::FlowTemplate* at = site.inside; at != nullptr; at = at->outer)
            add_to(inputs_[at]);
        // Settings of the workflow are filled in for every template.
        if (site.inside == nullptr) add_to(shared_);
    }

    void add(const front::TagUse& use) {
        for_each_reader(use.text.site,
                        [&](Reads& reads) { add_tag(use, "inputs.parameters", reads); });
        add_tag(use, "workflow.parameters", globals_);
    }

    void add(const front::TextUse& text) {
        for_each_reader(text.site,
                        [&](Reads& reads) { reads.expressions.push_back(text.scalar->text); });
        globals_.expressions.push_back(text.scalar->text);
    }

    void check_inputs(const front::FlowTemplate& at) {
        if (at.source->inputs() == nullptr) return;
        const Reads& reads = inputs_[&at];
        for (const wf::Parameter* parameter : at.source->inputs()->parameters()) {
            const ir::Scalar* name = parameter->name();
            if (name == nullptr || name->text.empty() || front::has_tag(name->text)) continue;
            if (reads.has(name->text) || shared_.has(name->text)) continue;
            if (is_in_damage(context_, name->text)) continue;
            context_.report(kInput, name->span, at.name(), name->text)
                .help("use `{{inputs.parameters." + std::string(name->text) +
                      "}}`, or take the parameter out, here and where the template is called");
        }
    }

    /// Whether the entrypoint or an exit handler takes an argument of the workflow as input.
    bool is_input_of_start(std::string_view name) const {
        const auto takes = [&](const front::Callee& callee) {
            if (callee.target == nullptr || callee.target->inputs() == nullptr) return false;
            for (const wf::Parameter* parameter : callee.target->inputs()->parameters()) {
                if (ir::text_of(parameter->name()) == name) return true;
            }
            return false;
        };
        if (takes(flow_.entrypoint())) return true;
        for (const front::FlowHook& hook : flow_.hooks()) {
            if (takes(hook.callee)) return true;
        }
        return false;
    }

    /// Whether templates that are not here, and may read the parameters, can be called.
    bool calls_others() const {
        if (flow_.has_base()) return true;
        const auto is_foreign = [&](const front::Callee& callee) {
            return callee.resolution != front::Resolution::kNone &&
                   callee.place.spec != &flow_.spec();
        };
        const auto has_foreign = [&](const std::vector<front::FlowHook>& hooks) {
            return std::any_of(hooks.begin(), hooks.end(), [&](const front::FlowHook& hook) {
                return is_foreign(hook.callee) || hook.callee.target == nullptr;
            });
        };
        if (has_foreign(flow_.hooks())) return true;
        for (const auto& each : flow_.templates()) {
            for (const front::FlowNode& node : each->nodes) {
                const bool is_missing = node.callee.target == nullptr;
                if (is_missing || is_foreign(node.callee) || has_foreign(node.hooks)) return true;
            }
        }
        return false;
    }

    void check_arguments() {
        const wf::Arguments* arguments = flow_.spec().arguments();
        if (arguments == nullptr || globals_.all || calls_others()) return;
        for (const wf::Parameter* parameter : arguments->parameters()) {
            const ir::Scalar* name = parameter->name();
            if (name == nullptr || name->text.empty() || front::has_tag(name->text)) continue;
            if (globals_.has(name->text) || is_input_of_start(name->text)) continue;
            context_.report(kGlobal, name->span, name->text)
                .help("use `{{workflow.parameters." + std::string(name->text) +
                      "}}`, or take it out");
        }
    }

    const front::Flow& flow_;
    Context& context_;
    std::unordered_map<const front::FlowTemplate*, Reads> inputs_;
    Reads shared_;
    Reads globals_;
};

void check(const ir::Document& document, Context& context) {
    for (const front::Flow* flow : context.facts().flows(document)) {
        if (!flow->is_library() && !flow->is_embedded()) FlowCheck(*flow, context).run();
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "parameters that nothing reads",
                 .doc = R"md(
An input parameter that no text of its template reads, or a parameter of the workflow that nothing
reads at all, promises an effect that it does not have. Often the tag that should read it is
misspelt, or was written out as a constant. WorkflowTemplates, whose callers may need the name,
are not checked, nor are templates whose inputs others read (`plugin`, `suspend`).

```yaml bad
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
    container: {image: 'alpine:3.20', command: [echo], args: [hello]}
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
    container: {image: 'alpine:3.20', command: [echo], args: ['hello {{inputs.parameters.who}}']}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::unused_parameter
