// A workflow and all that it refers to as a project. Argo: setExecWorkflow and setStoredWfSpec in
// workflow/controller/operator.go.

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "compiler/front/load.h"
#include "runtime/backends/kubernetes/strategic_merge.h"
#include "runtime/controller/labels.h"
#include "runtime/controller/live_run.h"
#include "runtime/io/json_fields.h"

namespace tiphys::control {
namespace {

using Json = nlohmann::json;
using run::compact;
using run::is_true;
using run::member;
using run::object_at;
using run::text_of;

Json parsed(std::string_view text) {
    Json json = Json::parse(text, nullptr, false);
    return json.is_object() ? json : Json::object();
}

/// Argo: JoinWorkflowSpec in workflow/util/merge.go.
std::string merged(std::string_view base, std::string_view over) {
    const auto type = run::type_named(schema::Package::kWorkflow, "WorkflowSpec");
    auto spec = run::merge_objects(base, over, type);
    return spec ? std::move(*spec) : std::string(over);
}

std::string member_text(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found == object.end() || !found->is_object() ? "" : compact(*found);
}

/// Annotations and labels that all workflows of the controller, or of the spec, get.
void add_texts(const Json& object, const char* key, std::map<std::string, std::string>& out) {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_object()) return;
    for (const auto& [name, value] : found->items()) {
        if (value.is_string()) out.emplace(name, value.get<std::string>());
    }
}

std::string config_map_of(const std::string& name, const std::string& key,
                          const std::string& value) {
    return compact(Json::object({{"apiVersion", "v1"},
                                 {"kind", "ConfigMap"},
                                 {"metadata", {{"name", name}}},
                                 {"data", {{key, value}}}}));
}

} // namespace

/// The workflow's own spec with the defaults under it. Where it refers to a template, they go under
/// the spec of that.
std::string LiveRun::spec_over(const std::string& defaults, GatheredObjects& objects) {
    const Json own = parsed(workflow_.spec);
    const Json& reference = member(own, "workflowTemplateRef");
    if (!reference.is_object()) return merged(defaults, workflow_.spec);
    const bool is_cluster = is_true(reference, "clusterScope");
    const std::string name = text_of(reference, "name");
    const std::string kind = is_cluster ? "ClusterWorkflowTemplate" : "WorkflowTemplate";
    const std::string wanted = kind + " " + name;
    const bool is_gone = std::none_of(objects.begin(), objects.end(),
                                      [&](const auto& known) { return known.first == wanted; });
    if (is_gone && !workflow_.stored_spec.empty()) {
        Json made = {{"apiVersion", kWorkflowVersion}, {"kind", kind}};
        made["metadata"] = {{"name", name}};
        if (!is_cluster) made["metadata"]["namespace"] = workflow_.name_space;
        objects.emplace_back(wanted, compact(made));
    }
    for (auto& [title, text] : objects) {
        if (title != wanted) continue;
        Json object = parsed(text);
        // What ran at first goes on, whatever has become of the template.
        const std::string base = workflow_.stored_spec.empty()
                                     ? merged(defaults, member_text(object, "spec"))
                                     : workflow_.stored_spec;
        object["spec"] = parsed(base);
        extras_.stored_spec = merged(base, workflow_.spec);
        text = compact(object);
    }
    extras_.labels[is_cluster ? kLabelClusterTemplate : kLabelTemplate] = name;
    return workflow_.spec;
}

void LiveRun::keep_templates(const std::string& spec, const GatheredObjects& objects) {
    Json stored = Json::object();
    for (const auto& [key, made] : reached_templates(spec, objects)) {
        stored[key] = parsed(made);
    }
    if (!stored.empty()) extras_.stored_templates = compact(stored);
}

void LiveRun::load_project() {
    const Json defaults = parsed(around_.config.workflow_defaults);
    auto objects = around_.objects.gather(workflow_.spec, workflow_.name_space);
    put_back(workflow_.stored_templates, workflow_.name_space, objects);
    const std::string spec = spec_over(member_text(defaults, "spec"), objects);
    const std::string full = extras_.stored_spec.empty() ? spec : extras_.stored_spec;
    keep_templates(full, objects);
    metrics_ = DeclaredMetrics(full, extras_.stored_templates);
    const Json extra_metadata = object_at(parsed(full), "workflowMetadata");
    const Json default_metadata = object_at(defaults, "metadata");
    for (const Json* more : {&extra_metadata, &default_metadata}) {
        add_texts(*more, "labels", extras_.labels);
        add_texts(*more, "annotations", extras_.annotations);
    }
    workflow_.labels.insert(extras_.labels.begin(), extras_.labels.end());
    Json object = {{"apiVersion", kWorkflowVersion}, {"kind", "Workflow"}};
    object["metadata"] = {{"name", workflow_.name},
                          {"namespace", workflow_.name_space},
                          {"labels", workflow_.labels},
                          {"annotations", workflow_.annotations}};
    object["spec"] = parsed(spec);
    std::vector<front::InputFile> files;
    const auto add_file = [&](std::string name, std::string text) {
        files.push_back({sources_.add(std::move(name), std::move(text)), true});
    };
    add_file(workflow_.name, compact(object));
    for (auto& [title, text] : objects) {
        add_file(std::move(title), std::move(text));
    }
    if (!around_.config.artifact_repository.empty()) {
        add_file("configuration",
                 config_map_of("workflow-controller-configmap", "artifactRepository",
                               around_.config.artifact_repository));
        extras_.artifact_repository = compact(
            Json::object({{"artifactRepository", parsed(around_.config.artifact_repository)},
                          {"default", true}}));
    }
    project_ = std::make_unique<ir::Project>(front::load_project(sources_, files, 1));
}

} // namespace tiphys::control
