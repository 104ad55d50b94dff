// Fields of which one has to be chosen: too many of them, or none.
// Argo: workflow/validate/validate.go, validateTemplateType and validateOutputParameter.
#include <algorithm>

#include "analyzer/describe.h"
#include "analyzer/edits.h"
#include "analyzer/field_guess.h"

namespace tiphys::rules::exactly_one_of {
namespace {

using namespace analyze;

constexpr Message<std::string_view, std::string_view, std::string_view> kBoth{
    "{} has both `{}` and `{}`"};
constexpr Message<std::string_view, std::string_view> kNone{"{} has none of {}"};
constexpr Message<std::string_view, std::string_view> kEmpty{"`{}` of {} is empty"};

std::vector<std::string_view> names_of(const schema::Type& type, const schema::OneOf& group) {
    std::vector<std::string_view> names;
    for (std::size_t i = 0; i < type.fields.size(); ++i) {
        if ((group.fields >> i & 1U) != 0) names.push_back(type.fields[i].name);
    }
    return names;
}

/// What Go's decoder takes for an absent field.
bool is_empty(const ir::Value& value) {
    const ir::Scalar* scalar = ir::scalar_as(&value);
    const ir::List* list = ir::list_as(&value);
    if (scalar != nullptr) return scalar->text.empty();
    return ir::is_null(value) || (list != nullptr && list->items.empty());
}

std::string place_of(const ir::Object& object, const ir::Object* parent) {
    return parent == nullptr ? "the object" : place_words(object, parent);
}

void report_both(const ir::Object& object, const ir::Object* parent, const ir::Entry& first,
                 const ir::Entry& second, Context& context) {
    context
        .report(kBoth, ir::key_span(object, second), place_of(object, parent), first.key,
                second.key)
        .related(ir::key_span(object, first), "this one is there already")
        .help("remove one of the two");
}

void report_none(const ir::Object& object, const ir::Object* parent, Span span,
                 const std::vector<std::string_view>& names, Context& context) {
    const bool is_written = std::any_of(names.begin(), names.end(), [&](std::string_view name) {
        return is_misspelt(object, name);
    });
    if (is_written) return;
    // Of a document that breaks off, what is missing says nothing.
    if (context.document() == nullptr || !context.document()->is_complete) return;
    for (std::string_view name : names) {
        const ir::Entry* empty = object.entry(name);
        if (empty == nullptr || !ir::is_null(*empty->value)) continue;
        context.report(kEmpty, ir::key_span(object, *empty), name, place_of(object, parent))
            .help("indent what belongs to it: it begins deeper than `" + std::string(name) + "`");
        return;
    }
    context.report(kNone, span, place_of(object, parent), alternatives(names))
        .help("add exactly one of them");
}

const ir::Entry* entry_at(const ir::Object& object, Span key) {
    for (const ir::Entry& entry : object.present_fields()) {
        if (entry.key_begin == key.begin) return &entry;
    }
    return nullptr;
}

void check_defect(const ir::Defect& defect, Context& context) {
    const ir::Object& object = *ir::any_object_as(defect.value);
    if (!defect.other.is_known()) {
        report_none(object, defect.parent, defect.span, names_of(*object.type, *defect.one_of),
                    context);
        return;
    }
    // continueon-with-depends says more about these.
    if (defect.one_of->name == "continuation") return;
    const ir::Entry* first = entry_at(object, defect.other);
    const ir::Entry* second = entry_at(object, defect.span);
    if (first == nullptr || second == nullptr) return;
    if (is_empty(*first->value) || is_empty(*second->value)) return;
    report_both(object, defect.parent, *first, *second, context);
}

const ir::Object* parent_of(const Context& context) {
    return context.parents().empty() ? nullptr : context.parents().back();
}

/// What a template does. `templateDefaults` may leave it open.
void check_template(const wf::Template& own, Context& context) {
    const auto* spec = context.enclosing<wf::WorkflowSpec>();
    if (spec != nullptr && spec->template_defaults() == &own) return;
    for (const schema::OneOf& group : own.type->one_ofs) {
        if (group.name != "type") continue;
        const bool has_one = std::any_of(
            own.present_fields().begin(), own.present_fields().end(), [&](const ir::Entry& entry) {
                const auto index = static_cast<unsigned>(schema::find_field(*own.type, entry.key));
                return (group.fields >> index & 1U) != 0 && !ir::is_null(*entry.value);
            });
        if (has_one) continue;
        report_none(own, parent_of(context), context.headline(), names_of(*own.type, group),
                    context);
    }
    const wf::ResourceTemplate* resource = own.resource();
    if (resource == nullptr || resource->action() == nullptr) return;
    const std::string_view action = resource->action()->text;
    if (action == "get" || action == "delete" || resource->entry("manifest") != nullptr) return;
    if (resource->entry("manifestFrom") != nullptr) return;
    report_none(*resource, &own, own.key_span_of("resource"), {"manifest", "manifestFrom"},
                context);
}

/// What a step or task calls. `template` with `templateRef` is a finding of the schema.
template <class Caller>
void check_call(const Caller& caller, Context& context) {
    const ir::Entry* inlined = caller.entry("inline");
    const ir::Entry* called = caller.entry("template");
    if (called == nullptr) called = caller.entry("templateRef");
    if (inlined != nullptr && called != nullptr) {
        report_both(caller, parent_of(context), *called, *inlined, context);
    }
    if (inlined != nullptr || called != nullptr) return;
    report_none(caller, parent_of(context), context.headline(),
                {"template", "templateRef", "inline"}, context);
}

void check_step(const wf::WorkflowStep& step, Context& context) {
    check_call(step, context);
}

void check_task(const wf::DAGTask& task, Context& context) {
    check_call(task, context);
}

/// Outputs say where their value comes from in one way.
void check_outputs(const wf::Outputs& outputs, Context& context) {
    // Status holds outputs as well, with values that were found.
    if (context.enclosing<wf::Template>() == nullptr) return;
    for (const wf::Parameter* parameter : outputs.parameters()) {
        const ir::Entry* value = parameter->entry("value");
        const ir::Entry* from = parameter->entry("valueFrom");
        if (value != nullptr && from != nullptr) {
            report_both(*parameter, &outputs, *value, *from, context);
        } else if (value == nullptr && from == nullptr && parameter->name() != nullptr) {
            report_none(*parameter, &outputs, parameter->name()->span, {"valueFrom", "value"},
                        context);
        }
        const wf::ValueFrom* source = parameter->value_from();
        if (source == nullptr || value != nullptr) continue;
        const std::vector<std::string_view> kinds{"path",      "jqFilter",   "jsonPath",
                                                  "parameter", "expression", "supplied"};
        const bool has_one = std::any_of(kinds.begin(), kinds.end(), [&](std::string_view kind) {
            const ir::Entry* entry = source->entry(kind);
            return entry != nullptr && !is_empty(*entry->value);
        });
        if (has_one) continue;
        report_none(*source, parameter, parameter->key_span_of("valueFrom"), kinds, context);
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "more or less than one of fields that exclude each other",
                 .doc = R"md(
Some fields stand for a choice: a template is a container or a script or a DAG; a step loops over
items or a parameter or a sequence; an artifact lies in one place. Argo refuses an object that
chooses twice, and one that does not choose where it must.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata:
  generateName: hello-
spec:
  entrypoint: main
  templates:
    - name: main
      suspend: {}
      container: {image: 'alpine:3.20', command: [echo, hello]}
```

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata:
  generateName: hello-
spec:
  entrypoint: main
  templates:
    - name: main
      inputs: {}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata:
  generateName: hello-
spec:
  entrypoint: main
  templates:
    - name: main
      container: {image: 'alpine:3.20', command: [echo, hello]}
```
)md",
                 .checks = {on_defect(ir::DefectKind::kOneOf, check_defect), on<check_template>(),
                            on<check_step>(), on<check_task>(), on<check_outputs>()}};

} // namespace tiphys::rules::exactly_one_of
