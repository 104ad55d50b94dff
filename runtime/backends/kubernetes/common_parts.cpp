// Taking parts out, and putting them back for a moment.

#include "runtime/backends/kubernetes/common_parts.h"

#include <utility>

namespace tiphys::run {

std::shared_ptr<const CommonParts> take_common_parts(PodManifest& manifest,
                                                     std::shared_ptr<const CommonParts>& latest) {
    CommonParts parts{std::exchange(manifest.defaults_json, {}),
                      std::exchange(manifest.boundary_json, {}), std::exchange(manifest.specs, {})};
    if (latest == nullptr || *latest != parts) {
        latest = std::make_shared<const CommonParts>(std::move(parts));
    }
    return latest;
}

BuiltPod build_with_parts(TaskSpec& spec, const CommonParts& parts, const PodTaskOptions& options,
                          std::int64_t now_ms) {
    PodManifest& manifest = *spec.pod;
    manifest.defaults_json = parts.defaults_json;
    manifest.boundary_json = parts.boundary_json;
    manifest.specs = parts.specs;
    BuiltPod built = build_pod(spec, options, now_ms);
    manifest.defaults_json.clear();
    manifest.boundary_json.clear();
    manifest.specs.clear();
    return built;
}

} // namespace tiphys::run
