// Volumes of templates: which there are, and what they hold at first.
// Kubernetes: pkg/volume/{configmap,secret,projected,downwardapi}.

#include <algorithm>

#include "runtime/plan/builder.h"
#include "runtime/plan/global_variables.h"
#include "runtime/plan/ir_text.h"

namespace tiphys::run {
namespace {

constexpr std::uint32_t kUsualMode = 0644;

std::uint32_t mode_of(const ir::Scalar* written, std::uint32_t otherwise) {
    const auto mode = parse_integer(scalar_text(written));
    return mode ? static_cast<std::uint32_t>(*mode) : otherwise;
}

} // namespace

/// Keys of a ConfigMap or Secret as files.
template <class Source>
void PlanBuilder::read_object(const Source& source, EnvVar::Source kind, const ir::Scalar* name,
                              const std::string& path, std::uint32_t mode, VolumeSpec& volume) {
    VolumeContent all;
    all.content.source = kind;
    all.content.object_name = text_of_scalar(name);
    all.content.optional = scalar_is_true(source.optional());
    all.mode = mode;
    const bool is_secret = kind == EnvVar::Source::kSecret;
    const auto& objects = is_secret ? built_.plan.secrets : built_.plan.config_maps;
    const Text& object_name = all.content.object_name;
    const auto object = objects.find(object_name.source());
    const bool is_known = object != objects.end();
    if (!is_known && !object_name.has_tags() && !all.content.optional) {
        refuse_here(name, path,
                    std::string(is_secret ? "Secret" : "ConfigMap") + " `" + object_name.source() +
                        "` is not among the given documents");
        return;
    }
    if (!source.items()) {
        volume.contents.push_back(std::move(all));
        return;
    }
    for (const k8s::KeyToPath* item : source.items()) {
        VolumeContent one = all;
        one.path = text_of_scalar(item->path());
        one.content.key = text_of_scalar(item->key());
        one.mode = mode_of(item->mode(), mode);
        const Text& key = one.content.key;
        const auto binaries = built_.plan.config_binaries.find(object_name.source());
        const bool is_there =
            is_known && (object->second.contains(key.source()) ||
                         (!is_secret && binaries != built_.plan.config_binaries.end() &&
                          binaries->second.contains(key.source())));
        if (is_known && !key.has_tags() && !all.content.optional && !is_there) {
            refuse_here(item->key(), path,
                        std::string(is_secret ? "Secret" : "ConfigMap") + " `" +
                            object_name.source() + "` has no key `" + key.source() + "`");
            continue;
        }
        volume.contents.push_back(std::move(one));
    }
}

void PlanBuilder::read_pod_files(const ir::ListOf<k8s::DownwardAPIVolumeFile>& files,
                                 const std::string& path, std::uint32_t mode, VolumeSpec& volume) {
    for (const k8s::DownwardAPIVolumeFile* file : files) {
        VolumeContent made;
        made.path = text_of_scalar(file->path());
        made.mode = mode_of(file->mode(), mode);
        if (const auto* field = file->field_ref()) {
            read_field(*field, path, made.content);
        } else if (const auto* resource = file->resource_field_ref()) {
            read_resource(*resource, path, made.content);
        }
        volume.contents.push_back(std::move(made));
    }
}

void PlanBuilder::read_projection(const k8s::VolumeProjection& source, const std::string& path,
                                  std::uint32_t mode, VolumeSpec& volume) {
    if (const auto* map = source.config_map()) {
        read_object(*map, EnvVar::Source::kConfigMap, map->name(), path, mode, volume);
    } else if (const auto* secret = source.secret()) {
        read_object(*secret, EnvVar::Source::kSecret, secret->name(), path, mode, volume);
    } else if (const auto* pod = source.downward_api()) {
        read_pod_files(pod->items(), path, mode, volume);
    } else {
        refuse_here(&source, path,
                    "only a cluster issues tokens of service accounts and certificates");
    }
}

void PlanBuilder::read_volume(const k8s::Volume& source, const std::string& path,
                              VolumeSpec& volume) {
    // A claim that goes with the pod is a folder that goes with the task.
    if (source.empty_dir() != nullptr || source.ephemeral() != nullptr) return;
    if (source.persistent_volume_claim() != nullptr) {
        volume.shared = true;
    } else if (const auto* map = source.config_map()) {
        read_object(*map, EnvVar::Source::kConfigMap, map->name(), path,
                    mode_of(map->default_mode(), kUsualMode), volume);
    } else if (const auto* secret = source.secret()) {
        read_object(*secret, EnvVar::Source::kSecret, secret->secret_name(), path,
                    mode_of(secret->default_mode(), kUsualMode), volume);
    } else if (const auto* pod = source.downward_api()) {
        read_pod_files(pod->items(), path, mode_of(pod->default_mode(), kUsualMode), volume);
    } else if (const auto* projected = source.projected()) {
        const std::uint32_t mode = mode_of(projected->default_mode(), kUsualMode);
        for (const k8s::VolumeProjection* part : projected->sources()) {
            read_projection(*part, path, mode, volume);
        }
    } else if (const auto* host = source.host_path()) {
        volume.host_path = text_of_scalar(host->path());
        volume.host_type = scalar_text(host->type_field());
        const std::string written = volume.host_path.source();
        const bool is_whole = volume.host_path.has_tags() || written.starts_with('/');
        if (!is_whole) {
            refuse_here(&source, path,
                        "`" + written +
                            "` does not begin with `/`, so it is no place of this "
                            "machine");
        }
    } else {
        refuse_here(&source, path, "volumes of this kind are not there on this machine");
    }
}

void PlanBuilder::fill_volumes(const wf::Template& source, const std::string& path,
                               Template& made) {
    std::vector<const k8s::Volume*> known;
    for (const k8s::Volume* volume : source.volumes()) {
        known.push_back(volume);
    }
    std::vector<std::string> claims;
    for (const wf::WorkflowSpec* spec : {spec_, base_}) {
        if (spec == nullptr) continue;
        for (const k8s::Volume* volume : spec->volumes()) {
            known.push_back(volume);
        }
        for (const k8s::PersistentVolumeClaim* claim : spec->volume_claim_templates()) {
            const k8s::ObjectMeta* metadata = claim->metadata();
            if (metadata != nullptr) claims.push_back(scalar_text(metadata->name()));
        }
    }
    const auto add = [&](const std::string& name) {
        VolumeSpec volume;
        volume.name = name;
        volume.shared = std::find(claims.begin(), claims.end(), name) != claims.end();
        const auto found =
            std::find_if(known.begin(), known.end(), [&](const k8s::Volume* candidate) {
                return scalar_text(candidate->name()) == name;
            });
        const std::string place = path + ".volumes." + name;
        if (!volume.shared && found == known.end()) {
            // With tags it is known when the pod is made.
            if (name.find("{{") != name.npos) {
                refuse_here(&source, place, "volumes are not chosen by tags on this machine");
            } else {
                made.unmakable = "volume '" + name + "' not found in workflow spec";
            }
        } else if (!volume.shared) {
            read_volume(**found, place, volume);
        }
        made.volumes.push_back(std::move(volume));
    };
    for (const ContainerSpec& container : made.containers) {
        for (const VolumeMount& mount : container.mounts) {
            const bool done =
                std::any_of(made.volumes.begin(), made.volumes.end(),
                            [&](const VolumeSpec& volume) { return volume.name == mount.volume; });
            if (!done) add(mount.volume);
        }
    }
}

} // namespace tiphys::run
