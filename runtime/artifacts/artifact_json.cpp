// The fields of artifacts. Argo: pkg/apis/workflow/v1alpha1.

#include "runtime/artifacts/artifact_json.h"

#include <nlohmann/json.hpp>

#include "runtime/io/json_fields.h"

namespace tiphys::run {
namespace {

using Json = nlohmann::json;

Json archive_json(const Artifact& artifact) {
    switch (artifact.archive) {
    case Archive::kDefault:
        return nullptr;
    case Archive::kNone:
        return {{"none", Json::object()}};
    case Archive::kZip:
        return {{"zip", Json::object()}};
    case Archive::kTar: {
        Json out = {{"tar", Json::object()}};
        if (artifact.compression_level)
            out["tar"]["compressionLevel"] = *artifact.compression_level;
        return out;
    }
    }
    return nullptr;
}

void read_place(const Json& object, Artifact& artifact) {
    const auto take = [&](const char* kind, ArtifactSource source, const char* location) {
        const auto found = object.find(kind);
        if (found == object.end() || !found->is_object()) return;
        artifact.source = source;
        artifact.location = text_of(*found, location);
        artifact.access = found->dump();
    };
    take("http", ArtifactSource::kHttp, "url");
    take("artifactory", ArtifactSource::kHttp, "url");
    take("git", ArtifactSource::kGit, "repo");
    take("raw", ArtifactSource::kRaw, "data");
    if (artifact.source == ArtifactSource::kRaw) artifact.access.clear();
    const auto s3 = object.find("s3");
    if (s3 == object.end() || !s3->is_object() || text_of(*s3, "key").empty()) return;
    artifact.source = ArtifactSource::kStore;
    artifact.location = text_of(*s3, "key");
    Json access = *s3;
    access.erase("key");
    artifact.access = access.empty() ? "" : access.dump();
}

void read_archive(const Json& object, Artifact& artifact) {
    const auto archive = object.find("archive");
    if (archive == object.end() || !archive->is_object()) return;
    if (archive->contains("none")) artifact.archive = Archive::kNone;
    if (archive->contains("zip")) artifact.archive = Archive::kZip;
    const auto tar = archive->find("tar");
    if (tar == archive->end() || !tar->is_object()) return;
    artifact.archive = Archive::kTar;
    const auto level = tar->find("compressionLevel");
    if (level != tar->end() && level->is_number_integer()) {
        artifact.compression_level = level->get<int>();
    }
}

} // namespace

std::string artifact_as_json(const Artifact& artifact) {
    Json out = {{"name", artifact.name}};
    if (!artifact.path.empty()) out["path"] = artifact.path;
    Json place = Json::parse(artifact.access, nullptr, false);
    if (!place.is_object()) place = Json::object();
    switch (artifact.source) {
    case ArtifactSource::kNowhere:
        break;
    case ArtifactSource::kStore:
        place["key"] = artifact.location;
        out["s3"] = std::move(place);
        break;
    case ArtifactSource::kRaw:
        out["raw"] = {{"data", artifact.location}};
        break;
    case ArtifactSource::kHttp:
        out["http"] = std::move(place);
        break;
    case ArtifactSource::kGit:
        out["git"] = std::move(place);
        break;
    }
    if (artifact.mode) out["mode"] = *artifact.mode;
    if (artifact.recurse_mode) out["recurseMode"] = true;
    if (artifact.optional) out["optional"] = true;
    if (!artifact.gc_strategy.empty()) out["artifactGC"] = {{"strategy", artifact.gc_strategy}};
    if (artifact.deleted) out["deleted"] = true;
    if (!artifact.global_name.empty()) out["globalName"] = artifact.global_name;
    Json archive = archive_json(artifact);
    if (!archive.is_null()) out["archive"] = std::move(archive);
    return out.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Artifact artifact_from_json(std::string_view json) {
    Artifact artifact;
    const Json object = Json::parse(json, nullptr, false);
    if (!object.is_object()) return artifact;
    artifact.name = text_of(object, "name");
    artifact.path = text_of(object, "path");
    artifact.global_name = text_of(object, "globalName");
    artifact.recurse_mode = is_true(object, "recurseMode");
    artifact.optional = is_true(object, "optional");
    artifact.deleted = is_true(object, "deleted");
    const auto mode = object.find("mode");
    if (mode != object.end() && mode->is_number_integer()) {
        artifact.mode = mode->get<std::uint32_t>();
    }
    const auto gc = object.find("artifactGC");
    if (gc != object.end() && gc->is_object()) artifact.gc_strategy = text_of(*gc, "strategy");
    read_place(object, artifact);
    read_archive(object, artifact);
    return artifact;
}

} // namespace tiphys::run
