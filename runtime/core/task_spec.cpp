// Substituting a template for one task.

#include "runtime/core/task_spec.h"

#include <algorithm>
#include <functional>

#include "runtime/core/arguments.h"
#include "runtime/core/env_references.h"
#include "runtime/core/pod_values.h"
#include "runtime/core/resolve.h"
#include "runtime/core/spec_patch.h"
#include "runtime/plan/global_variables.h"
#include "runtime/plan/time_text.h"

namespace tiphys::run {
namespace {

/// Collects texts and the first error.
class Filler {
public:
    explicit Filler(const Scope& scope) : scope_(scope), plan_(*scope.state->plan) {}

    std::string text(const Text& source) {
        if (!source.has_tags()) return source.source();
        Resolved resolved = resolve(source, scope_, Strictness::kLenient);
        if (!resolved.good() && error_.empty()) error_ = resolved.error;
        return std::move(resolved.text);
    }

    void env(const ContainerSpec& container, ProcessSpec& process) {
        for (const EnvFrom& source : container.env_from) {
            const ObjectData* data = find_object(source.source, text(source.object_name));
            if (data == nullptr) {
                if (!source.optional) missing(source.source, text(source.object_name), "");
                continue;
            }
            for (const auto& [key, value] : *data) {
                process.env.emplace_back(source.prefix + key, value);
            }
        }
        const auto expand = [&](const std::string& value) {
            return expand_references(value, process.env);
        };
        variables(container.env, container.name, process.env, expand);
    }

    /// `container`: of the variables. `expand`: what becomes of values that are written as text;
    /// empty: they stay.
    void variables(const std::vector<EnvVar>& wanted, const std::string& container, Variables& out,
                   const std::function<std::string(const std::string&)>& expand = {}) {
        for (const EnvVar& variable : wanted) {
            std::optional<std::string> found = value(variable, container);
            if (!found) continue;
            const bool expands = expand && variable.source == EnvVar::Source::kText;
            out.emplace_back(variable.name, expands ? expand(*found) : std::move(*found));
        }
    }

    TaskVolume volume(const VolumeSpec& source) {
        TaskVolume made;
        made.name = source.name;
        made.shared = source.shared;
        made.host_path = text(source.host_path);
        made.host_type = source.host_type;
        for (const VolumeContent& part : source.contents) {
            const EnvVar::Source kind = part.content.source;
            if (kind == EnvVar::Source::kConfigMap || kind == EnvVar::Source::kSecret) {
                add_files(part, made.files);
                continue;
            }
            std::optional<std::string> content = value(part.content, "");
            if (content) made.files.push_back({text(part.path), std::move(*content), part.mode});
        }
        return made;
    }

    std::string json(const Text& source) {
        Resolved resolved = resolve_json(source, scope_, Strictness::kLenient);
        if (!resolved.good() && error_.empty()) error_ = resolved.error;
        return std::move(resolved.text);
    }

    [[nodiscard]] const std::string& error() const { return error_; }

private:
    /// The file of a key, or one for each. Unlike variables they may be no text.
    void add_files(const VolumeContent& part, std::vector<TaskVolume::File>& files) {
        const EnvVar& object = part.content;
        const std::string name = text(object.object_name);
        const std::string key = text(object.key);
        std::vector<const ObjectData*> held = {find_object(object.source, name)};
        const auto binaries = plan_.config_binaries.find(name);
        const bool has_binaries =
            object.source == EnvVar::Source::kConfigMap && binaries != plan_.config_binaries.end();
        if (has_binaries) held.push_back(&binaries->second);
        bool is_found = false;
        for (const ObjectData* data : held) {
            if (data == nullptr) continue;
            is_found = is_found || part.path.empty();
            for (const auto& [known, content] : *data) {
                if (!part.path.empty() && known != key) continue;
                files.push_back({part.path.empty() ? known : text(part.path), content, part.mode});
                is_found = true;
            }
        }
        if (!is_found && !object.optional) missing(object.source, name, key);
    }

    /// Nothing where there is none, and none is needed.
    std::optional<std::string> value(const EnvVar& wanted, const std::string& container) {
        switch (wanted.source) {
        case EnvVar::Source::kText:
            return text(wanted.value);
        case EnvVar::Source::kConfigMap:
        case EnvVar::Source::kSecret:
            return key_of_object(wanted);
        case EnvVar::Source::kResource:
            return resource(wanted, container);
        case EnvVar::Source::kLines: {
            std::map<std::string, std::string> lines;
            for (const auto& [name, line] : wanted.lines) {
                lines[name] = text(line);
            }
            return lines_text(lines);
        }
        }
        return std::nullopt;
    }

    std::optional<std::string> key_of_object(const EnvVar& wanted) {
        const std::string object = text(wanted.object_name);
        const std::string key = text(wanted.key);
        const ObjectData* data = find_object(wanted.source, object);
        const auto found = data == nullptr ? ObjectData::const_iterator() : data->find(key);
        if (data != nullptr && found != data->end()) return found->second;
        if (!wanted.optional) missing(wanted.source, object, key);
        return std::nullopt;
    }

