#pragma once
// Artifacts as Argo's objects have them: in the status of workflows, in templates and task results.

#include <string>
#include <string_view>

#include "runtime/core/values.h"

namespace tiphys::run {

[[nodiscard]] std::string artifact_as_json(const Artifact& artifact);

/// Places that are not known here leave the artifact without one; what is no object has no name.
[[nodiscard]] Artifact artifact_from_json(std::string_view json);

} // namespace tiphys::run
