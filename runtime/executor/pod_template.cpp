// The template of a pod.

#include "runtime/executor/pod_template.h"

#include <cerrno>
#include <charconv>
#include <cstdlib>

#include <nlohmann/json.hpp>

#include "compiler/expr/duration.h"
#include "runtime/executor/location.h"
#include "runtime/io/files.h"
#include "runtime/io/json_fields.h"

namespace tiphys::executor {
namespace {

using Json = nlohmann::json;
using run::compact;
using run::is_true;
using run::member;

std::string shown(const Json& json) {
    if (json.is_null()) return "";
    return json.is_string() ? json.get<std::string>() : compact(json);
}

std::string text(const Json& object, const char* name) {
    return shown(member(object, name));
}

/// Numbers may be written as strings.
int number(const Json& json) {
    const std::string digits = shown(json);
    int value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
}

PodArtifact artifact_of(const Json& json) {
    PodArtifact artifact;
    artifact.name = text(json, "name");
    artifact.path = text(json, "path");
    artifact.optional = is_true(json, "optional");
    const Json& archive = member(json, "archive");
    if (member(archive, "none").is_object()) artifact.archive = run::Archive::kNone;
    if (member(archive, "zip").is_object()) artifact.archive = run::Archive::kZip;
    if (member(archive, "tar").is_object()) artifact.archive = run::Archive::kTar;
    const Json& level = member(member(archive, "tar"), "compressionLevel");
    if (!level.is_null()) artifact.compression_level = number(level);
    const Json& mode = member(json, "mode");
    if (!mode.is_null()) artifact.mode = static_cast<std::uint32_t>(number(mode));
    artifact.recurse_mode = is_true(json, "recurseMode");
    artifact.json = compact(json);
    return artifact;
}

std::vector<PodArtifact> artifacts_of(const Json& list) {
    std::vector<PodArtifact> artifacts;
    for (const Json& json : list) {
        artifacts.push_back(artifact_of(json));
    }
    return artifacts;
}

/// Argo counts attempts by `retries`; its documentation counts what comes after the first one.
Result<Done> read_container_set(const Json& set, PodTemplate& pod) {
    for (const Json& json : member(set, "containers")) {
        SetContainer container{text(json, "name"), {}};
        for (const Json& dependency : member(json, "dependencies")) {
            container.dependencies.push_back(shown(dependency));
        }
        pod.containers.push_back(std::move(container));
    }
    const Json& retry = member(set, "retryStrategy");
    pod.n_retries = number(member(retry, "retries"));
    const std::string pause = text(retry, "duration");
    if (pause.empty()) return Done{};
    const auto nanoseconds = expr::parse_go_duration_ns(pause);
    if (!nanoseconds || *nanoseconds < 0) {
        return Error{"failed to get retry strategy: time: invalid duration \"" + pause + "\""};
    }
    pod.retry_pause_ms = *nanoseconds / 1'000'000;
    return Done{};
}

void read_parameters(const Json& list, PodTemplate& pod) {
    std::size_t index = 0;
    for (const Json& json : list) {
        const Json& from = member(json, "valueFrom");
        ParameterOutput parameter{index++, text(from, "path"), std::nullopt};
        if (!member(from, "default").is_null()) parameter.default_value = text(from, "default");
        if (!parameter.path.empty()) pod.parameters.push_back(std::move(parameter));
    }
}

/// Argo: Template.GetVolumeMounts.
const Json& mounts_of(const Json& json) {
    for (const char* kind : {"container", "script", "containerSet"}) {
        if (member(json, kind).is_object()) return member(member(json, kind), "volumeMounts");
    }
    static const Json kNothing;
    return kNothing;
}

void read_command(const Json& json, PodTemplate& pod) {
    const Json& script = member(json, "script");
    const Json& resource = member(json, "resource");
    if (script.is_object()) pod.script = text(script, "source");
    const bool has_manifest = resource.is_object() && member(resource, "manifestFrom").is_null();
    if (has_manifest) pod.manifest = text(resource, "manifest");
    bool has_main = false;
    for (const SetContainer& container : pod.containers) {
        has_main = has_main || container.name == "main";
    }
    pod.has_result = member(json, "container").is_object() || script.is_object() || has_main ||
                     member(json, "data").is_object();
}

} // namespace

std::vector<std::string> PodTemplate::main_containers() const {
    std::vector<std::string> names;
    for (const SetContainer& container : containers) {
        names.push_back(container.name);
    }
    return names.empty() ? std::vector<std::string>{"main"} : names;
}

bool PodTemplate::is_on_volume(const std::string& path) const {
    for (const std::string& mount : mount_paths) {
        if (run::path_within(run::clean_path(path), run::clean_path(mount))) return true;
    }
    return false;
}

bool PodTemplate::is_in_image(const std::string& path) const {
    if (is_on_volume(path)) return false;
    const std::string cleaned = run::clean_path(path);
    for (const PodArtifact& input : inputs) {
        const auto below = run::path_within(cleaned, run::clean_path(input.path));
        if (!below) continue;
        // Nothing is mounted there for an input that was not given.
        return below->empty() && input.optional && !has_location_or_key(input.json);
    }
    return true;
}

Result<PodTemplate> parse_pod_template(std::string_view text_of_template) {
    const Json json = Json::parse(text_of_template, nullptr, false);
    if (!json.is_object()) return Error{"failed to unmarshal template: it is no JSON object"};
    PodTemplate pod;
    pod.name = text(json, "name");
    TIPHYS_TRY(read, read_container_set(member(json, "containerSet"), pod));
    static_cast<void>(read);
    for (const Json& sidecar : member(json, "sidecars")) {
        pod.sidecars.push_back(text(sidecar, "name"));
    }
    for (const Json& mount : mounts_of(json)) {
        pod.mount_paths.push_back(text(mount, "mountPath"));
    }
    read_command(json, pod);
    const Json& location = member(json, "archiveLocation");
    if (location.is_object()) pod.archive_location = compact(location);
    pod.archives_logs = is_true(location, "archiveLogs");
    const Json& outputs = member(json, "outputs");
    pod.inputs = artifacts_of(member(member(json, "inputs"), "artifacts"));
    pod.outputs = artifacts_of(member(outputs, "artifacts"));
    read_parameters(member(outputs, "parameters"), pod);
    if (outputs.is_object()) pod.outputs_json = compact(outputs);
    return pod;
}

/// Argo: ResolveTemplateEnvValue in workflow/common/util.go.
Result<std::string> given_template_text(const PodPaths& paths) {
    const char* given = std::getenv("ARGO_TEMPLATE");
    if (given == nullptr) return read_needed(paths.template_file());
    const std::string text(given);
    return text == "offloaded" ? read_needed(paths.offloaded("ARGO_TEMPLATE")) : Result(text);
}

Result<std::string> template_text(const PodPaths& paths) {
    auto text = read_needed(paths.template_file());
    if (text || errno != ENOENT || std::getenv("ARGO_TEMPLATE") == nullptr) return text;
    return given_template_text(paths);
}

Result<std::string> cleaned_path(const PodArtifact& artifact) {
    const std::string& path = artifact.path;
    if (path.empty()) return Error{"Artifact '" + artifact.name + "' did not specify a path"};
    std::string safe;
    const bool ends_above = path.size() >= 3 && path.ends_with("/..");
    if (const std::size_t at = path.find("/../"); at != path.npos) {
        safe = path.substr(0, at);
    } else if (ends_above) {
        safe = path.substr(0, path.size() - 3);
    }
    std::string cleaned = run::clean_path(path);
    const auto below = safe.empty() ? std::optional<std::string>("/")
                                    : run::path_within(cleaned, run::clean_path(safe));
    if (!below || below->empty()) {
        return Error{"Artifact '" + artifact.name +
                     "' attempted to use a path containing '..'. Directory traversal is not "
                     "permitted"};
    }
    return cleaned;
}

} // namespace tiphys::executor
