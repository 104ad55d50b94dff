// Entries as Argo keeps them in ConfigMaps: the node, its outputs, when they were made. Argo:
// workflow/controller/cache/cache.go.

#include "runtime/cache_files.h"

#include <filesystem>

#include <nlohmann/json.hpp>

#include "runtime/io/files.h"

namespace tiphys::run {
namespace {

using Json = nlohmann::json;

Json artifact_json(const Artifact& artifact) {
    return {{"name", artifact.name},
            {"path", artifact.path},
            {"globalName", artifact.global_name},
            {"source", static_cast<int>(artifact.source)},
            {"location", artifact.location},
            {"access", artifact.access},
            {"archive", static_cast<int>(artifact.archive)},
            {"optional", artifact.optional}};
}

Artifact artifact_of(const Json& json) {
    Artifact artifact;
    artifact.name = json.value("name", "");
    artifact.path = json.value("path", "");
    artifact.global_name = json.value("globalName", "");
    artifact.location = json.value("location", "");
    artifact.access = json.value("access", "");
    artifact.source = ArtifactSource::kStore;
    const int source = json.value("source", static_cast<int>(ArtifactSource::kStore));
    if (source >= 0 && source <= static_cast<int>(ArtifactSource::kGit)) {
        artifact.source = static_cast<ArtifactSource>(source);
    }
    const int archive = json.value("archive", 0);
    if (archive >= 0 && archive <= static_cast<int>(Archive::kZip)) {
        artifact.archive = static_cast<Archive>(archive);
    }
    artifact.optional = json.value("optional", false);
    return artifact;
}

Json entry_json(const CacheEntry& entry) {
    Json json = {{"nodeID", entry.node_id},
                 {"createdMs", entry.created_ms},
                 {"exitCode", entry.exit_code},
                 {"parameters", Json::array()},
                 {"artifacts", Json::array()}};
    if (entry.outputs.result) json["result"] = *entry.outputs.result;
    for (const ParameterValue& parameter : entry.outputs.parameters) {
        Json one = {{"name", parameter.name}, {"globalName", parameter.global_name}};
        if (parameter.value) one["value"] = *parameter.value;
        json["parameters"].push_back(std::move(one));
    }
    for (const Artifact& artifact : entry.outputs.artifacts) {
        json["artifacts"].push_back(artifact_json(artifact));
    }
    return json;
}

bool is_text(const Json& json, const char* key) {
    const auto found = json.find(key);
    return found != json.end() && found->is_string();
}

CacheEntry entry_of(const Json& json) {
    CacheEntry entry;
    entry.node_id = json.value("nodeID", "");
    entry.created_ms = json.value("createdMs", std::int64_t{0});
    entry.exit_code = json.value("exitCode", std::int16_t{-1});
    if (is_text(json, "result")) entry.outputs.result = json.value("result", "");
    for (const Json& parameter : json.value("parameters", Json::array())) {
        ParameterValue value;
        value.name = parameter.value("name", "");
        value.global_name = parameter.value("globalName", "");
        if (is_text(parameter, "value")) value.value = parameter.value("value", "");
        entry.outputs.parameters.push_back(std::move(value));
    }
    for (const Json& artifact : json.value("artifacts", Json::array())) {
        entry.outputs.artifacts.push_back(artifact_of(artifact));
    }
    return entry;
}

/// An object, whatever the file holds.
Json read_cache(const std::string& path) {
    const auto text = read_file(path);
    if (!text) return Json::object();
    Json json = Json::parse(*text, nullptr, false);
    return json.is_object() ? json : Json::object();
}

std::string path_of(const std::string& folder, const std::string& cache) {
    return folder + clean_path("/" + cache) + ".json";
}

} // namespace

Caches load_caches(const std::string& folder) {
    Caches caches;
    for (const std::string& path : files_below(folder)) {
        const std::filesystem::path file(path);
        if (file.extension() != ".json") continue;
        auto& cache = caches[file.stem().string()];
        const Json entries = read_cache(path);
        for (const auto& [key, entry] : entries.items()) {
            if (entry.is_object()) cache[key] = entry_of(entry);
        }
    }
    return caches;
}

Result<Done> save_cache_entry(const std::string& folder, const SaveCacheEntry& saved) {
    const std::string path = path_of(folder, saved.cache);
    TIPHYS_TRY(above, make_folders_above(path));
    static_cast<void>(above);
    Json cache = read_cache(path);
    cache[saved.key] = entry_json(saved.entry);
    return replace_file(path, cache.dump(1, ' ', false, Json::error_handler_t::replace));
}

} // namespace tiphys::run
