// Fields without which Argo refuses an object or cannot run it.
// Argo: workflow/validate/validate.go, the required markers of its API types.
#include <algorithm>

#include "analyzer/artifacts.h"
#include "analyzer/describe.h"
#include "analyzer/edits.h"
#include "analyzer/field_guess.h"
#include "compiler/front/resolve.h"
#include "schemas/events.gen.h"

namespace tiphys::rules::missing_required_field {
namespace {

using namespace analyze;

constexpr Message<std::string_view, std::string_view> kAbsent{"{} has no `{}`"};
constexpr Message<std::string_view, std::string_view> kEmpty{"`{}` of {} is empty"};
constexpr Message<> kNoName{"`metadata` has neither `name` nor `generateName`"};
constexpr Message<std::string_view> kNoEntrypoint{"the workflow does not say where to begin: {}"};
constexpr Message<std::string_view> kNoMain{
    "template `{}` has inputs or outputs, but no container `main`"};
constexpr Message<std::string_view> kNoArtifact{
    "artifact `{}` is given neither `from` nor a location"};
constexpr Message<std::string_view> kNoPath{
    "artifact `{}` has no `path`: where its file is in the container"};

/// Of a document that breaks off, what is missing says nothing.
bool is_whole(const Context& context) {
    return context.document() != nullptr && context.document()->is_complete;
}

bool is_set(const ir::Scalar* scalar) {
    return scalar != nullptr && !scalar->text.empty();
}

/// Whether something is meant to stand in the field. Other rules speak about what is misspelt or of
/// another type than the field takes.
bool is_given(const ir::Object& object, std::string_view name) {
    const ir::Value* value = object.field(name);
    const bool is_empty = value == nullptr || ir::is_null(*value) ||
                          (value->kind == ir::ValueKind::kScalar && !is_set(ir::scalar_as(value)));
    return !is_empty || is_misspelt(object, name);
}

/// The field that took over from the missing one or is about to lose to it.
bool has_predecessor(const ir::Object& object, std::string_view name) {
    return std::any_of(object.type->fields.begin(), object.type->fields.end(),
                       [&](const schema::Field& field) {
                           return field.replacement == name && object.entry(field.name) != nullptr;
                       });
}

/// An optional artifact whose place is empty is not looked for.
/// Argo: workflow/executor/executor.go LoadArtifacts.
bool is_optional_artifact(const ir::Object* object) {
    return object != nullptr && front::is_true(ir::scalar_as(object->field("optional")));
}

void check_defect(const ir::Defect& defect, Context& context) {
    const ir::Object& object = *ir::any_object_as(defect.value);
    if (is_misspelt(object, defect.text) || has_predecessor(object, defect.text)) return;
    const bool is_root = defect.parent == nullptr;
    const std::string place = is_root ? "the object" : place_words(object, defect.parent);
    if (object.entry(defect.text) != nullptr) {
        if (is_optional_artifact(defect.parent)) return;
        context.report(kEmpty, defect.span, defect.text, place);
        return;
    }
    Finding finding = context.report(kAbsent, defect.span, place, defect.text);
    if (!defect.field->doc.empty()) {
        std::string words(defect.field->doc);
        words.front() = static_cast<char>(std::tolower(static_cast<unsigned char>(words.front())));
        finding.help("add `" + std::string(defect.text) + "`: " + words);
    }
}

/// The one template that can only be meant, named in a new `entrypoint` field.
void offer_entrypoint(const wf::WorkflowSpec& spec, Context& context, Finding& finding) {
    const auto templates = spec.templates();
    // The one element may be no template at all.
    const bool is_single = templates.size() == 1 && !(templates.begin() == templates.end());
    if (!is_single || spec.entry("entrypoint") != nullptr) return;
    const wf::Template* only = *templates.begin();
    const std::vector<ir::Entry> entries = entries_in_order(spec);
    if (!is_set(only->name()) || entries.empty()) return;
    const std::string line = "entrypoint: " + plain_or_quoted(only->name()->text);
    finding.safe_fix("begin with `" + std::string(only->name()->text) + "`",
                     {insert_before(context, spec, entries.front(), line)});
}

void check_entrypoint(const ir::Object& owner, const wf::WorkflowSpec* spec, Context& context) {
    if (spec == nullptr || !is_whole(context)) return;
    if (is_given(*spec, "entrypoint")) return;
    // What stands in a `spec` too many is not missing, nor what a reference gives that is wrong.
    const bool is_nested = std::any_of(spec->unknown.begin(), spec->unknown.end(),
                                       [](const ir::Entry& each) { return each.key == "spec"; });
    const bool has_reference =
        spec->entry("workflowTemplateRef") != nullptr && spec->workflow_template_ref() == nullptr;
    if (is_nested || has_reference || is_misspelt(*spec, "workflowTemplateRef")) return;
    // A trigger's parameters may fill it in.
    const auto* trigger = context.enclosing<events::TriggerTemplate>();
    if (trigger != nullptr) return;
    const std::string_view key =
        owner.type->id == wf::CronWorkflowSpec::kType ? "workflowSpec" : "spec";
    const wf::WorkflowTemplateRef* reference = spec->workflow_template_ref();
    if (reference == nullptr) {
        Finding finding = context.report(kNoEntrypoint, owner.key_span_of(key),
                                         "`" + std::string(key) + "` has no `entrypoint`");
        finding.help("add `entrypoint`: the name of the template that runs first");
        offer_entrypoint(*spec, context, finding);
        return;
    }
    const std::string_view name = ir::text_of(reference->name());
    const std::string_view space =
        context.document() == nullptr ? std::string_view{} : context.document()->namespace_name;
    const front::WorkflowPlace found =
        front::find_workflow_template(context.project(), space, name,
                                      front::is_true(reference->cluster_scope()), owner.span.file);
    if (found.spec == nullptr || is_set(found.spec->entrypoint())) return;
    context
        .report(kNoEntrypoint, spec->key_span_of("workflowTemplateRef"),
                "neither it nor `" + std::string(name) + "` has an `entrypoint`")
        .related(found.document->name_span, "the template that is run")
        .help("add `entrypoint` here, or to the WorkflowTemplate");
}

void check_workflow(const wf::Workflow& workflow, Context& context) {
    check_entrypoint(workflow, workflow.spec(), context);
}

void check_cron(const wf::CronWorkflowSpec& cron, Context& context) {
    check_entrypoint(cron, cron.workflow_spec(), context);
}

/// Images that come from elsewhere: defaults, patches.
bool may_get_image(const wf::Template& own, const Context& context, std::string_view kind) {
    const auto* spec = context.enclosing<wf::WorkflowSpec>();
    if (own.pod_spec_patch() != nullptr) return true;
    if (spec == nullptr) return false;
    if (spec->template_defaults() == &own || spec->pod_spec_patch() != nullptr) return true;
    if (spec->template_defaults() == nullptr) return false;
    const auto* defaults = ir::any_object_as(spec->template_defaults()->field(kind));
    return defaults != nullptr && is_set(ir::scalar_as(defaults->field("image")));
}

void check_image(const wf::Template& own, std::string_view kind, Context& context) {
    const ir::Object* container = ir::any_object_as(own.field(kind));
    if (container == nullptr || may_get_image(own, context, kind)) return;
    if (is_given(*container, "image")) return;
    context.report(kAbsent, own.key_span_of(kind), place_words(*container, &own), "image")
        .help("add `image`: the container image to run");
}

void check_path(const wf::Artifact& artifact, Context& context) {
    if (is_given(artifact, "path")) return;
    const Span span = artifact.name() == nullptr ? artifact.span : artifact.name()->span;
    context.report(kNoPath, span, ir::text_of(artifact.name()))
        .help("add `path`, as `path: /tmp/" + std::string(ir::text_of(artifact.name())) + "`");
}

bool has_any(const ir::Object& object, std::span<const std::string_view> fields) {
    return std::any_of(fields.begin(), fields.end(),
                       [&](std::string_view name) { return object.entry(name) != nullptr; });
}

constexpr std::array<std::string_view, 7> kLeafKinds{
    "container", "containerSet", "script", "resource", "data", "http", "plugin"};

/// Inputs and outputs of a container set are those of its container `main`.
void check_main_container(const wf::Template& own, Context& context) {
    const wf::ContainerSetTemplate* set = own.container_set();
    if (set == nullptr) return;
    const bool has_files = (own.inputs() != nullptr && own.inputs()->artifacts().size() > 0) ||
                           (own.outputs() != nullptr && (own.outputs()->artifacts().size() > 0 ||
                                                         own.outputs()->parameters().size() > 0));
    if (!has_files) return;
    for (const wf::ContainerNode* node : set->containers()) {
        if (ir::text_of(node->name()) == "main") return;
    }
    context.report(kNoMain, own.key_span_of("containerSet"), ir::text_of(own.name()))
        .help("name one container `main`: it reads the inputs and writes the outputs");
}

void check_template(const wf::Template& own, Context& context) {
    if (!is_whole(context)) return;
    check_image(own, "container", context);
    check_image(own, "script", context);
    const auto* spec = context.enclosing<wf::WorkflowSpec>();
    const bool is_default = spec != nullptr && spec->template_defaults() == &own;
    if (is_default || !has_any(own, kLeafKinds)) return;
    check_main_container(own, context);
    if (own.inputs() != nullptr) {
        for (const wf::Artifact* artifact : own.inputs()->artifacts())
            check_path(*artifact, context);
    }
    if (own.outputs() != nullptr) {
        for (const wf::Artifact* artifact : own.outputs()->artifacts())
            check_path(*artifact, context);
    }
}

/// Artifacts that are handed over: Argo demands their place from the manifest, also where nothing
/// takes them. Parameters are the business of `missing-argument`.
void check_arguments(const wf::Arguments& arguments, Context& context) {
    const ir::Object* owner = context.parents().empty() ? nullptr : context.parents().back();
    if (owner == nullptr || !is_whole(context)) return;
    const schema::TypeId type = owner->type->id;
    const bool is_checked = type == wf::WorkflowStep::kType || type == wf::DAGTask::kType ||
                            type == wf::WorkflowSpec::kType;
    // A trigger's parameters may fill in what a Sensor's workflow lacks.
    if (!is_checked || context.enclosing<events::TriggerTemplate>() != nullptr) return;
    for (const wf::Artifact* artifact : arguments.artifacts()) {
        if (artifact->name() == nullptr || is_given(*artifact, "from")) continue;
        if (has_location_or_key(*artifact)) continue;
        Finding finding =
            context.report(kNoArtifact, artifact->name()->span, artifact->name()->text);
        if (artifact->from_expression() != nullptr) {
            finding.note("`fromExpression` works in outputs only");
        } else if (const ir::Object* location = location_of(*artifact)) {
            finding.note("`" + std::string(entry_of(*artifact, *location)->key) +
                         "` does not name the object");
        }
    }
}

/// Inline templates have no names; those of a list are called by them.
void check_template_names(const wf::WorkflowSpec& spec, Context& context) {
    if (!is_whole(context)) return;
    for (const wf::Template* own : spec.templates()) {
        if (is_given(*own, "name")) continue;
        const std::vector<ir::Entry> entries = entries_in_order(*own);
        if (own->name() != nullptr) {
            context.report(kEmpty, own->name()->span, "name", "a template");
        } else if (!entries.empty()) {
            context.report(kAbsent, ir::key_span(*own, entries.front()), "a template", "name")
                .help("add `name`: what steps, tasks and `entrypoint` call it by");
        }
    }
}

/// Only a Workflow can get its name from the command that submits it.
void check_name(const ir::Document& document, Context& context) {
    if (document.type == nullptr || document.object() == nullptr) return;
    if (!document.name.empty() || !document.is_complete) return;
    const auto* metadata = ir::any_object_as(document.object()->field("metadata"));
    if (metadata == nullptr || is_given(*metadata, "name") || is_given(*metadata, "generateName")) {
        return;
    }
    const bool is_workflow = document.kind == "Workflow";
    context.report(kNoName, document.object()->key_span_of("metadata"))
        .severity(is_workflow ? Severity::kWarning : Severity::kError)
        .help(is_workflow ? "add `generateName`, or submit it with `--generate-name`"
                          : "add `name`");
}

/// Hooks other than the exit handler fire on a condition.
void check_hook(const wf::LifecycleHook& hook, Context& context) {
    if (is_given(hook, "expression") || !is_whole(context)) return;
    const std::string_view name = context.text(context.headline());
    if (name == "exit" || name == "\"exit\"" || name == "'exit'") return;
    context.report(kAbsent, context.headline(), "hook `" + std::string(name) + "`", "expression")
        .help("add `expression`: when the hook fires; only `exit` does without");
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "objects without a field that Argo needs",
                 .doc = R"md(
Argo refuses the object, or cannot run it, without this field: a workflow needs an `entrypoint`, a
container an image, an argument a value, a file artifact its path.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata:
  generateName: hello-
spec:
  templates:
    - name: main
      container: {image: 'alpine:3.20', command: [echo, hello]}
```

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata:
  name: on-push
spec:
  dependencies:
    - name: push
      eventSourceName: github
  triggers:
    - template:
        name: log
        log: {}
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
                 .checks = {on_defect(ir::DefectKind::kMissingField, check_defect),
                            on<check_workflow>(), on<check_cron>(), on<check_template>(),
                            on<check_arguments>(), on<check_hook>(), on_document(check_name),
                            on<check_template_names>()}};

} // namespace tiphys::rules::missing_required_field
