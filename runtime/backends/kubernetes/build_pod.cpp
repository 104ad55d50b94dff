// Building pods. Argo: workflow/controller/workflowpod.go.

#include "runtime/backends/kubernetes/build_pod.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <nlohmann/json.hpp>

#include "runtime/artifacts/artifact_json.h"
#include "runtime/backends/kubernetes/pod_names.h"
#include "runtime/backends/kubernetes/pod_volumes.h"
#include "runtime/backends/kubernetes/strategic_merge.h"
#include "runtime/io/files.h"
#include "runtime/io/json_fields.h"
#include "runtime/plan/global_variables.h"
#include "runtime/plan/parameter_file.h"
#include "runtime/plan/time_text.h"

namespace tiphys::run {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kNoDeadline = "0001-01-01T00:00:00Z";
/// More than this goes into a ConfigMap. Linux: MAX_ARG_STRLEN.
constexpr std::size_t kLongestVariable = 131072;

bool has_entries(const Json& value) {
    return value.is_structured() && !value.empty();
}

/// A whole number, or text that is one.
std::optional<std::int64_t> integer_of(const Json& value) {
    if (value.is_number_integer()) return value.get<std::int64_t>();
    if (value.is_string()) return parse_integer(value.get<std::string>());
    return std::nullopt;
}

void append(Json& object, const char* list, const Json& elements) {
    if (!object.contains(list) || !object[list].is_array()) object[list] = Json::array();
    if (!elements.is_array()) return;
    for (const Json& element : elements) {
        object[list].push_back(element);
    }
}

Json variable(std::string_view name, std::string_view value) {
    return {{"name", name}, {"value", value}};
}

Json field_variable(std::string_view name, std::string_view path) {
    return {{"name", name},
            {"valueFrom", {{"fieldRef", {{"apiVersion", "v1"}, {"fieldPath", path}}}}}};
}

Json empty_volume(std::string_view name) {
    return {{"name", name}, {"emptyDir", Json::object()}};
}

Json shared_mount() {
    return {{"name", kSharedVolume}, {"mountPath", "/var/run/argo"}};
}

bool is_executor_container(const std::string& name) {
    return name == kWaitContainer;
}

/// Whether the object says a whole place; a key alone is one of the repository.
/// Argo: HasLocation in pkg/apis/workflow/v1alpha1.
bool has_place(const Json& object) {
    if (object.contains("s3")) return !text_of(object["s3"], "bucket").empty();
    for (const char* kind :
         {"gcs", "azure", "oss", "hdfs", "git", "http", "artifactory", "raw", "plugin"}) {
        if (object.contains(kind)) return true;
    }
    return false;
}

class PodBuilder {
public:
    PodBuilder(const TaskSpec& spec, const PodTaskOptions& options, std::int64_t now_ms)
        : spec_(spec), options_(options), now_ms_(now_ms) {}

    BuiltPod build();

private:
    void fail(std::string error) {
        if (error_.empty()) error_ = std::move(error);
    }
    Json parsed(const std::string& text) {
        Json value = text.empty() ? Json::object() : Json::parse(text, nullptr, false);
        if (value.is_object()) return value;
        fail("the manifest of the pod is no JSON after its tags were replaced");
        return Json::object();
    }
    Json merged(const std::string& under, const std::string& over, schema::Package package,
                std::string_view type);
    /// The template's field, or the workflow's under its own name.
    [[nodiscard]] Json own_or_common(const char* name, const char* common_name) const;

    void read_manifest();
    void fill_template();
    void add_metadata();
    void add_main_containers();
    void add_executor_containers();
    [[nodiscard]] Json executor_container(const char* name, const char* command) const;
    void add_placement();
    void avoid_hosts();
    void add_service_account();
    void add_volumes();
    void add_side_containers();
    void mirror_mounts();
    void add_environment();
    void apply_patches();
    void wrap_commands();
    void wrap_command(Json& container);
    void offload();
    void set_deadline();
    [[nodiscard]] Json log_options() const {
        return Json::array({"--loglevel", options_.log_level, "--log-format", options_.log_format,
                            "--gloglevel", "0"});
    }

