// Variables of containers, and what a pod would say about itself.
// Kubernetes: pkg/fieldpath, pkg/apis/core/validation.

#include <algorithm>
#include <array>

#include "runtime/plan/builder.h"
#include "runtime/plan/ir_text.h"

namespace tiphys::run {
namespace {

/// Where the ports of tasks are.
constexpr const char* kOwnIp = "127.0.0.1";

constexpr std::array<std::string_view, 4> kResources = {"limits.cpu", "limits.memory",
                                                        "requests.cpu", "requests.memory"};

void add_texts(const ir::MapOf<ir::Scalar>& map, std::map<std::string, Text>& texts) {
    for (const ir::Entry& entry : map.entries()) {
        texts[std::string(entry.key)] = text_of_scalar(ir::scalar_as(entry.value));
    }
}

/// `KEY` of `metadata.labels['KEY']`, where `path` is that.
std::optional<std::string> key_in(std::string_view path, std::string_view map) {
    if (!path.starts_with(map)) return std::nullopt;
    path.remove_prefix(map.size());
    if (path.size() < 4 || !path.starts_with("['") || !path.ends_with("']")) return std::nullopt;
    return std::string(path.substr(2, path.size() - 4));
}

} // namespace

/// Argo: createWorkflowPod in workflow/controller/workflowpod.go.
PodFields PlanBuilder::pod_fields_of(const wf::Template& source) const {
    PodFields fields;
    fields.labels = {{"workflows.argoproj.io/workflow", Text("{{workflow.name}}")},
                     {"workflows.argoproj.io/completed", Text("false")}};
    fields.annotations = {{"workflows.argoproj.io/node-name", Text("{{node.name}}")},
                          {"workflows.argoproj.io/node-id", Text("{{node.id}}")}};
    if (source.container_set() == nullptr) {
        fields.annotations["kubectl.kubernetes.io/default-container"] = Text("main");
    }
    const auto add = [&](const wf::Metadata* metadata) {
        if (metadata == nullptr) return;
        add_texts(metadata->labels(), fields.labels);
        add_texts(metadata->annotations(), fields.annotations);
    };
    const ir::Scalar* account = nullptr;
    for (const wf::WorkflowSpec* spec : {base_, spec_}) {
        if (spec == nullptr) continue;
        add(spec->pod_metadata());
        if (spec->service_account_name() != nullptr) account = spec->service_account_name();
    }
    for (const wf::Template* part : {defaults_, &source}) {
        if (part == nullptr) continue;
        add(part->metadata());
        if (part->service_account_name() != nullptr) account = part->service_account_name();
    }
    fields.service_account = account == nullptr ? Text("default") : text_of_scalar(account);
    return fields;
}

/// A label or annotation that is not there is empty.
void PlanBuilder::read_field(const k8s::ObjectFieldSelector& source, const std::string& path,
                             EnvVar& value) {
    const std::string field = scalar_text(source.field_path());
    const std::map<std::string, Text> fixed = {
        {"metadata.name", Text("{{pod.name}}")},
        {"metadata.namespace", Text("{{workflow.namespace}}")},
        {"metadata.uid", Text("{{workflow.uid}}")},
        {"spec.nodeName", Text(request_.host_name)},
        {"spec.serviceAccountName", pod_fields_.service_account},
        {"status.hostIP", Text(kOwnIp)},
        {"status.hostIPs", Text(kOwnIp)},
        {"status.podIP", Text(kOwnIp)},
        {"status.podIPs", Text(kOwnIp)},
    };
    if (const auto found = fixed.find(field); found != fixed.end()) {
        value.value = found->second;
        return;
    }
    for (const auto& [name, texts] :
         {std::pair("metadata.labels", &pod_fields_.labels),
          std::pair("metadata.annotations", &pod_fields_.annotations)}) {
        if (field == name) {
            value.source = EnvVar::Source::kLines;
            value.lines = *texts;
            return;
        }
        const std::optional<std::string> key = key_in(field, name);
        if (!key) continue;
        const auto found = texts->find(*key);
        if (found != texts->end()) value.value = found->second;
        return;
    }
    refuse_here(source.field_path(), path,
                "`" + field +
                    "` cannot be asked for: only names, labels, annotations, `spec.nodeName`, "
                    "`spec.serviceAccountName` and addresses of a pod can");
}

void PlanBuilder::read_resource(const k8s::ResourceFieldSelector& source, const std::string& path,
                                EnvVar& value) {
    const std::string resource = scalar_text(source.resource());
    const bool is_known =
        std::find(kResources.begin(), kResources.end(), resource) != kResources.end();
    if (!is_known) {
        refuse_here(source.resource(), path,
                    "`" + resource +
                        "` is not known on this machine: requests and limits of `cpu` and `memory` "
                        "are");
    }
    value.source = EnvVar::Source::kResource;
    value.object_name = text_of_scalar(source.container_name());
    value.key = Text(resource);
    value.value = text_of_scalar(source.divisor());
}

void PlanBuilder::read_env(const k8s::EnvVar& source, const std::string& path,
                           ContainerSpec& container) {
    EnvVar variable;
    variable.name = scalar_text(source.name());
    variable.value = text_of_scalar(source.value());
    if (const k8s::EnvVarSource* from = source.value_from()) {
        const std::string place = path + ".env." + variable.name;
        if (const auto* key = from->config_map_key_ref()) {
            variable.source = EnvVar::Source::kConfigMap;
            variable.object_name = text_of_scalar(key->name());
            variable.key = text_of_scalar(key->key());
            variable.optional = scalar_is_true(key->optional());
        } else if (const auto* secret = from->secret_key_ref()) {
            variable.source = EnvVar::Source::kSecret;
            variable.object_name = text_of_scalar(secret->name());
            variable.key = text_of_scalar(secret->key());
            variable.optional = scalar_is_true(secret->optional());
        } else if (const auto* field = from->field_ref()) {
            read_field(*field, place, variable);
            if (variable.source == EnvVar::Source::kLines) {
                variable.source = EnvVar::Source::kText;
                refuse_here(field, place,
                            "a variable takes one label or annotation: `" +
                                scalar_text(field->field_path()) + "['KEY']`");
            }
        } else if (const auto* resource = from->resource_field_ref()) {
            read_resource(*resource, place, variable);
        } else {
            refuse_here(from, place, "this source of a variable is not known on this machine");
        }
    }
    std::erase_if(container.env, [&](const EnvVar& known) { return known.name == variable.name; });
    container.env.push_back(std::move(variable));
}

/// What is not requested is requested as it is limited. Kubernetes: SetDefaults_Pod.
void PlanBuilder::read_resources(const k8s::ResourceRequirements& source,
                                 ContainerSpec& container) {
    for (const auto& list : {source.limits(), source.requests()}) {
        for (const ir::Entry& entry : list.entries()) {
            set_request(container.requests, entry.key, scalar_text(ir::scalar_as(entry.value)));
        }
    }
    for (const ir::Entry& entry : source.limits().entries()) {
        set_request(container.limits, entry.key, scalar_text(ir::scalar_as(entry.value)));
    }
}

} // namespace tiphys::run
