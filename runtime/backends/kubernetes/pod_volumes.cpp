// Looking volumes up by the names in mounts.

#include "runtime/backends/kubernetes/pod_volumes.h"

#include <map>
#include <set>

#include <nlohmann/json.hpp>

#include "runtime/io/files.h"
#include "runtime/io/json_fields.h"

namespace tiphys::run {
namespace {

using Json = nlohmann::json;

/// Of what counts as the main container. Argo: GetVolumeMounts of a template.
Json main_mounts(const Json& source) {
    for (const char* kind : {"container", "script", "containerSet"}) {
        if (source.contains(kind)) return member(source[kind], "volumeMounts");
    }
    return Json::array();
}

Json all_mounts(const Json& source) {
    Json mounts = Json::array();
    const auto take = [&](const Json& list) {
        for (const Json& mount : list) {
            mounts.push_back(mount);
        }
    };
    take(main_mounts(source));
    for (const Json& container : member(member(source, "containerSet"), "containers")) {
        take(member(container, "volumeMounts"));
    }
    for (const char* kind : {"initContainers", "sidecars"}) {
        for (const Json& container : member(source, kind)) {
            take(member(container, "volumeMounts"));
        }
    }
    return mounts;
}

/// The mount that holds the path, of several the innermost. Argo: FindOverlappingVolume.
bool is_on_volume(const Json& mounts, const std::string& path) {
    for (const Json& mount : mounts) {
        const std::string place = clean_path(text_of(mount, "mountPath"));
        const bool below = path.size() > place.size() &&
                           path.compare(0, place.size(), place) == 0 &&
                           (place == "/" || path[place.size()] == '/');
        if (path == place || below) return true;
    }
    return false;
}

/// Secrets by name, with the keys that artifacts need of them.
using SecretKeys = std::map<std::string, std::set<std::string>>;

void find_secrets(const Json& value, SecretKeys& secrets) {
    if (value.is_array()) {
        for (const Json& element : value) {
            find_secrets(element, secrets);
        }
    }
    if (!value.is_object()) return;
    for (const auto& entry : value.items()) {
        const std::string& name = entry.key();
        constexpr std::string_view kEnd = "Secret";
        const bool is_selector = name.size() > kEnd.size() &&
                                 name.compare(name.size() - kEnd.size(), kEnd.size(), kEnd) == 0;
        const std::string secret = text_of(entry.value(), "name");
        const std::string key = text_of(entry.value(), "key");
        if (is_selector && !secret.empty() && !key.empty()) {
            secrets[secret].insert(key);
        } else {
            find_secrets(entry.value(), secrets);
        }
    }
}

SecretKeys secrets_of(const Json& source) {
    SecretKeys secrets;
    find_secrets(member(source, "archiveLocation"), secrets);
    find_secrets(member(member(source, "outputs"), "artifacts"), secrets);
    find_secrets(member(member(source, "inputs"), "artifacts"), secrets);
    return secrets;
}

class Volumes {
public:
    Volumes(const Json& source, const Json& common, const PodTaskOptions& options)
        : source_(source), common_(common), options_(options) {}

    PodVolumes list() {
        for (const Json& mount : all_mounts(source_)) {
            add(text_of(mount, "name"));
        }
        for (const auto& [secret, keys] : secrets_of(source_)) {
            Json items = Json::array();
            for (const std::string& key : keys) {
                items.push_back({{"key", key}, {"path", key}});
            }
            volumes_.push_back(
                {{"name", secret}, {"secret", {{"secretName", secret}, {"items", items}}}});
            secret_mounts_.push_back(
                {{"name", secret}, {"mountPath", "/argo/secret/" + secret}, {"readOnly", true}});
        }
        add_artifact_mounts();
        return {volumes_.dump(), secret_mounts_.dump(), loader_mounts_.dump(),
                artifact_mounts_.dump(), error_};
    }

private:
    void add(const std::string& name) {
        if (!known_.insert(name).second) return;
        for (const Json& volume : member(source_, "volumes")) {
            // All of the template's own are there already.
            if (text_of(volume, "name") == name) return;
        }
        for (const Json& volume : member(common_, "volumes")) {
            if (text_of(volume, "name") != name) continue;
            volumes_.push_back(volume);
            return;
        }
        for (const Json& claim : member(common_, "volumeClaimTemplates")) {
            if (text_of(member(claim, "metadata"), "name") != name) continue;
            const std::string claimed = options_.workflow_name + "-" + name;
            volumes_.push_back(
                {{"name", name}, {"persistentVolumeClaim", {{"claimName", claimed}}}});
            return;
        }
        if (error_.empty()) error_ = "volume '" + name + "' not found in workflow spec";
    }

    void add_artifact_mounts() {
        const Json mounts = main_mounts(source_);
        loader_mounts_.push_back(
            {{"name", "input-artifacts"}, {"mountPath", "/argo/inputs/artifacts"}});
        for (Json mount : mounts) {
            mount["mountPath"] = clean_path("/mainctrfs/" + text_of(mount, "mountPath"));
            loader_mounts_.push_back(std::move(mount));
        }
        for (const Json& artifact : member(member(source_, "inputs"), "artifacts")) {
            const std::string path = clean_path(text_of(artifact, "path"));
            const bool is_absent = member(artifact, "optional") == true && !has_place(artifact);
            if (is_absent || path.empty() || is_on_volume(mounts, path)) continue;
            artifact_mounts_.push_back({{"name", "input-artifacts"},
                                        {"mountPath", path},
                                        {"subPath", text_of(artifact, "name")}});
        }
    }

    static bool has_place(const Json& artifact) {
        for (const char* kind : {"s3", "http", "git", "artifactory", "raw"}) {
            if (artifact.contains(kind)) return true;
        }
        return false;
    }

    const Json& source_;
    const Json& common_;
    const PodTaskOptions& options_;
    std::set<std::string> known_;
    Json volumes_ = Json::array();
    Json secret_mounts_ = Json::array();
    Json loader_mounts_ = Json::array();
    Json artifact_mounts_ = Json::array();
    std::string error_;
};

} // namespace

PodVolumes mounted_volumes(std::string_view template_json, std::string_view workflow_json,
                           const PodTaskOptions& options) {
    const Json source = Json::parse(template_json);
    const Json common = Json::parse(workflow_json);
    return Volumes(source, common, options).list();
}

std::string executor_account(std::string_view template_json, std::string_view workflow_json) {
    for (const std::string_view text : {template_json, workflow_json}) {
        const Json object = Json::parse(text);
        const std::string name = text_of(member(object, "executor"), "serviceAccountName");
        if (!name.empty()) return name;
    }
    return "";
}

} // namespace tiphys::run
