// Where artifacts come from and lie.
#include "analyzer/artifacts.h"

namespace tiphys::analyze {
namespace {

/// Whether a URL goes on after its host.
bool has_path(std::string_view url) {
    const std::size_t scheme = url.find("://");
    return url.find('/', scheme == url.npos ? 0 : scheme + 3) != url.npos;
}

} // namespace

const ir::Object* location_of(const ir::Object& artifact) {
    for (const std::string_view name : kArtifactLocations) {
        if (const auto* location = ir::any_object_as(artifact.field(name))) return location;
    }
    return nullptr;
}

const ir::Scalar* key_of(const ir::Object& location) {
    for (const std::string_view name : {"key", "blob", "path", "url"}) {
        const ir::Scalar* key = ir::scalar_as(location.field(name));
        if (key != nullptr && !key->text.empty()) return key;
    }
    return nullptr;
}

const ir::Scalar* written_key(const wf::Artifact& artifact) {
    const ir::Object* location = location_of(artifact);
    return location == nullptr ? nullptr : key_of(*location);
}

bool has_location_or_key(const wf::Artifact& artifact) {
    const ir::Object* location = location_of(artifact);
    if (location == nullptr) return false;
    if (location->type->id == wf::RawArtifact::kType) return true;
    if (const auto* git = ir::object_as<wf::GitArtifact>(location)) {
        return !ir::text_of(git->repo()).empty();
    }
    if (const auto* hdfs = ir::object_as<wf::HDFSArtifact>(location)) {
        if (hdfs->addresses().size() > 0) return true;
    }
    if (const auto* artifactory = ir::object_as<wf::ArtifactoryArtifact>(location)) {
        return artifactory->entry("usernameSecret") != nullptr ||
               has_path(ir::text_of(artifactory->url()));
    }
    return key_of(*location) != nullptr;
}

} // namespace tiphys::analyze