    std::string resource(const EnvVar& wanted, const std::string& container) {
        const std::string named = text(wanted.object_name);
        ResourceText made = resource_text(*scope_.self, named.empty() ? container : named,
                                          text(wanted.key), text(wanted.value), plan_.machine);
        if (!made.error.empty() && error_.empty()) error_ = std::move(made.error);
        return std::move(made.text);
    }

    [[nodiscard]] const ObjectData* find_object(EnvVar::Source source,
                                                const std::string& name) const {
        const auto& objects = source == EnvVar::Source::kSecret ? plan_.secrets : plan_.config_maps;
        const auto found = objects.find(name);
        return found == objects.end() ? nullptr : &found->second;
    }

    void missing(EnvVar::Source source, const std::string& name, const std::string& key) {
        if (!error_.empty()) return;
        const bool is_secret = source == EnvVar::Source::kSecret;
        error_ = key.empty() ? std::string(is_secret ? "secret" : "configmap") + " \"" + name +
                                   "\" not found"
                             : "couldn't find key " + key + " in " +
                                   (is_secret ? "Secret " : "ConfigMap ") + name;
    }

    const Scope& scope_;
    const Plan& plan_;
    std::string error_;
};

ProcessSpec make_process(const ContainerSpec& container, Filler& fill) {
    ProcessSpec process;
    process.name = container.name;
    process.image = fill.text(container.image);
    for (const Text& word : container.command) {
        process.command.push_back(fill.text(word));
    }
    for (const Text& word : container.args) {
        process.args.push_back(fill.text(word));
    }
    fill.env(container, process);
    process.working_dir = fill.text(container.working_dir);
    process.run_as = fill.text(container.run_as_user);
    if (!container.run_as_group.empty()) process.run_as += ":" + fill.text(container.run_as_group);
    for (const VolumeMount& mount : container.mounts) {
        process.mounts.push_back({mount.volume, fill.text(mount.mount_path),
                                  fill.text(mount.sub_path), mount.read_only});
    }
    process.dependencies = container.dependencies;
    process.role = container.role;
    process.n_retries =
        static_cast<std::uint32_t>(parse_integer(fill.text(container.retries)).value_or(0));
    process.retry_pause_ms = parse_duration_ms(fill.text(container.retry_pause)).value_or(0);
    process.ready_port =
        static_cast<std::uint16_t>(parse_integer(fill.text(container.ready_port)).value_or(0));
    return process;
}

/// Of a pod: its manifest says the rest.
ProcessSpec name_process(const ContainerSpec& container) {
    ProcessSpec process;
    process.name = container.name;
    process.dependencies = container.dependencies;
    process.role = container.role;
    return process;
}

PodManifest make_manifest(const Template& self, const PodDefaults& defaults, Filler& fill) {
    PodManifest manifest;
    manifest.is_resource = self.kind == TemplateKind::kResource;
    manifest.archive_key = fill.text(self.archive_key);
    manifest.archive_access = fill.json(self.archive_access);
    manifest.archives_logs = self.archive_logs;
    manifest.template_json = fill.json(self.manifest);
    manifest.defaults_json = fill.json(defaults.template_defaults);
    for (const Text& spec : defaults.specs) {
        manifest.specs.push_back(fill.json(spec));
    }
    return manifest;
}

HttpRequest make_request(const HttpSpec& spec, Filler& fill) {
    HttpRequest request;
    request.method = fill.text(spec.method);
    if (request.method.empty()) request.method = "GET";
    request.url = fill.text(spec.url);
    request.body = fill.text(spec.body);
    request.insecure = spec.insecure;
    const auto seconds = parse_integer(fill.text(spec.timeout_seconds));
    request.timeout_ms = seconds.value_or(0) * 1000;
    fill.variables(spec.headers, "", request.headers);
    return request;
}

std::string base_name(const std::string& path) {
    const std::size_t end = path.find_last_not_of('/');
    if (end == path.npos) return path;
    const std::size_t slash = path.find_last_of('/', end);
    const std::size_t begin = slash == path.npos ? 0 : slash + 1;
    return path.substr(begin, end + 1 - begin);
}

/// The name of the file in the store. Argo: stageArchiveFile in workflow/executor/executor.go.
std::string file_in_store(const Artifact& artifact) {
    switch (artifact.archive) {
    case Archive::kDefault:
    case Archive::kTar:
        return artifact.name + ".tgz";
    case Archive::kZip:
        return artifact.name + ".zip";
    case Archive::kNone:
        return base_name(artifact.path);
    }
    return artifact.name;
}

/// Where artifacts of the task go that have no location of their own.
struct Repository {
    std::string key;
    std::string access;
};

/// A mere key is one of the repository. Argo: Relocate in workflow/v1alpha1.
void use_repository(Artifact& artifact, const Repository& repository) {
    if (artifact.source != ArtifactSource::kStore || !artifact.access.empty()) return;
    artifact.access = repository.access;
}

/// Of a container, what decides on the room that its pod takes.
struct PodContainer {
    ProcessRole role = ProcessRole::kMain;
    Resources requests;
};

Resources sum_requests(const std::vector<PodContainer>& containers) {
    Resources sum;
    Resources init;
    for (const auto& [role, one] : containers) {
        if (role == ProcessRole::kInit) {
            init.cpu_millis = std::max(init.cpu_millis, one.cpu_millis);
            init.memory_bytes = std::max(init.memory_bytes, one.memory_bytes);
        } else {
            sum.cpu_millis += one.cpu_millis;
            sum.memory_bytes += one.memory_bytes;
        }
    }
    return {std::max(sum.cpu_millis, init.cpu_millis),
            std::max(sum.memory_bytes, init.memory_bytes)};
}

/// Lays the patches over the task. Returns what is wrong with them, or nothing.
std::string patch_task(const Template& self, Filler& fill, TaskSpec& spec) {
    if (self.spec_patches.empty()) return "";
    std::vector<Resources> requests;
    for (const ContainerSpec& container : self.containers) {
        requests.push_back(container.requests);
    }
    for (const Text& patch : self.spec_patches) {
        std::string error = apply_spec_patch(fill.text(patch), {spec.processes, requests});
        if (!error.empty()) return error;
    }
    std::vector<PodContainer> containers;
    for (std::size_t i = 0; i < requests.size(); ++i) {
        containers.push_back({spec.processes[i].role, requests[i]});
    }
    spec.requests = sum_requests(containers);
    return "";
}

void expand_words(ProcessSpec& process) {
    for (auto* words : {&process.command, &process.args}) {
        for (std::string& word : *words) {
            word = expand_references(word, process.env);
        }
    }
}

} // namespace

Resources requests_of(const Template& self) {
    std::vector<PodContainer> containers;
    for (const ContainerSpec& container : self.containers) {
        containers.push_back({container.role, container.requests});
    }
    return sum_requests(containers);
}

SpecOrError make_task_spec(const Scope& scope) {
    const Template& self = *scope.self;
    auto spec = std::make_unique<TaskSpec>();
    Filler fill(scope);
    const std::optional<PodDefaults>& defaults = scope.state->plan->pod_defaults;
    spec->node_name = scope.find("node.name").text;
    spec->pod_name = scope.find("pod.name").text;
    spec->template_name = self.name;
    spec->requests = requests_of(self);
    for (const ContainerSpec& container : self.containers) {
        spec->processes.push_back(defaults ? name_process(container)
                                           : make_process(container, fill));
    }
    if (std::string error = patch_task(self, fill, *spec); !error.empty()) {
        return {nullptr, std::move(error)};
    }
    std::for_each(spec->processes.begin(), spec->processes.end(), expand_words);
    if (defaults) {
        spec->pod = make_manifest(self, *defaults, fill);
    } else {
        if (self.kind == TemplateKind::kScript) spec->script = fill.text(self.script_source);
        for (const VolumeSpec& volume : self.volumes) {
            spec->volumes.push_back(fill.volume(volume));
        }
    }
    spec->is_set = self.kind == TemplateKind::kContainerSet;
    if (self.kind == TemplateKind::kHttp) spec->http = make_request(self.http, fill);
    const Repository repository{fill.text(self.archive_key), fill.json(self.archive_access)};
    spec->is_daemon = self.daemon;
    if (self.archive_logs) {
        spec->log_folder = repository.key;
        spec->log_access = repository.access;
    }
    spec->input_artifacts = scope.inputs->artifacts;
    for (Artifact& artifact : spec->input_artifacts) {
        use_repository(artifact, repository);
    }
    if (self.kind == TemplateKind::kData) {
        FoundArtifact listed = substitute_artifact(self.data.source, scope);
        if (!listed.error.empty()) return {nullptr, listed.error};
        use_repository(listed.artifact, repository);
        spec->listed = std::move(listed.artifact);
    }
    for (const OutputParameter& output : self.output_parameters) {
        if (output.path.empty()) continue;
        ParameterFile file;
        file.name = output.name;
        file.path = fill.text(output.path);
        if (output.default_value) file.default_value = fill.text(*output.default_value);
        file.global_name = fill.text(output.global_name);
        spec->parameter_files.push_back(std::move(file));
    }
    for (const ArtifactSpec& output : self.output_artifacts) {
        if (output.path.empty()) continue;
        FoundArtifact made = substitute_artifact(output, scope);
        if (!made.error.empty()) return {nullptr, made.error};
        Artifact& artifact = made.artifact;
        if (artifact.source == ArtifactSource::kNowhere) {
            artifact.source = ArtifactSource::kStore;
            artifact.location = repository.key + "/" + file_in_store(artifact);
        }
        use_repository(artifact, repository);
        spec->output_artifacts.push_back(std::move(artifact));
    }
    spec->capture_result = scope.caller->result_wanted;
    if (!fill.error().empty()) return {nullptr, fill.error()};
    return {std::move(spec), ""};
}

} // namespace tiphys::run
