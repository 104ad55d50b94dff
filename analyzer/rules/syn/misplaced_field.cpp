// Fields that the API has, but Argo refuses in this kind of template.
// Argo: validateTemplate, validateInputs, validateOutputs in workflow/validate/validate.go.
#include <algorithm>
#include <array>

#include "analyzer/describe.h"
#include "analyzer/edits.h"
#include "schemas/k8s.gen.h"

namespace tiphys::rules::misplaced_field {
namespace {

using namespace analyze;

constexpr Message<std::string_view, std::string_view> kNotHere{
    "`{}` has no place in a template of type `{}`"};
constexpr Message<std::string_view> kInput{"input artifact `{}` cannot have `from`"};
constexpr Message<std::string_view, std::string_view, std::string_view> kSource{
    "output parameter `{}` of a `{}` template needs {}"};
constexpr Message<std::string_view> kArgument{
    "argument `{}` needs `configMapKeyRef`, `event` or `supplied` in its `valueFrom`"};
constexpr Message<std::string_view, std::string_view> kOutputSource{
    "argument `{}` cannot be read from `{}`, which is for outputs"};
constexpr Message<std::string_view> kClaims{"`claims` is not supported in `{}`"};
constexpr Message<std::string_view> kPodResource{
    "`{}` cannot be a resource of a whole pod: only cpu, memory and hugepages can"};
constexpr Message<> kTwoSources{"`templates` cannot stand beside `workflowTemplateRef`"};

enum class Sort : std::uint8_t { kNone, kPod, kAgent, kFlow, kSuspend };

struct Type {
    std::string_view name;
    Sort sort = Sort::kNone;
};

constexpr std::array kTypes = {Type{"container", Sort::kPod}, Type{"containerSet", Sort::kPod},
                               Type{"script", Sort::kPod},    Type{"resource", Sort::kPod},
                               Type{"data", Sort::kPod},      Type{"http", Sort::kAgent},
                               Type{"plugin", Sort::kAgent},  Type{"steps", Sort::kFlow},
                               Type{"dag", Sort::kFlow},      Type{"suspend", Sort::kSuspend}};

/// The first type that is set; more than one is another rule's finding.
Type type_of(const wf::Template& own) {
    for (const Type& type : kTypes) {
        const ir::Entry* entry = own.entry(type.name);
        if (entry != nullptr && !ir::is_null(*entry->value)) return type;
    }
    return {};
}

/// Fields that only some sorts of templates take, and what to do instead.
struct Restriction {
    std::string_view field;
    bool pod = false;
    bool agent = false;
    bool flow = false;
    bool suspend = false;
    std::string_view help;
};

constexpr std::array kRestrictions = {
    Restriction{"timeout", true, true, false, false,
                "set it on the templates that it calls, or use `activeDeadlineSeconds` of the "
                "workflow"},
    Restriction{"pendingTimeout", true, true, false, false,
                "set it on the templates that it calls"},
    Restriction{"activeDeadlineSeconds", true, true, false, true,
                "set it on the templates that it calls, or on the workflow"},
    Restriction{"parallelism", false, false, true, false,
                "set it on the workflow, or on the `steps` or `dag` that runs this template"},
    Restriction{"podResources", true, false, true, true, "all such templates share one pod"},
    Restriction{"resourceClaims", true, false, false, false, "only a pod can claim resources"},
};

bool allows(const Restriction& restriction, Sort sort) {
    switch (sort) {
    case Sort::kNone:
        return true;
    case Sort::kPod:
        return restriction.pod;
    case Sort::kAgent:
        return restriction.agent;
    case Sort::kFlow:
        return restriction.flow;
    case Sort::kSuspend:
        return restriction.suspend;
    }
    return true;
}

void report_field(const ir::Object& owner, const ir::Entry& entry, const Type& type,
                  std::string_view help, Context& context) {
    Finding finding = context.report(kNotHere, ir::key_span(owner, entry), entry.key, type.name);
    if (!help.empty()) finding.help(std::string(help));
    if (const auto removal = remove_field(context, owner, entry)) {
        finding.unsafe_fix("remove `" + std::string(entry.key) + "`", {*removal});
    }
}

/// Only pods have files.
void check_paths(const ir::ListOf<wf::Artifact>& artifacts, const Type& type, Context& context) {
    if (type.sort != Sort::kFlow && type.sort != Sort::kSuspend) return;
    for (const wf::Artifact* artifact : artifacts) {
        const ir::Entry* path = artifact->entry("path");
        if (path == nullptr || ir::text_of(artifact->path()).empty()) continue;
        report_field(*artifact, *path, type, "only templates that run something have files",
                     context);
    }
}

void check_inputs(const wf::Inputs& inputs, const Type& type, Context& context) {
    check_paths(inputs.artifacts(), type, context);
    for (const wf::Artifact* artifact : inputs.artifacts()) {
        if (ir::text_of(artifact->from()).empty()) continue;
        context.report(kInput, artifact->key_span_of("from"), ir::text_of(artifact->name()))
            .help("say where it comes from in the `arguments` of the step or task that calls this");
    }
}

struct Source {
    std::string_view type;
    std::vector<std::string_view> fields;
};

void check_source(const wf::Parameter& parameter, const Type& type, Context& context) {
    static const std::array kSources = {Source{"container", {"path"}},
                                        Source{"containerSet", {"path"}},
                                        Source{"script", {"path"}},
                                        Source{"resource", {"jqFilter", "jsonPath"}},
                                        Source{"steps", {"parameter", "expression"}},
                                        Source{"dag", {"parameter", "expression"}}};
    const wf::ValueFrom* from = parameter.value_from();
    if (from == nullptr || from->present == 0) return;
    for (const Source& source : kSources) {
        if (source.type != type.name) continue;
        const bool has_one =
            std::any_of(source.fields.begin(), source.fields.end(),
                        [&](std::string_view name) { return from->entry(name) != nullptr; });
        // One without any source is a finding of `exactly-one-of`.
        const bool is_empty =
            from->present_fields().size() == 1 && from->entry("default") != nullptr;
        if (has_one || is_empty) continue;
        context.report(kSource, parameter.key_span_of("valueFrom"), ir::text_of(parameter.name()),
                       type.name, alternatives(source.fields) + " in its `valueFrom`");
    }
}

void check_pod_resources(const k8s::ResourceRequirements& resources, Context& context) {
    if (const ir::Entry* claims = resources.entry("claims")) {
        context.report(kClaims, ir::key_span(resources, *claims), "podResources")
            .help("claim them in the `resources` of a container");
    }
    for (const std::string_view list : {"limits", "requests"}) {
        const auto* map = ir::map_as(resources.field(list));
        if (map == nullptr) continue;
        for (const ir::Entry& entry : map->entries) {
            const bool is_known =
                entry.key == "cpu" || entry.key == "memory" || entry.key.starts_with("hugepages-");
            if (is_known) continue;
            context.report(kPodResource, ir::key_span(*map, entry), entry.key)
                .help("ask for it in the `resources` of a container");
        }
    }
}

void check_template(const wf::Template& own, Context& context) {
    const auto* spec = context.enclosing<wf::WorkflowSpec>();
    if (spec != nullptr && spec->template_defaults() == &own) return;
    const Type type = type_of(own);
    for (const Restriction& restriction : kRestrictions) {
        const ir::Entry* entry = own.entry(restriction.field);
        if (entry == nullptr || ir::is_null(*entry->value)) continue;
        if (!allows(restriction, type.sort)) {
            report_field(own, *entry, type, restriction.help, context);
        }
    }
    if (own.pod_resources() != nullptr) check_pod_resources(*own.pod_resources(), context);
    if (own.inputs() != nullptr) check_inputs(*own.inputs(), type, context);
    if (own.outputs() == nullptr) return;
    check_paths(own.outputs()->artifacts(), type, context);
    for (const wf::Parameter* parameter : own.outputs()->parameters()) {
        check_source(*parameter, type, context);
    }
}

bool is_empty_text(const ir::Value& value) {
    const ir::Scalar* scalar = ir::scalar_as(&value);
    return ir::is_null(value) || (scalar != nullptr && scalar->text.empty());
}

/// Argo: validateArgumentsValues.
void check_arguments(const wf::Arguments& arguments, Context& context) {
    for (const wf::Parameter* parameter : arguments.parameters()) {
        const wf::ValueFrom* from = parameter->value_from();
        if (from == nullptr) continue;
        bool has_source = false;
        bool has_other = false;
        for (const ir::Entry& entry : from->present_fields()) {
            if (is_empty_text(*entry.value)) continue;
            const std::string_view key = entry.key;
            has_source =
                has_source || key == "configMapKeyRef" || key == "event" || key == "supplied";
            if (key != "path" && key != "jsonPath" && key != "parameter" && key != "expression") {
                continue;
            }
            has_other = true;
            Finding finding = context.report(kOutputSource, ir::key_span(*from, entry),
                                             ir::text_of(parameter->name()), key);
            if (key == "parameter") {
                finding.help("write the tag as the argument's `value`");
            } else if (key == "expression") {
                finding.help("write `{{=…}}` as the argument's `value`");
            }
        }
        if (has_source || has_other) continue;
        context.report(kArgument, parameter->key_span_of("valueFrom"),
                       ir::text_of(parameter->name()));
    }
}

void check_spec(const wf::WorkflowSpec& spec, Context& context) {
    if (spec.pod_resources() != nullptr) check_pod_resources(*spec.pod_resources(), context);
    const ir::Entry* templates = spec.entry("templates");
    if (spec.workflow_template_ref() == nullptr || spec.templates().size() == 0) return;
    context.report(kTwoSources, ir::key_span(spec, *templates))
        .related(spec.key_span_of("workflowTemplateRef"), "all templates come from here")
        .help("move the templates to the WorkflowTemplate, or refer to its templates one by one "
              "with `templateRef`");
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "fields that their kind of template cannot have",
                 .doc = R"md(
Not every field suits every type of template: only `steps` and `dag` have parallel children, only
templates that run a pod have files and a timeout. An argument's `valueFrom` reads a ConfigMap, an
event or what a person supplies; files, queries and expressions are for outputs. Argo refuses the
workflow.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata:
  generateName: hello-
spec:
  entrypoint: main
  templates:
    - name: main
      timeout: 10m
      steps:
        - - name: greet
            template: greet
    - name: greet
      parallelism: 2
      container: {image: 'alpine:3.20', command: [echo, hello]}
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
      parallelism: 2
      steps:
        - - name: greet
            template: greet
    - name: greet
      timeout: 10m
      container: {image: 'alpine:3.20', command: [echo, hello]}
```
)md",
                 .checks = {on<check_template>(), on<check_spec>(), on<check_arguments>()}};

} // namespace tiphys::rules::misplaced_field
