// Which template a name means.
#include "compiler/front/resolve.h"

#include "schemas/k8s.gen.h"

namespace tiphys::front {
namespace {

/// The spec of one object, if it is of a kind that specifies a workflow.
const wf::WorkflowSpec* spec_of(const ir::Object& owner) {
    if (const auto* workflow = ir::object_as<wf::Workflow>(&owner)) return workflow->spec();
    if (const auto* shared = ir::object_as<wf::WorkflowTemplate>(&owner)) return shared->spec();
    if (const auto* shared = ir::object_as<wf::ClusterWorkflowTemplate>(&owner)) {
        return shared->spec();
    }
    if (const auto* cron = ir::object_as<wf::CronWorkflow>(&owner)) {
        const wf::CronWorkflowSpec* spec = cron->spec();
        return spec == nullptr ? nullptr : spec->workflow_spec();
    }
    return nullptr;
}

void add_places(const ir::Document& document, const ir::Value& value,
                std::vector<WorkflowPlace>& places) {
    if (const auto* list = ir::list_as(&value)) {
        for (const ir::Value* item : list->items)
            add_places(document, *item, places);
    } else if (const auto* map = ir::map_as(&value)) {
        for (const ir::Entry& entry : map->entries)
            add_places(document, *entry.value, places);
    } else if (const auto* object = ir::any_object_as(&value)) {
        if (const wf::WorkflowSpec* spec = spec_of(*object)) {
            places.push_back({&document, object, spec});
            return;
        }
        for (const ir::Entry& entry : object->present_fields()) {
            add_places(document, *entry.value, places);
        }
    }
}

Callee resolve_reference(const ir::Project& project, const WorkflowPlace& place,
                         const wf::TemplateRef& reference) {
    const std::string_view object_name = ir::text_of(reference.name());
    const std::string_view template_name = ir::text_of(reference.template_());
    if (has_tag(object_name) || has_tag(template_name)) return {Resolution::kDynamic, nullptr, {}};
    const WorkflowPlace found =
        find_workflow_template(project, namespace_of(place), object_name,
                               is_true(reference.cluster_scope()), file_of(place));
    if (found.spec == nullptr) return {Resolution::kUnknownObject, nullptr, {}};
    const wf::Template* target = find_template(*found.spec, template_name);
    return {target == nullptr ? Resolution::kUnknownTemplate : Resolution::kFound, target, found};
}

} // namespace

std::vector<WorkflowPlace> workflow_places(const ir::Document& document) {
    std::vector<WorkflowPlace> places;
    if (document.root != nullptr) add_places(document, *document.root, places);
    return places;
}

FileId file_of(const WorkflowPlace& place) {
    return place.document == nullptr ? FileId::kNone : place.document->file;
}

std::string_view namespace_of(const WorkflowPlace& place) {
    const ir::Value* metadata = place.owner == nullptr ? nullptr : place.owner->field("metadata");
    if (const auto* object = ir::object_as<k8s::ObjectMeta>(metadata)) {
        const std::string_view own = ir::text_of(object->namespace_());
        if (!own.empty()) return own;
    }
    return place.document == nullptr ? std::string_view{} : place.document->namespace_name;
}

Call call_of(const wf::WorkflowStep& step) {
    return {step.template_(), step.template_ref(), step.inline_(), step.arguments()};
}

Call call_of(const wf::DAGTask& task) {
    return {task.template_(), task.template_ref(), task.inline_(), task.arguments()};
}

Call call_of(const wf::LifecycleHook& hook) {
    return {hook.template_(), hook.template_ref(), nullptr, hook.arguments()};
}

Callee resolve_call(const ir::Project& project, const WorkflowPlace& place, const Call& call) {
    if (call.inline_template != nullptr) {
        return {Resolution::kFound, call.inline_template, place};
    }
    if (call.reference != nullptr) return resolve_reference(project, place, *call.reference);
    if (call.name == nullptr || call.name->text.empty()) return {};
    return resolve_name(project, place, call.name->text);
}

Callee resolve_name(const ir::Project& project, const WorkflowPlace& place, std::string_view name) {
    if (has_tag(name)) return {Resolution::kDynamic, nullptr, {}};
    if (const wf::Template* target = find_template(*place.spec, name)) {
        return {Resolution::kFound, target, place};
    }
    const wf::WorkflowTemplateRef* reference = place.spec->workflow_template_ref();
    if (reference == nullptr) return {Resolution::kUnknownTemplate, nullptr, place};
    const std::string_view object_name = ir::text_of(reference->name());
    if (has_tag(object_name)) return {Resolution::kDynamic, nullptr, {}};
    const WorkflowPlace found =
        find_workflow_template(project, namespace_of(place), object_name,
                               is_true(reference->cluster_scope()), file_of(place));
    if (found.spec == nullptr) return {Resolution::kUnknownObject, nullptr, {}};
    const wf::Template* target = find_template(*found.spec, name);
    return {target == nullptr ? Resolution::kUnknownTemplate : Resolution::kFound, target, found};
}

const wf::Template* find_template(const wf::WorkflowSpec& spec, std::string_view name) {
    for (const wf::Template* candidate : spec.templates()) {
        if (ir::text_of(candidate->name()) == name) return candidate;
    }
    return nullptr;
}

WorkflowPlace find_workflow_template(const ir::Project& project, std::string_view namespace_name,
                                     std::string_view name, bool is_cluster_scoped, FileId asking) {
    const std::string_view kind =
        is_cluster_scoped ? "ClusterWorkflowTemplate" : "WorkflowTemplate";
    const std::string_view wanted = is_cluster_scoped ? std::string_view{} : namespace_name;
    const ir::Document* document = project.find(kind, wanted, name, asking);
    if (document == nullptr || document->object() == nullptr) return {};
    return {document, document->object(), spec_of(*document->object())};
}

bool is_true(const ir::Scalar* scalar) {
    return scalar != nullptr && scalar->scalar_type == ScalarType::kBool &&
           (scalar->text.front() == 't' || scalar->text.front() == 'T' ||
            scalar->text.front() == 'y' || scalar->text.front() == 'Y' || scalar->text == "on" ||
            scalar->text == "On" || scalar->text == "ON");
}

bool has_tag(std::string_view text) {
    return text.find("{{") != text.npos;
}

} // namespace tiphys::front
