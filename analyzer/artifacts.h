#pragma once
// Where artifacts come from and lie.

#include <array>
#include <string_view>

#include "schemas/workflow.gen.h"

namespace tiphys::analyze {

/// The fields that say where an artifact lies.
inline constexpr std::array<std::string_view, 10> kArtifactLocations{
    "s3", "gcs", "azure", "oss", "hdfs", "git", "http", "artifactory", "raw", "plugin"};

/// The location that an artifact or `archiveLocation` has, or null.
[[nodiscard]] const ir::Object* location_of(const ir::Object& artifact);

/// The key of an object store, the path or the address in a location; null where it has none.
/// Argo: ArtifactLocation.GetKey.
[[nodiscard]] const ir::Scalar* key_of(const ir::Object& location);

/// The key that an artifact's own location gives it, or null.
[[nodiscard]] const ir::Scalar* written_key(const wf::Artifact& artifact);

/// Whether an artifact says enough about its place for the artifact repository to add the rest.
/// Argo: ArtifactLocation.HasLocationOrKey.
[[nodiscard]] bool has_location_or_key(const wf::Artifact& artifact);

} // namespace tiphys::analyze
