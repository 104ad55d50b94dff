#pragma once
// Parts of manifests that tasks side by side have in common: thousands of tasks keep them once.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "runtime/backends/kubernetes/build_pod.h"

namespace tiphys::run {

struct CommonParts {
    std::string defaults_json;
    std::string boundary_json;
    std::vector<std::string> specs;
    bool operator==(const CommonParts&) const = default;
};

/// Takes them out of a manifest. `latest` is what was returned last: it is returned again where it
/// says the same.
[[nodiscard]] std::shared_ptr<const CommonParts>
take_common_parts(PodManifest& manifest, std::shared_ptr<const CommonParts>& latest);

/// build_pod() of a task whose manifest lacks the parts.
[[nodiscard]] BuiltPod build_with_parts(TaskSpec& spec, const CommonParts& parts,
                                        const PodTaskOptions& options, std::int64_t now_ms);

} // namespace tiphys::run