    const TaskSpec& spec_;
    const PodTaskOptions& options_;
    std::int64_t now_ms_;
    std::string error_;
    Json template_;
    /// Of the workflow's spec.
    Json common_;
    Json boundary_;
    Json pod_;
    Json config_map_;
};

Json PodBuilder::merged(const std::string& under, const std::string& over, schema::Package package,
                        std::string_view type) {
    const Json top = parsed(over);
    if (under.empty()) return top;
    const auto both = merge_objects(under, over, type_named(package, type));
    return both ? parsed(*both) : top;
}

Json PodBuilder::own_or_common(const char* name, const char* common_name) const {
    const Json own = member(template_, name);
    const bool is_set = !own.is_null() && own != "" && !(own.is_structured() && own.empty());
    return is_set ? own : member(common_, common_name);
}

void PodBuilder::read_manifest() {
    const PodManifest& manifest = *spec_.pod;
    // Argo: mergedTemplateDefaultsInto. What a template is comes from itself alone.
    Json defaults = parsed(manifest.defaults_json);
    Json own = parsed(manifest.template_json);
    for (const char* kind : {"container", "script", "containerSet"}) {
        if (!own.contains(kind)) defaults.erase(kind);
    }
    template_ = merged(defaults.empty() ? "" : defaults.dump(), manifest.template_json,
                       schema::Package::kWorkflow, "Template");
    common_ = Json::object();
    for (const std::string& spec : manifest.specs) {
        common_ = merged(common_.empty() ? "" : common_.dump(), spec, schema::Package::kWorkflow,
                         "WorkflowSpec");
    }
    boundary_ = parsed(manifest.boundary_json);
}

/// Argo: addArchiveLocation.
void PodBuilder::fill_template() {
    template_["name"] = spec_.template_name;
    template_["inputs"] = Json::object();
    bool needs_place = spec_.pod->archives_logs;
    for (const Artifact& artifact : spec_.input_artifacts) {
        const Json made = Json::parse(artifact_as_json(artifact));
        needs_place = needs_place || !has_place(made);
        template_["inputs"]["artifacts"].push_back(made);
    }
    for (const Json& artifact : member(member(template_, "outputs"), "artifacts")) {
        needs_place = needs_place || !has_place(artifact);
    }
    const Json location = member(template_, "archiveLocation");
    if ((location.is_object() && has_place(location)) || !needs_place) return;
    Json place = {{"archiveLogs", spec_.pod->archives_logs}};
    Json s3 = spec_.pod->archive_access.empty() ? Json() : parsed(spec_.pod->archive_access);
    if (s3.is_object()) {
        s3.erase("keyFormat");
        s3.erase("keyPrefix");
        s3["key"] = spec_.pod->archive_key;
        place["s3"] = std::move(s3);
    }
    template_["archiveLocation"] = std::move(place);
}

/// The time in Go's form, as `podGC` annotations have it.
std::string delay_text(const Json& gc, std::int64_t otherwise_ms) {
    const std::string text = text_of(gc, "deleteDelayDuration");
    const auto delay = parse_duration_ms(text);
    const std::int64_t delay_ms = delay.value_or(otherwise_ms);
    return delay_ms == 0 ? "0s" : short_duration(delay_ms);
}

void PodBuilder::add_metadata() {
    Json& metadata = pod_["metadata"];
    metadata["name"] = spec_.pod_name;
    metadata["namespace"] = options_.name_space;
    metadata["labels"] = {{kWorkflowLabel, options_.workflow_name}, {kCompletedLabel, "false"}};
    if (spec_.pod->on_exit) metadata["labels"][kOnExitLabel] = "true";
    if (!options_.instance_id.empty()) {
        metadata["labels"][kInstanceLabel] = options_.instance_id;
    }
    metadata["annotations"] = {{kNodeNameAnnotation, spec_.node_name},
                               {kNodeIdAnnotation, spec_.node_id}};
    if (!options_.workflow_uid.empty()) {
        metadata["ownerReferences"] = Json::parse(owner_references(options_));
    }
    if (options_.with_status_finalizer) metadata["finalizers"] = Json::array({kStatusFinalizer});
    const Json gc = member(common_, "podGC");
    if (gc.is_object()) {
        metadata["annotations"][kGcAnnotation] =
            text_of(gc, "strategy") + "/" + delay_text(gc, options_.gc_delay_ms);
    }
    for (const Json& from : {member(common_, "podMetadata"), member(template_, "metadata")}) {
        for (const char* kind : {"labels", "annotations"}) {
            if (from.is_object() && from.contains(kind)) metadata[kind].update(from[kind]);
        }
    }
}

Json PodBuilder::executor_container(const char* name, const char* command) const {
    Json made = {{"name", name}, {"image", options_.executor_image}};
    if (!options_.executor_pull_policy.empty()) {
        made["imagePullPolicy"] = options_.executor_pull_policy;
    }
    made["command"] = Json::array({"argoexec", command});
    append(made, "command", log_options());
    made["env"] = Json::array({field_variable("ARGO_POD_NAME", "metadata.name"),
                               field_variable("ARGO_POD_UID", "metadata.uid"),
                               variable("ARGO_WORKFLOW_NAME", options_.workflow_name),
                               variable("ARGO_WORKFLOW_UID", options_.workflow_uid)});
    if (!options_.instance_id.empty()) {
        made["env"].push_back(variable("ARGO_INSTANCE_ID", options_.instance_id));
    }
    const Json config =
        Json::parse(options_.executor_json.empty() ? "{}" : options_.executor_json, nullptr, false);
    if (config.is_object()) {
        append(made, "env", member(config, "env"));
        for (const char* name_of : {"resources", "securityContext", "args"}) {
            if (config.contains(name_of)) made[name_of] = config[name_of];
        }
    }
    if (!executor_account(template_.dump(), common_.dump()).empty()) {
        made["volumeMounts"].push_back(
            {{"name", "exec-sa-token"}, {"mountPath", kTokenFolder}, {"readOnly", true}});
    }
    return made;
}

void PodBuilder::add_main_containers() {
    Json mains = Json::array();
    if (template_.contains("script")) {
        Json container = template_["script"];
        container.erase("source");
        append(container, "args", Json::array({kScriptPath}));
        mains.push_back(std::move(container));
    } else if (template_.contains("containerSet")) {
        for (Json container : member(template_["containerSet"], "containers")) {
            container.erase("dependencies");
            append(container, "volumeMounts", member(template_["containerSet"], "volumeMounts"));
            mains.push_back(std::move(container));
        }
    } else {
        mains.push_back(member(template_, "container"));
    }
    for (Json& container : mains) {
        if (!container.is_object()) container = Json::object();
        if (!spec_.is_set || !container.contains("name")) container["name"] = kMainContainer;
        if (options_.main_container_json.empty()) continue;
        container = merged(options_.main_container_json, container.dump(), schema::Package::kK8s,
                           "Container");
    }
    append(pod_["spec"], "containers", mains);
    const Json& all = pod_["spec"]["containers"];
    std::string shown = text_of(all.back(), "name");
    for (const Json& container : all) {
        if (text_of(container, "name") == kMainContainer) shown = kMainContainer;
    }
    pod_["metadata"]["annotations"][kDefaultContainerAnnotation] = shown;
}

/// The executor comes before what it waits for.
void PodBuilder::add_executor_containers() {
    Json& spec = pod_["spec"];
    spec["containers"] = Json::array({executor_container(kWaitContainer, "wait")});
    spec["initContainers"] = Json::array({executor_container(kInitContainer, "init")});
}

/// Argo: addSchedulingConstraints.
void PodBuilder::add_placement() {
    Json& spec = pod_["spec"];
    for (const char* name : {"nodeSelector", "affinity", "tolerations"}) {
        for (const Json* from : {&template_, &boundary_, &common_}) {
            const Json value = member(*from, name);
            if (!has_entries(value)) continue;
            spec[name] = value;
            break;
        }
    }
    const auto take = [&](const char* to, const char* own, const char* common) {
        const Json value = own_or_common(own, common);
        if (!value.is_null()) spec[to] = value;
    };
    take("schedulerName", "schedulerName", "schedulerName");
    take("priorityClassName", "priorityClassName", "podPriorityClassName");
    take("securityContext", "securityContext", "securityContext");
    take("resources", "podResources", "podResources");
    take("resourceClaims", "resourceClaims", "resourceClaims");
    for (const char* name : {"hostNetwork", "dnsPolicy", "dnsConfig", "imagePullSecrets"}) {
        if (common_.contains(name)) spec[name] = common_[name];
    }
    for (const Json* from : {&common_, &template_}) {
        const Json aliases = member(*from, "hostAliases");
        if (has_entries(aliases)) append(spec, "hostAliases", aliases);
    }
    avoid_hosts();
}

/// Argo: AddHostnamesToAffinity in workflow/util/retry.
void PodBuilder::avoid_hosts() {
    const Json affinity = member(member(template_, "retryStrategy"), "affinity");
    if (!affinity.is_object() || !affinity.contains("nodeAntiAffinity")) return;
    if (spec_.pod->failed_hosts.empty()) return;
    const Json term = {{"key", "kubernetes.io/hostname"},
                       {"operator", "NotIn"},
                       {"values", spec_.pod->failed_hosts}};
    Json& terms = pod_["spec"]["affinity"]["nodeAffinity"]
                      ["requiredDuringSchedulingIgnoredDuringExecution"]["nodeSelectorTerms"];
    if (!terms.is_array() || terms.empty()) terms = Json::array({Json::object()});
    for (Json& one : terms) {
        append(one, "matchExpressions", Json::array({term}));
    }
}

/// Argo: setupServiceAccount.
void PodBuilder::add_service_account() {
    Json& spec = pod_["spec"];
    const Json account = own_or_common("serviceAccountName", "serviceAccountName");
    if (account.is_string() && account != "") spec["serviceAccountName"] = account;
    const Json mounts =
        own_or_common("automountServiceAccountToken", "automountServiceAccountToken");
    const bool is_off = mounts.is_boolean() && !mounts.get<bool>();
    if (is_off) spec["automountServiceAccountToken"] = false;
    const std::string executor = executor_account(template_.dump(), common_.dump());
    if (!executor.empty()) {
        append(spec, "volumes",
               Json::array({{{"name", "exec-sa-token"},
                             {"secret", {{"secretName", executor + ".service-account-token"}}}}}));
    } else if (is_off) {
        fail("executor.serviceAccountName must not be empty if automountServiceAccountToken is "
             "false");
    }
}

void PodBuilder::add_volumes() {
    Json& spec = pod_["spec"];
    Json first = Json::array({empty_volume(kSharedVolume), empty_volume(kTemporaryVolume)});
    for (const Json& volume : member(template_, "volumes")) {
        first.push_back(volume);
    }
    append(spec, "volumes", first);
    const PodVolumes more = mounted_volumes(template_.dump(), common_.dump(), options_);
    if (!more.error.empty()) fail(more.error);
    append(spec, "volumes", Json::parse(more.volumes));
    const Json secrets = Json::parse(more.secret_mounts);
    const bool has_artifacts = !spec_.input_artifacts.empty();
    for (const char* list : {"initContainers", "containers"}) {
        for (Json& container : spec[list]) {
            const std::string name = text_of(container, "name");
            const bool reads = name == kWaitContainer || name == kInitContainer;
            if (reads) append(container, "volumeMounts", secrets);
            if (has_artifacts && name == kInitContainer) {
                append(container, "volumeMounts", Json::parse(more.loader_mounts));
            }
            if (has_artifacts && name == kMainContainer) {
                append(container, "volumeMounts", Json::parse(more.artifact_mounts));
            }
            const bool stages = name == kInitContainer || name == kMainContainer;
            if (template_.contains("script") && stages) {
                const Json mount = {{"name", "argo-staging"}, {"mountPath", "/argo/staging"}};
                append(container, "volumeMounts", Json::array({mount}));
            }
        }
    }
    if (has_artifacts) spec["volumes"].push_back(empty_volume("input-artifacts"));
    if (template_.contains("script")) spec["volumes"].push_back(empty_volume("argo-staging"));
}

void PodBuilder::add_side_containers() {
    Json& spec = pod_["spec"];
    Json main_mounts = Json::array();
    for (const Json& container : spec["containers"]) {
        if (text_of(container, "name") == kMainContainer) {
            main_mounts = member(container, "volumeMounts");
        }
    }
    const auto add = [&](const char* from, const char* list) {
        for (Json container : member(template_, from)) {
            if (!container.is_object()) continue;
            if (is_true(container, "mirrorVolumeMounts")) {
                append(container, "volumeMounts", main_mounts);
            }
            container.erase("mirrorVolumeMounts");
            spec[list].push_back(std::move(container));
        }
    };
    add("initContainers", "initContainers");
    add("sidecars", "containers");
}

/// The executor reads outputs on volumes where they are. Argo: addOutputArtifactsVolumes.
void PodBuilder::mirror_mounts() {
    Json mounts = Json::array();
    for (const Json& container : pod_["spec"]["containers"]) {
        if (text_of(container, "name") != kMainContainer) continue;
        for (Json mount : member(container, "volumeMounts")) {
            mount["mountPath"] =
                clean_path(std::string("/mainctrfs/") + text_of(mount, "mountPath"));
            mount.erase("readOnly");
            mounts.push_back(std::move(mount));
        }
    }
    for (Json& container : pod_["spec"]["containers"]) {
        if (!is_executor_container(text_of(container, "name")) || mounts.empty()) continue;
        append(container, "volumeMounts", mounts);
    }
}

/// The W3C's `traceparent`: the workflow is the trace, its nodes are spans. Empty where the
/// workflow has no unique id.
std::string trace_parent(const std::string& workflow_uid, const std::string& node_id) {
    std::string trace;
    for (const char c : workflow_uid) {
        const bool is_digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
        if (is_digit) trace += c;
    }
    constexpr std::size_t kTraceDigits = 32;
    if (trace.size() != kTraceDigits) return "";
    // FNV-1a: the same after a restart.
    std::uint64_t span = 0xcbf29ce484222325;
    for (const char c : node_id) {
        span = (span ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    }
    std::string digits;
    for (int shift = 60; shift >= 0; shift -= 4) {
        digits += "0123456789abcdef"[(span >> static_cast<unsigned>(shift)) & 15U];
    }
    return "00-" + trace + "-" + digits + "-01";
}

bool has_variable(const Json& container, const char* name) {
    const Json list = member(container, "env");
    return std::any_of(list.begin(), list.end(),
                       [name](const Json& one) { return text_of(one, "name") == name; });
}

void PodBuilder::add_environment() {
    const std::string trace = trace_parent(options_.workflow_uid, spec_.node_id);
    const std::int64_t deadline_ms = spec_.pod->deadline_ms;
    const std::string deadline = deadline_ms == 0 ? std::string(kNoDeadline) : rfc3339(deadline_ms);
    const Json common = Json::array(
        {variable("ARGO_NODE_ID", spec_.node_id),
         variable("ARGO_INCLUDE_SCRIPT_OUTPUT", spec_.capture_result ? "true" : "false"),
         variable("ARGO_DEADLINE", deadline),
         variable("ARGO_WORKFLOW_NAME", options_.workflow_name)});
    const std::string simplified = template_.dump(-1, ' ', false, Json::error_handler_t::replace);
    const Json progress = Json::array({variable("ARGO_PROGRESS_FILE", "/var/run/argo/progress"),
                                       variable("ARGO_PROGRESS_PATCH_TICK_DURATION", "1m0s"),
                                       variable("ARGO_PROGRESS_FILE_TICK_DURATION", "3s")});
    for (const char* list : {"initContainers", "containers"}) {
        for (Json& container : pod_["spec"][list]) {
            const std::string name = text_of(container, "name");
            append(container, "env", Json::array({variable("ARGO_CONTAINER_NAME", name)}));
            if (list == std::string_view("initContainers")) {
                container["env"].push_back(variable("ARGO_TEMPLATE", simplified));
                append(container, "volumeMounts", Json::array({shared_mount()}));
            }
            append(container, "env", common);
            // Argo: podBuilder::build in workflow/controller/workflowpod.go.
            if (!trace.empty() && !has_variable(container, "TRACEPARENT")) {
                container["env"].push_back(variable("TRACEPARENT", trace));
            }
            append(container, "env", progress);
        }
    }
}

/// A patch in YAML or JSON; texts at its top are typed as the fields are.
Result<std::string> patch_as_json(const std::string& patch, schema::TypeId type) {
    const auto fields = parse_parameter_file(patch);
    if (!fields) return fields.error();
    const schema::Type& known = schema::type(type);
    Json made = Json::object();
    for (const auto& [name, value] : *fields) {
        const int index = schema::find_field(known, name);
        const schema::Shape shape =
            index < 0 ? schema::Shape() : known.fields[static_cast<std::size_t>(index)].shape;
        const bool is_text =
            shape.wrappers[0] == schema::Wrapper::kNone && shape.form == schema::Form::kString;
        Json parsed = is_text ? Json(value) : Json::parse(value, nullptr, false);
        made[name] = parsed.is_discarded() ? Json(value) : std::move(parsed);
    }
    return made.dump();
}

/// Argo: ApplyPodSpecPatch in workflow/util/util.go.
void PodBuilder::apply_patches() {
    const schema::TypeId type = pod_spec_type();
    for (const Json* from : {&common_, &template_}) {
        const std::string patch = text_of(*from, "podSpecPatch");
        if (patch.empty()) continue;
        const auto readable = patch_as_json(patch, type);
        if (!readable) {
            fail("Error applying PodSpecPatch: Failed to convert the PodSpecPatch yaml to json: " +
                 readable.error().message);
            return;
        }
        const auto patched = merge_objects(pod_["spec"].dump(), *readable, type);
        if (!patched) {
            fail("Error applying PodSpecPatch: " + patched.error().message);
            return;
        }
        pod_["spec"] = Json::parse(*patched);
    }
}

void PodBuilder::wrap_command(Json& container) {
    Json command = member(container, "command");
    if (!has_entries(command)) {
        const std::string image = text_of(container, "image");
        const auto known = options_.images.find(image);
        if (known == options_.images.end()) {
            fail("failed to look-up entrypoint/cmd for image \"" + image +
                 "\", you must either explicitly specify the command, or list the image's command "
                 "in the index: https://argo-workflows.readthedocs.io/en/latest/"
                 "workflow-executors/#emissary-emissary");
            return;
        }
        command = known->second.entrypoint;
        if (!container.contains("args")) container["args"] = known->second.cmd;
    }
    container["command"] = Json::array({kExecutorPath, "emissary"});
    append(container, "command", log_options());
    container["command"].push_back("--");
    append(container, "command", command);
}

void PodBuilder::wrap_commands() {
    Json& containers = pod_["spec"]["containers"];
    const auto grace = integer_of(member(pod_["spec"], "terminationGracePeriodSeconds"));
    for (std::size_t i = 0; i < containers.size(); ++i) {
        Json& container = containers[i];
        if (!is_executor_container(text_of(container, "name"))) wrap_command(container);
        if (text_of(container, "image") == options_.executor_image) {
            const Json mount = {
                {"name", kTemporaryVolume}, {"mountPath", "/tmp"}, {"subPath", std::to_string(i)}};
            append(container, "volumeMounts", Json::array({mount}));
        }
        append(container, "volumeMounts", Json::array({shared_mount()}));
        if (grace) {
            append(container, "env",
                   Json::array({variable("ARGO_TERMINATION_GRACE_PERIOD_SECONDS",
                                         std::to_string(*grace))}));
        }
    }
}

/// What no environment can hold goes into a ConfigMap.
void PodBuilder::offload() {
    const Json mount = {{"name", "argo-env-config"}, {"mountPath", "/argo/config"}};
    Json data = Json::object();
    for (Json& container : pod_["spec"]["containers"]) {
        const bool is_own = is_executor_container(text_of(container, "name"));
        if (is_own || !container.contains("args") || data.size() > 0) continue;
        const std::string args = container["args"].dump();
        if (args.size() <= kLongestVariable) continue;
        data["ARGO_CONTAINER_ARGS_FILE"] = args;
        container.erase("args");
        append(container, "env",
               Json::array({variable("ARGO_CONTAINER_ARGS_FILE",
                                     "/argo/config/ARGO_CONTAINER_ARGS_FILE")}));
        container["volumeMounts"].push_back(mount);
    }
    for (Json& container : pod_["spec"]["initContainers"]) {
        for (Json& one : container["env"]) {
            if (one["name"] != "ARGO_TEMPLATE") continue;
            std::string value = one["value"].get<std::string>();
            if (value.size() <= kLongestVariable) continue;
            data["ARGO_TEMPLATE"] = std::move(value);
            one["value"] = "offloaded";
            container["volumeMounts"].push_back(mount);
        }
    }
    if (data.empty()) return;
    pod_["spec"]["volumes"].push_back(
        {{"name", "argo-env-config"}, {"configMap", {{"name", spec_.pod_name}}}});
    Json metadata = {
        {"name", spec_.pod_name},
        {"namespace", options_.name_space},
        {"labels", {{kWorkflowLabel, options_.workflow_name}}},
        {"annotations",
         {{kNodeNameAnnotation, spec_.node_name}, {kNodeIdAnnotation, spec_.node_id}}}};
    if (pod_["metadata"].contains("ownerReferences")) {
        metadata["ownerReferences"] = pod_["metadata"]["ownerReferences"];
    }
    config_map_ = {{"apiVersion", "v1"},
                   {"kind", "ConfigMap"},
                   {"metadata", std::move(metadata)},
                   {"data", std::move(data)}};
}

void PodBuilder::set_deadline() {
    for (const Json& container : pod_["spec"]["containers"]) {
        for (const Json& one : member(container, "env")) {
            const std::string name = text_of(one, "name");
            // Somebody looks at the pod, for as long as it takes.
            if (name == "ARGO_DEBUG_PAUSE_BEFORE" || name == "ARGO_DEBUG_PAUSE_AFTER") return;
        }
    }
    std::optional<std::int64_t> seconds = integer_of(member(template_, "activeDeadlineSeconds"));
    const auto limit = [&](std::int64_t left_ms) {
        const std::int64_t left = std::max<std::int64_t>(left_ms / 1000, 1);
        seconds = std::min(seconds.value_or(left), left);
    };
    if (spec_.pod->run_deadline_ms != 0) limit(spec_.pod->run_deadline_ms - now_ms_);
    if (const auto timeout = parse_duration_ms(text_of(template_, "timeout"))) limit(*timeout);
    if (seconds) pod_["spec"]["activeDeadlineSeconds"] = *seconds;
}

BuiltPod PodBuilder::build() {
    read_manifest();
    fill_template();
    pod_ = {{"apiVersion", "v1"}, {"kind", "Pod"}};
    pod_["spec"]["restartPolicy"] = "Never";
    add_executor_containers();
    add_metadata();
    add_main_containers();
    add_placement();
    add_service_account();
    add_volumes();
    add_side_containers();
    mirror_mounts();
    add_environment();
    set_deadline();
    apply_patches();
    wrap_commands();
    if (!error_.empty()) return {"", "", std::move(error_)};
    offload();
    const auto text = [](const Json& object) {
        return object.dump(-1, ' ', false, Json::error_handler_t::replace);
    };
    return {text(pod_), config_map_.is_null() ? "" : text(config_map_), ""};
}

} // namespace

BuiltPod build_pod(const TaskSpec& spec, const PodTaskOptions& options, std::int64_t now_ms) {
    // What tags, patches and defaults make of a pod may be of any type.
    try {
        return PodBuilder(spec, options, now_ms).build();
    } catch (const Json::type_error&) {
        return {"", "",
                "a field of the pod is of another type than Kubernetes has there: look at "
                "`podSpecPatch`, at what parameters put into the template, and at "
                "`workflowDefaults`, `executor` and `mainContainer` of the controller's "
                "configuration"};
    }
}

std::vector<std::string> build_claims(const PodManifest& manifest, const PodTaskOptions& options) {
    std::vector<std::string> claims;
    std::set<std::string> names;
    for (auto spec = manifest.specs.rbegin(); spec != manifest.specs.rend(); ++spec) {
        const Json fields = Json::parse(*spec, nullptr, false);
        if (!fields.is_object()) continue;
        for (Json claim : member(fields, "volumeClaimTemplates")) {
            if (!claim.is_object()) continue;
            const std::string name = text_of(member(claim, "metadata"), "name");
            if (!names.insert(name).second) continue;
            claim["apiVersion"] = "v1";
            claim["kind"] = "PersistentVolumeClaim";
            claim["metadata"] = object_at(claim, "metadata");
            claim["metadata"]["labels"] = object_at(claim["metadata"], "labels");
            claim["metadata"]["name"] = options.workflow_name + "-" + name;
            claim["metadata"]["namespace"] = options.name_space;
            claim["metadata"]["labels"][kWorkflowLabel] = options.workflow_name;
            if (!options.workflow_uid.empty()) {
                claim["metadata"]["ownerReferences"] = Json::parse(owner_references(options));
            }
            claim.erase("status");
            claims.push_back(claim.dump());
        }
    }
    return claims;
}

} // namespace tiphys::run
